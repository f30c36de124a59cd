import type { Accounts } from '../accounts/index.ts';
import { type Chat, type ChatDeps, openChat } from '../chat/index.ts';

export interface ChatParts extends Omit<ChatDeps, 'person' | 'personOfHandle'> {
  readonly accounts: Pick<Accounts, 'person' | 'personOfHandle'>;
}

/** Chat with the people of the workspace. */
export async function openWorkspaceChat({ accounts, ...parts }: ChatParts): Promise<Chat> {
  return await openChat({
    ...parts,
    person: (accountId) => accounts.person(accountId),
    personOfHandle: (handle) => accounts.personOfHandle(handle),
  });
}
