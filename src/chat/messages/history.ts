import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomEvent } from './content.ts';
import { sequenceBefore } from './at-time.ts';
import { asTheyAre, messageAt } from './changes.ts';
import { eventsAfter, eventsBefore, type Position, positionOf } from './log.ts';

export interface HistoryQuery {
  /** Only messages before this sequence, the last of them. */
  readonly before?: number | undefined;
  /** Only messages after this sequence, the first of them. */
  readonly after?: number | undefined;
  /** From this time on, in milliseconds since 1970; in place of `after`. */
  readonly atMs?: number | undefined;
  /** 1-200. */
  readonly limit: number;
}

export interface HistoryPage {
  /** In order. */
  readonly messages: readonly RoomEvent[];
  /** Pass it as `before` for what was written earlier; `null`: the page starts with the first one. */
  readonly earlier: number | null;
  /** Pass it as `after` for what was written later; `null`: the page ends with the last one. */
  readonly later: number | null;
  /** Everything up to it is gone because of its age. */
  readonly forgottenUpTo: number;
  /** How far the room had come before the page was read: events after it are not all in it. */
  readonly position: Position;
}

/** A page of a room; without `before` and `after` the last one. Changes are in the messages, and take no place in it. */
export async function readHistory(
  deps: ChatDeps,
  room: Room,
  { before, after: given, atMs, limit }: HistoryQuery,
): Promise<HistoryPage> {
  const position = await positionOf(deps, room.roomId);
  const after = given ?? (atMs === undefined ? undefined : await sequenceBefore(deps, room, atMs));
  const { messages, first, last } =
    after === undefined
      ? await messagesBefore(deps, room, before ?? position.sequence + 1, limit)
      : await messagesAfter(deps, room, after, before ?? Infinity, limit);
  return {
    messages: await asTheyAre(deps, room, messages),
    earlier: first > room.forgottenUpTo + 1 ? first : null,
    later: last < position.sequence ? last : null,
    forgottenUpTo: room.forgottenUpTo,
    position,
  };
}

interface Found {
  readonly messages: RoomEvent[];
  /** Between these all was looked at. */
  readonly first: number;
  readonly last: number;
}

async function messagesBefore(deps: ChatDeps, room: Room, before: number, limit: number): Promise<Found> {
  let messages: RoomEvent[] = [];
  let first = before;
  while (messages.length < limit && first > room.forgottenUpTo + 1) {
    const events = await eventsBefore(deps, room, first, Math.max(limit - messages.length, 20));
    if (events.length === 0) break;
    messages = [...events.filter(isMessage), ...messages].slice(-limit);
    first = (messages.length === limit ? messages[0]?.sequence : events[0]?.sequence) ?? 1;
  }
  return { messages, first, last: before - 1 };
}

async function messagesAfter(deps: ChatDeps, room: Room, after: number, before: number, limit: number): Promise<Found> {
  const messages: RoomEvent[] = [];
  let last = after;
  while (messages.length < limit && last + 1 < before) {
    const events = await eventsAfter(deps, room, last, Math.max(limit - messages.length, 20));
    for (const event of events) {
      if (event.sequence >= before || messages.length === limit) break;
      last = event.sequence;
      if (isMessage(event)) messages.push(event);
    }
    if (events.length === 0 || (events.at(-1)?.sequence ?? 0) >= before) break;
  }
  return { messages, first: after + 1, last };
}

const isMessage = ({ content }: RoomEvent): boolean => content?.kind !== 'change';

/** Throws `chat_message_not_found`. */
export async function readMessage(deps: ChatDeps, room: Room, sequence: number): Promise<RoomEvent> {
  const message = await messageAt(deps, room, sequence);
  if (!message) throw chatErrors('chat_message_not_found', { attempted: `Read message ${sequence}` });
  return message;
}
