import type { ApiClient, Terminal } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { count } from '../../base/text/quantities.ts';
import { leavesOut } from '../people/ignoring.ts';
import type { ChatPreferences, MessageView } from '../wire.ts';

/** What is left out on a terminal for whoever is logged in: what people say whom they ignore. */
export interface LeftOut {
  has(message: MessageView): boolean;
  /** Asks again whom they ignore; where the server cannot say just now, it stays as it was until the next time. */
  again(): Promise<void>;
}

export async function openLeftOut(api: ApiClient): Promise<LeftOut> {
  const ask = (): Promise<ChatPreferences> => api.get<ChatPreferences>('/chat/preferences');
  let preferences = await ask();
  return {
    has: ({ author }) => leavesOut(preferences, author.accountId),
    async again() {
      try {
        preferences = await ask();
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.status < 500) throw error;
      }
    },
  };
}

/** Says that something is not shown, and how to see it; no line where all is. */
export function leftOutLines(messages: readonly MessageView[], leftOut: LeftOut, styles: Terminal['styles']): string[] {
  const many = messages.filter((message) => leftOut.has(message)).length;
  if (many === 0) return [];
  return [
    styles.faint(`… ${count(many, 'message')} of people you ignore left out; /ignore lists them, --json shows all …`),
  ];
}
