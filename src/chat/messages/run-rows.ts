/** Rows of the log: consecutive events of a room, encrypted in one piece that opens in its place alone. */
import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordItem } from '../../storage/index.ts';
import { lastOf, type RunRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import type { RoomEvent } from './content.ts';

export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What is encrypted of a run. Events that did not open are kept as such. */
type Inside = readonly Pick<RoomEvent, 'atMs' | 'author' | 'content'>[];

export function spanOf({ sk, value }: RecordItem<RunRow>): Span {
  const last = lastOf(sk);
  return { first: last - value.count + 1, last };
}

const contextOf = (roomId: string, { first, last }: Span): (string | number)[] => [
  'holdfast/v1/chat',
  'run',
  roomId,
  first,
  last,
];

/** The events must follow each other. */
export function sealRun(key: KeyObject, roomId: string, events: readonly RoomEvent[]): RunRow {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new RangeError('A run holds an event at least');
  const inside: Inside = events.map(({ atMs, author, content }) => ({ atMs, author, content }));
  const context = contextOf(roomId, { first: first.sequence, last: last.sequence });
  const box = seal(key, context, Buffer.from(JSON.stringify(inside)));
  return { box, count: events.length, fromMs: first.atMs, toMs: last.atMs };
}

/** The text of a run, in which something can be looked for before it is read; `null` when it does not open. */
export function runText(room: Room, item: RecordItem<RunRow>): string | null {
  const plain = unseal(room.key, contextOf(room.roomId, spanOf(item)), item.value.box);
  return plain && plain.toString();
}

/** The events of a run, out of its text. Where it does not open, none of them has a content. */
export function eventsOf(room: Room, item: RecordItem<RunRow>, text = runText(room, item)): RoomEvent[] {
  const { roomId } = room;
  const { first } = spanOf(item);
  const { count, fromMs } = item.value;
  const damaged = { atMs: fromMs, author: { visitor: '?' }, content: null };
  const inside: Inside = text === null ? Array.from({ length: count }, () => damaged) : (JSON.parse(text) as Inside);
  return inside.map((event, index) => ({ roomId, sequence: first + index, ...event }));
}

/** The run with one event replaced by another one. */
export function withEvent(room: Room, item: RecordItem<RunRow>, event: RoomEvent): RunRow {
  const index = event.sequence - spanOf(item).first;
  return sealRun(room.key, room.roomId, eventsOf(room, item).with(index, event));
}
