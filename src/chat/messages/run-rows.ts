/** Rows of the log: a few events as they were written, or a block of many that are older. */
import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/sealed-box.ts';
import type { RecordItem } from '../../storage/index.ts';
import { type BlockRow, lastOf, type RunRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import { openEvent, type RoomEvent, sealEvent } from './content.ts';

export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What is encrypted of a block. Events that did not open are kept as such. */
type Inside = readonly Pick<RoomEvent, 'atMs' | 'author' | 'content'>[];

export function spanOf({ sk, value }: RecordItem<RunRow>): Span {
  const last = lastOf(sk);
  return { first: last - countOf(value) + 1, last };
}

export function countOf(row: RunRow): number {
  return 'block' in row ? row.count : row.events.length;
}

/** When its first and its last event were written. */
export function timesOf(row: RunRow): { readonly fromMs: number; readonly toMs: number } {
  if ('block' in row) return row;
  return { fromMs: row.events[0]?.atMs ?? 0, toMs: row.events.at(-1)?.atMs ?? 0 };
}

const contextOf = (roomId: string, { first, last }: Span): (string | number)[] => [
  'holdfast/v1/chat',
  'block',
  roomId,
  first,
  last,
];

/** The events must follow each other. */
export function sealBlock(key: KeyObject, roomId: string, events: readonly RoomEvent[]): BlockRow {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) throw new RangeError('A block holds an event at least');
  const inside: Inside = events.map(({ atMs, author, content }) => ({ atMs, author, content }));
  const context = contextOf(roomId, { first: first.sequence, last: last.sequence });
  const block = seal(key, context, Buffer.from(JSON.stringify(inside)));
  return { block, count: events.length, fromMs: first.atMs, toMs: last.atMs };
}

/** The text of a block, in which events can be looked for before it is read; `null` when it does not open. */
export function blockText(room: Room, item: RecordItem<RunRow>): string | null {
  if (!('block' in item.value)) return null;
  const plain = unseal(room.key, contextOf(room.roomId, spanOf(item)), item.value.block);
  return plain && plain.toString();
}

export function eventsOfBlock(roomId: string, { first }: Span, text: string): RoomEvent[] {
  return (JSON.parse(text) as Inside).map((event, index) => ({ roomId, sequence: first + index, ...event }));
}

/** All events of a row. One that does not open has no content; of a block that does not open none has. */
export function eventsOf(room: Room, item: RecordItem<RunRow>): RoomEvent[] {
  const { roomId, key } = room;
  const { value } = item;
  const span = spanOf(item);
  if (!('block' in value)) return value.events.map((event, index) => openEvent(key, roomId, span.first + index, event));
  const text = blockText(room, item);
  if (text !== null) return eventsOfBlock(roomId, span, text);
  return Array.from({ length: value.count }, (_, index) => ({
    ...{ roomId, sequence: span.first + index, atMs: value.fromMs },
    author: { visitor: '?' },
    content: null,
  }));
}

/** The row with one event replaced by another one of the same author and time. */
export function withEvent(room: Room, item: RecordItem<RunRow>, event: RoomEvent): RunRow {
  const { value } = item;
  const index = event.sequence - spanOf(item).first;
  if ('block' in value) return sealBlock(room.key, room.roomId, eventsOf(room, item).with(index, event));
  if (!event.content) throw new RangeError('An event is replaced by one that says something');
  return { events: value.events.with(index, sealEvent(room.key, event, event.content)) };
}
