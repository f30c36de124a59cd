import type { FastifyRequest } from 'fastify';
import { type Accounts, type ChatHolder, chatIdentityOf, chatterOf, type Session } from '../../accounts/index.ts';
import { decryptBytes } from '../../age/index.ts';
import { errorFacts } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { type Caller, type Chat, type ChatDeps, openChat, type PersonalKey } from '../../chat/index.ts';
import type { FilesDeps } from '../../files/index.ts';

export interface ChatParts extends Omit<
  ChatDeps,
  'person' | 'people' | 'personOfHandle' | 'recipientOf' | 'admins' | 'isHandleTaken'
> {
  readonly accounts: Pick<Accounts, 'person' | 'people' | 'personOfHandle' | 'recipient' | 'admins' | 'handleOwner'>;
}

/** Chat with the people of the workspace. */
export async function openWorkspaceChat({ accounts, ...parts }: ChatParts): Promise<Chat> {
  return await openChat({
    ...parts,
    person: (accountId) => accounts.person(accountId),
    async people(page) {
      const { people, next = null } = await accounts.people.list(page);
      return { people: people.filter(({ state }) => state === 'active'), next };
    },
    personOfHandle: (handle) => accounts.personOfHandle(handle),
    isHandleTaken: async (name) => (await accounts.handleOwner(name)) !== null,
    admins: async () => (await accounts.admins()).map(({ accountId }) => accountId),
    recipientOf: async (accountId) => (await accounts.recipient(accountId))?.recipient ?? null,
  });
}

/** Who asks: a bot with its token, or somebody with a session or an app password for chat. Throws `not_signed_in`. */
export function chatCallerOf(request: Pick<FastifyRequest, 'session' | 'bot' | 'chatHolder'>): Caller {
  return request.bot ?? chatCaller(chatterOf(request));
}

/** Somebody with a login session or an app password for chat, and the key that opens their conversations. */
export function chatCaller(chatter: Session | ChatHolder): Caller {
  const { accountId, sessionId, handle, name, role } = chatter;
  let key: PersonalKey | undefined;
  const asMember = 'chatIdentity' in chatter ? { asMember: true as const } : {};
  return { accountId, sessionId, handle, name, role, key: () => (key ??= personalKey(chatter)), ...asMember };
}

function personalKey(chatter: Session | ChatHolder): PersonalKey {
  const identity = 'identity' in chatter ? chatter.identity : null;
  const chatIdentity = identity ? chatIdentityOf(identity) : (chatter as ChatHolder).chatIdentity;
  const identities = identity ? [chatIdentity, identity] : [chatIdentity];
  return {
    recipient: chatIdentity.recipient.toString(),
    open(wrap) {
      try {
        // Wrapped for the account itself while the person had never been in chat.
        return Buffer.from(decryptBytes(Buffer.from(wrap, 'base64'), identities));
      } catch (error) {
        if (hasCode(error, 'age_no_identity_match')) return null;
        throw error;
      }
    },
  };
}

/** What files/ asks about rooms that hold shares, and tells them. */
export function shareHolders(chat: () => Chat, log: Log): Required<Pick<FilesDeps, 'holderName' | 'onShareEnded'>> {
  return {
    async holderName(session, { id }) {
      try {
        const { room } = await chat().room(chatCaller(session), id);
        return room.kind === 'direct' ? null : room.name;
      } catch (error) {
        if (hasCode(error, 'chat_room_not_found', 'chat_key_needed')) return null;
        throw error;
      }
    },
    onShareEnded({ id }, reference) {
      chat()
        .attachmentEnded(id, Number(reference))
        .catch((error: unknown) => log.warn(errorFacts(error), 'A room was not told that a file is shared no more'));
    },
  };
}
