/** The list of rooms as it is after something was told, without asking for it again. */
import { isIgnored } from '../ignoring/left-out.ts';
import type { LiveNews, Position, RoomView } from '../api.ts';

export interface Reader {
  readonly accountId: string;
  /** Accounts whose messages are left out. */
  readonly ignored: readonly string[];
  /** In small letters; they count as being named. */
  readonly keywords: readonly string[];
}

/** Something was said or changed. What the counts of a room hold already, by its position, changes nothing. */
export function withEventIn(
  rooms: readonly RoomView[],
  { roomId, sequence, what, message }: Extract<LiveNews, { kind: 'event' }>,
  reader: Reader,
): readonly RoomView[] {
  return changed(rooms, roomId, (room) => {
    if (sequence <= room.position.sequence) return room;
    const position = { ...room.position, sequence };
    const { accountId } = message?.author ?? {};
    const isOthers = accountId !== reader.accountId && !isIgnored(accountId, reader.ignored);
    if (what !== 'said' || !message || !isOthers) return { ...room, position };
    const { messages, mentions } = room.unread;
    const unread = { messages: messages + 1, mentions: mentions + (names(message, reader) ? 1 : 0) };
    return { ...room, position, unread };
  });
}

/** Whether a message is for somebody in particular. */
export function names(
  { mentions, everybody, text }: { mentions: readonly string[]; everybody: boolean; text: string | null },
  { accountId, keywords }: Pick<Reader, 'accountId' | 'keywords'>,
): boolean {
  if (everybody || mentions.includes(accountId)) return true;
  const folded = keywords.length > 0 ? (text ?? '').normalize('NFC').toLowerCase() : '';
  return keywords.some((word) => folded.includes(word));
}

/** Read up to here. `null` for the rooms: how much of it is left has to be asked. */
export function withRead(rooms: readonly RoomView[], roomId: string, sequence: number): readonly RoomView[] {
  return changed(rooms, roomId, (room) => {
    if (sequence < room.read) return room;
    const isAll = sequence >= room.position.sequence;
    return { ...room, read: sequence, unread: isAll ? { messages: 0, mentions: 0 } : room.unread };
  });
}

/** With a room as the server tells it, or one more. */
export function withRoom(rooms: readonly RoomView[], room: RoomView): readonly RoomView[] {
  const known = rooms.some(({ roomId }) => roomId === room.roomId);
  return known ? changed(rooms, room.roomId, (now) => newer(now, room)) : [...rooms, room].toSorted(byName);
}

/** The list as the server tells it. */
export function withList(rooms: readonly RoomView[], list: readonly RoomView[]): RoomView[] {
  const known = new Map(rooms.map((room) => [room.roomId, room]));
  return list.map((room) => newer(known.get(room.roomId) ?? room, room));
}

/** What was heard while the answer was on its way stands, so that what was said meanwhile goes on counting. */
function newer(heard: RoomView, told: RoomView): RoomView {
  return isBefore(told.position, heard.position)
    ? { ...told, position: heard.position, read: heard.read, unread: heard.unread }
    : told;
}

/** In the same count of events. */
export function isBefore(one: Position, other: Position): boolean {
  return one.epoch === other.epoch && one.sequence < other.sequence;
}

const byName = (a: RoomView, b: RoomView): number => (a.name < b.name ? -1 : 1);

function changed(
  rooms: readonly RoomView[],
  roomId: string,
  change: (room: RoomView) => RoomView,
): readonly RoomView[] {
  return rooms.map((room) => (room.roomId === roomId ? change(room) : room));
}
