import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, CommandContext } from '../../base/command.ts';
import { HoldfastError } from '../../base/errors.ts';
import { retryDelayMs } from '../../base/retry-delay.ts';
import { chatErrors } from '../errors.ts';
import type { HistoryReply, LiveNews, MessageView, Position, RoomView } from '../wire.ts';

/** What is told of a room while it is followed. */
export type Followed =
  /** From here on nothing is missed. */
  | { readonly kind: 'listening'; readonly position: Position }
  | { readonly kind: 'message'; readonly what: What; readonly message: MessageView }
  /** More was missed than is repeated: look at the history. */
  | { readonly kind: 'gap' };

type What = Extract<LiveNews, { kind: 'event' }>['what'];

/** Whether a person wants to see the message again for it. */
export function isShown(news: Followed): news is Extract<Followed, { kind: 'message' }> {
  return news.kind === 'message' && news.what !== 'reactions' && news.what !== 'pinned';
}

/** Of `/api/v1/live`: the session or app password is over. */
const SESSION_OVER = 4401;

/**
 * Everything that is said in a room from its position on, over as many connections as it takes, until `signal`.
 * Throws its reason, `chat_session_over`, `chat_room_not_found`, and what refuses a connection.
 */
export async function* followRoom(
  { signal }: Pick<CommandContext, 'signal'>,
  api: ApiClient,
  { roomId, position: start }: Pick<RoomView, 'roomId' | 'position'>,
): AsyncGenerator<Followed> {
  let position: Position = start;
  for (let failures = 0; ; failures += 1) {
    if (failures > 0) await pause(retryDelayMs(failures, 200, 10_000, Math.random), undefined, { signal });
    try {
      await using live = await api.live();
      const stop = (): void => void live[Symbol.asyncDispose]();
      signal.addEventListener('abort', stop, { once: true });
      live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId, ...position }] }));
      for await (const text of live.texts) {
        for (const news of newsOf(text, roomId)) {
          failures = 0;
          if (news.kind === 'closed') throw chatErrors('chat_room_not_found');
          if (news.kind === 'sealed') {
            // What was said is asked for: the server keeps no key for a connection.
            let { sequence } = news.position;
            for await (const message of messagesAfter(api, roomId, position.sequence)) {
              sequence = Math.max(sequence, message.sequence);
              yield { kind: 'message', what: 'said', message };
            }
            position = { ...news.position, sequence };
          } else if (news.kind === 'subscribed') {
            if (news.recovered) yield { kind: 'listening', position };
            else {
              ({ position } = news);
              yield { kind: 'gap' };
            }
          } else if (news.kind === 'event') {
            position = { ...position, sequence: news.sequence };
            if (news.message) yield { kind: 'message', what: news.what, message: news.message };
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

async function* messagesAfter(api: ApiClient, roomId: string, sequence: number): AsyncGenerator<MessageView> {
  for (let after: number | null = sequence; after !== null;) {
    const page: HistoryReply = await api.get<HistoryReply>(`/chat/rooms/${roomId}/messages?limit=200&after=${after}`);
    yield* page.messages;
    after = page.later;
  }
}

function newsOf(text: string, roomId: string): readonly LiveNews[] {
  const frame = JSON.parse(text) as { readonly type: string; readonly news?: readonly LiveNews[] };
  const news = frame.type === 'chat' ? (frame.news ?? []) : [];
  return news.filter((each) => {
    if (each.kind === 'presence' || each.kind === 'rooms') return false;
    return (each.kind === 'message' ? each.message.roomId : each.roomId) === roomId;
  });
}
