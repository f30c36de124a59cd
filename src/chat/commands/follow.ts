import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, CommandContext } from '../../base/commands/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import { chatErrors } from '../errors.ts';
import type { LiveNews, MessageView, Position, RoomView } from '../wire.ts';
import { openSealedNews } from './sealed-news.ts';

/** What is told of a room while it is followed. */
export type Followed =
  /** From here on nothing is missed. */
  | { readonly kind: 'listening'; readonly position: Position }
  | { readonly kind: 'message'; readonly what: What; readonly message: MessageView }
  /** More was missed than is repeated: look at the history. */
  | { readonly kind: 'gap' }
  /** The person may have chosen otherwise whom they ignore. */
  | { readonly kind: 'preferences' };

export type What = Extract<LiveNews, { kind: 'event' }>['what'];

/** Whether a person wants to see the message again for it. */
export function isShown(news: Followed): news is Extract<Followed, { kind: 'message' }> {
  return news.kind === 'message' && news.what !== 'reactions' && news.what !== 'pinned';
}

/** Of `/api/v1/live`: the session or app password is over. */
const SESSION_OVER = 4401;

/**
 * Everything that is said in a room from its position on, over as many connections as it takes, until `signal`. `shown`: what
 * the person sees of it already.
 * Throws its reason, `chat_session_over`, `chat_room_not_found`, and what refuses a connection.
 */
export async function* followRoom(
  { signal }: Pick<CommandContext, 'signal'>,
  api: ApiClient,
  { roomId, position: start }: Pick<RoomView, 'roomId' | 'position'>,
  shown: readonly MessageView[] = [],
): AsyncGenerator<Followed> {
  let position: Position = start;
  let sealed = openSealedNews(api, roomId, shown);
  // Said after the position was asked for, and shown with the page that was read after it.
  const seen = new Set(shown.map(({ sequence }) => sequence));
  for (let failures = 0; ; failures += 1) {
    if (failures > 0) await pause(retryDelayMs(failures, 200, 10_000, Math.random), undefined, { signal });
    try {
      await using live = await api.live();
      // Whoever left while it was made has nobody to end it.
      signal.throwIfAborted();
      const stop = (): void => void live[Symbol.asyncDispose]();
      signal.addEventListener('abort', stop, { once: true });
      live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId, ...position }] }));
      let isHeard = false;
      for await (const text of live.texts) {
        for (const news of newsOf(text, roomId)) {
          failures = 0;
          // They may have chosen otherwise while nobody listened.
          if (!isHeard && news.kind !== 'preferences') yield { kind: 'preferences' };
          isHeard = true;
          if (news.kind === 'closed') throw chatErrors('chat_room_not_found');
          if (news.kind === 'preferences') yield { kind: 'preferences' };
          else if (news.kind === 'sealed') {
            const { epoch, sequence } = news.position;
            if (epoch !== position.epoch) {
              // The records were put back: sequences are given again, and what was said since is not known.
              ({ position } = news);
              sealed = openSealedNews(api, roomId, []);
              yield { kind: 'gap' };
            } else {
              const all = sealed.between(position.sequence, sequence);
              let next = await all.next();
              for (; !next.done; next = await all.next()) yield { kind: 'message', ...next.value };
              position = { epoch, sequence: next.value };
            }
          } else if (news.kind === 'subscribed') {
            if (news.recovered) yield { kind: 'listening', position };
            else {
              ({ position } = news);
              yield { kind: 'gap' };
            }
          } else if (news.kind === 'event') {
            position = { ...position, sequence: news.sequence };
            const isShown = news.what === 'said' && seen.delete(news.sequence);
            if (news.message && !isShown) yield { kind: 'message', what: news.what, message: news.message };
          }
        }
      }
      signal.throwIfAborted();
      if (live.closedWith() === SESSION_OVER) throw chatErrors('chat_session_over');
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof HoldfastError) || error.status < 500) throw error;
    }
  }
}

function newsOf(text: string, roomId: string): readonly LiveNews[] {
  const frame = JSON.parse(text) as { readonly type: string; readonly news?: readonly LiveNews[] };
  const news = frame.type === 'chat' ? (frame.news ?? []) : [];
  return news.filter((each) => {
    if (each.kind === 'presence' || each.kind === 'rooms') return false;
    if (each.kind === 'preferences') return true;
    return (each.kind === 'message' ? each.message.roomId : each.roomId) === roomId;
  });
}
