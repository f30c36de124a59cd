/** How the answers of chat/ look over HTTP. */
import { timestamp } from '../base/clock.ts';
import type { RoomEvent } from './messages/content.ts';
import type { RoomFacts } from './rooms/list-rooms.ts';
import type { LiveNews, MessageView, RoomView } from './wire.ts';

export function roomView({ room, role, isMember, position }: RoomFacts): RoomView {
  const { roomId, kind, archived, name, topic, createdMs } = room;
  const createdTime = timestamp(createdMs);
  return { roomId, kind, archived, name, topic, role, member: isMember, createdTime, position };
}

export function messageView({ roomId, sequence, atMs, author, content }: RoomEvent): MessageView {
  const messageId = content?.messageId;
  return {
    roomId,
    sequence,
    time: timestamp(atMs),
    author:
      'visitor' in author
        ? { accountId: null, handle: author.visitor, visitor: true }
        : { accountId: author.accountId, handle: author.handle, visitor: false },
    text: content?.text ?? null,
    ...(messageId === undefined ? {} : { messageId }),
  };
}

const texts = new WeakMap<RoomEvent, string>();

/** An event as it is told over live connections: made once, however many there are. */
export function eventText(event: RoomEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const { roomId, sequence } = event;
  const text = JSON.stringify({ kind: 'event', roomId, sequence, message: messageView(event) } satisfies LiveNews);
  texts.set(event, text);
  return text;
}
