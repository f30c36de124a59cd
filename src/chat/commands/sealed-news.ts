/**
 * What is new in a conversation. The server keeps no key for a connection and only tells how far it has come: what was said
 * is asked for, and where more happened than that, which of the last messages are not what they were.
 */
import type { ApiClient } from '../../base/commands/command.ts';
import type { HistoryReply, MessageView } from '../wire.ts';
import type { What } from './follow.ts';

export interface SealedNews {
  /** Everything between two sequences, and answers up to where it goes. */
  between(since: number, upTo: number): AsyncGenerator<{ readonly what: What; readonly message: MessageView }, number>;
}

/** As many of the last messages are looked at for changes. */
const LOOKED_AT = 50;
const PAGE = 200;

/** `shown`: what the person sees already; none: what there is before the first call counts as seen. */
export function openSealedNews(api: ApiClient, roomId: string, shown: readonly MessageView[]): SealedNews {
  const known = new Map<number, MessageView>();
  const remember = (message: MessageView): void => {
    known.set(message.sequence, message);
    if (known.size <= LOOKED_AT) return;
    for (const sequence of [...known.keys()].toSorted((a, b) => a - b).slice(0, -LOOKED_AT)) known.delete(sequence);
  };
  shown.forEach(remember);
  let isBegun = shown.length > 0;
  const messages = (query: string): Promise<HistoryReply> =>
    api.get<HistoryReply>(`/chat/rooms/${roomId}/messages?${query}`);
  const last = async (): Promise<readonly MessageView[]> => (await messages(`limit=${LOOKED_AT}`)).messages;

  return {
    async *between(since, upTo) {
      if (!isBegun) (await last()).filter(({ sequence }) => sequence <= since).forEach(remember);
      isBegun = true;
      let [said, reached] = [0, Math.max(since, upTo)];
      for (let after: number | null = since; after !== null;) {
        const page: HistoryReply = await messages(`limit=${PAGE}&after=${after}`);
        for (const message of page.messages) {
          said += 1;
          reached = Math.max(reached, message.sequence);
          // What the connection broke in the middle of is asked for again.
          const isNew = !known.has(message.sequence);
          remember(message);
          if (isNew) yield { what: 'said', message };
        }
        after = page.later;
      }
      if (said === reached - since) return reached;
      for (const message of await last()) {
        // Said since, and told with what comes next.
        if (message.sequence > reached) continue;
        const before = known.get(message.sequence);
        const what = before && changeOf(before, message);
        remember(message);
        if (what) yield { what, message };
      }
      return reached;
    },
  };
}

/** `null`: it is what it was. */
function changeOf(before: MessageView, now: MessageView): What | null {
  const differ = (...names: readonly (keyof MessageView)[]): boolean =>
    names.some((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]));
  if (differ('state')) return now.state === 'removed' ? 'removed' : 'restored';
  if (differ('text', 'editedTime')) return 'edited';
  if (differ('attachments')) return 'attachments';
  return differ('reactions') ? 'reactions' : null;
}
