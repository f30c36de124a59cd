import type { ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomEvent } from './content.ts';
import { eventAt, eventsAfter, eventsBefore, type Position, positionOf } from './log.ts';

export interface HistoryQuery {
  /** Only messages before this sequence, the last of them. */
  readonly before?: number | undefined;
  /** Only messages after this sequence, the first of them. */
  readonly after?: number | undefined;
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
  /** How far the room had come before the page was read: events after it are not all in it. */
  readonly position: Position;
}

/** A page of a room; without `before` and `after` the last one. */
export async function readHistory(
  deps: ChatDeps,
  room: Room,
  { before, after, limit }: HistoryQuery,
): Promise<HistoryPage> {
  const position = await positionOf(deps, room.roomId);
  const events =
    after === undefined
      ? await eventsBefore(deps, room, before ?? null, limit)
      : (await eventsAfter(deps, room, after, limit)).filter(
          ({ sequence }) => before === undefined || sequence < before,
        );
  const first = events[0]?.sequence ?? (after === undefined ? 1 : after + 1);
  const last = events.at(-1)?.sequence ?? (before === undefined ? position.sequence : before - 1);
  return {
    messages: events,
    earlier: first > 1 ? first : null,
    later: last < position.sequence ? last : null,
    position,
  };
}

/** Throws `chat_message_not_found`. */
export async function readMessage(deps: ChatDeps, room: Room, sequence: number): Promise<RoomEvent> {
  const event = await eventAt(deps, room, sequence);
  if (!event) throw chatErrors('chat_message_not_found', { attempted: `Read message ${sequence}` });
  return event;
}
