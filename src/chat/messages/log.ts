/** Reads what was written in a room, in its order. */
import type { RecordItem } from '../../storage/index.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { type HeadRow, keys, lastOf, logOf, RUNS, runAt, type RunRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomEvent } from './content.ts';
import { eventsOf, spanOf } from './run-rows.ts';

/**
 * Rows that are read first. One holds whatever was written together, up to a block of it, so that a page of messages may
 * lie in one row or in as many as it has messages; where it takes more, four times as many are read next.
 */
const FIRST_ROWS = 4;

export type LogDeps = Pick<ChatDeps, 'records' | 'log'>;

/** How far a room has come: the last sequence that was given, in an epoch. */
export interface Position {
  readonly epoch: string;
  readonly sequence: number;
}

export async function readHead({ records }: LogDeps, roomId: string): Promise<RecordItem<HeadRow> | null> {
  const { pk, sk } = keys.head(roomId);
  return await records.get<HeadRow>(pk, sk);
}

export async function positionOf(deps: LogDeps, roomId: string): Promise<Position> {
  const head = await readHead(deps, roomId);
  return { epoch: head?.value.epoch ?? '', sequence: head?.value.sequence ?? 0 };
}

/** At most `limit` (1-1000) events after a sequence, in order. Fewer than that: there are no more. */
export async function eventsAfter(deps: LogDeps, room: Room, after: number, limit: number): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  let rows = FIRST_ROWS;
  for (let from = Math.max(after, room.forgottenUpTo); ; rows *= 4) {
    const options = { prefix: RUNS, after: runAt(from), limit: Math.min(limit - events.length, rows, 1000) };
    const page = await deps.records.query<RunRow>(logOf(room.roomId), options);
    for (const item of page.items) {
      events.push(...opened(deps, room, item, { after: from, before: Infinity }));
      from = lastOf(item.sk);
      if (events.length >= limit) return events.slice(0, limit);
    }
    if (page.next === undefined) return events;
  }
}

/** At most `limit` (1-1000) events before a sequence (`null`: the last ones), in order. */
export async function eventsBefore(
  deps: LogDeps,
  room: Room,
  before: number | null,
  limit: number,
): Promise<RoomEvent[]> {
  const pk = logOf(room.roomId);
  let events: RoomEvent[] = [];
  let to = before ?? Infinity;
  if (before !== null) {
    // The run in which the one before lies may end later.
    const { items } = await deps.records.query<RunRow>(pk, { prefix: RUNS, after: runAt(before - 1), limit: 1 });
    const inside = items.flatMap((item) => opened(deps, room, item, { after: 0, before }));
    events = inside.slice(-limit);
    to = events[0]?.sequence ?? before;
  }
  for (let rows = FIRST_ROWS; events.length < limit && to > 1; rows *= 4) {
    const options = { prefix: RUNS, reverse: true, limit: Math.min(limit - events.length, rows, 1000) };
    const after = to === Infinity ? {} : { after: runAt(to) };
    const page = await deps.records.query<RunRow>(pk, { ...options, ...after });
    for (const item of page.items) {
      // Of what is gone, and all before it, there are no events to go on from; its rows lie there until they are removed.
      if (events.length >= limit || lastOf(item.sk) <= room.forgottenUpTo) return events.slice(-limit);
      events.unshift(...opened(deps, room, item, { after: 0, before: to }));
      to = events[0]?.sequence ?? to;
    }
    if (page.next === undefined) break;
  }
  return events.slice(-limit);
}

/** The event at a sequence; `null` when there is none. */
export async function eventAt(deps: LogDeps, room: Room, sequence: number): Promise<RoomEvent | null> {
  const [event] = await eventsAfter(deps, room, sequence - 1, 1);
  return event?.sequence === sequence ? event : null;
}

function opened(
  { log }: LogDeps,
  room: Room,
  item: RecordItem<RunRow>,
  { after, before }: { readonly after: number; readonly before: number },
): RoomEvent[] {
  const { first, last } = spanOf(item);
  // What is gone is not shown, though its row may be there for a moment longer.
  const from = Math.max(after, room.forgottenUpTo);
  if (last <= from || first >= before) return [];
  const events = eventsOf(room, item).filter(({ sequence }) => sequence > from && sequence < before);
  for (const { content, sequence } of events) {
    if (!content) log.error({ roomId: room.roomId, sequence }, 'An event of a room does not open, and is shown so');
  }
  return events;
}
