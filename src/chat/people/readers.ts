/** How far somebody has read a room, and what they want to hear of it: one row for a person and a room. */
import { hasCode } from '../../base/errors.ts';
import type { RecordItem } from '../../storage/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { RoomEvent } from '../messages/content.ts';
import { eventsAfter, positionOf } from '../messages/log.ts';
import { keys, type Level, type ReaderRow, topics } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';
import { leavesOut } from './ignoring.ts';
import { folded, holdsOne, type Preferences } from './preferences.ts';

export interface Unread {
  /** Messages of others after what was read; {@link COUNTED} stands for so many and more. */
  readonly messages: number;
  /** Of these, those that name the reader. */
  readonly mentions: number;
}

export interface Reading {
  readonly read: number;
  readonly level: Level;
  readonly unread: Unread;
}

/** As many messages are counted. */
const COUNTED = 100;
/** Events that are looked at for them at most: reactions, edits and one's own messages lie between. */
const LOOKED_AT = 1000;
const ATTEMPTS = 8;

const NOTHING_READ: ReaderRow = { read: 0, level: 'all' };

async function readerOf(
  { records }: ChatDeps,
  accountId: string,
  roomId: string,
): Promise<{ readonly row: ReaderRow; readonly item: RecordItem<ReaderRow> | null }> {
  const { pk, sk } = keys.reader(accountId, roomId);
  const item = await records.get<ReaderRow>(pk, sk);
  return { row: item?.value ?? NOTHING_READ, item };
}

export async function levelOf(deps: ChatDeps, accountId: string, roomId: string): Promise<Level> {
  return (await readerOf(deps, accountId, roomId)).row.level;
}

export async function readingOf(
  deps: ChatDeps,
  accountId: string,
  room: Room,
  preferences: Preferences,
): Promise<Reading> {
  const { row } = await readerOf(deps, accountId, room.roomId);
  return { ...row, unread: await countUnread(deps, accountId, room, row.read, preferences) };
}

async function countUnread(
  deps: ChatDeps,
  accountId: string,
  room: Room,
  read: number,
  preferences: Preferences,
): Promise<Unread> {
  const { keywords } = preferences;
  let [messages, mentions] = [0, 0];
  for await (const { author, content } of eventsSince(deps, room, read)) {
    if (content?.kind !== 'message' || content.removed) continue;
    if ('accountId' in author && (author.accountId === accountId || leavesOut(preferences, author.accountId))) continue;
    messages += 1;
    const names =
      content.everybody === true ||
      (content.mentions?.includes(accountId) ?? false) ||
      (keywords.length > 0 && holdsOne(folded(content.text), keywords));
    if (names) mentions += 1;
    if (messages === COUNTED) break;
  }
  return { messages, mentions };
}

async function* eventsSince(deps: ChatDeps, room: Room, read: number): AsyncGenerator<RoomEvent> {
  for (let [after, looked] = [read, 0]; looked < LOOKED_AT;) {
    const events = await eventsAfter(deps, room, after, COUNTED);
    yield* events;
    const last = events.at(-1);
    if (!last || events.length < COUNTED) return;
    after = last.sequence;
    looked += events.length;
  }
}

/** Everything up to a sequence is read: forward only, and never beyond what there is. The person's other devices hear of it. */
export async function markRead(deps: ChatDeps, { accountId }: Caller, room: Room, sequence: number): Promise<number> {
  const { roomId } = room;
  const last = (await positionOf(deps, roomId)).sequence;
  const read = await changeReader(deps, accountId, roomId, (row) => {
    const wanted = Math.min(sequence, last);
    return wanted > row.read ? { ...row, read: wanted } : null;
  });
  if (read.read === last) deps.onRead(accountId, roomId);
  return read.read;
}

/** Which messages of a room somebody wants to be told of. */
export async function setLevel(deps: ChatDeps, { accountId }: Caller, room: Room, level: Level): Promise<void> {
  await changeReader(deps, accountId, room.roomId, (row) => (row.level === level ? null : { ...row, level }));
}

async function changeReader(
  deps: ChatDeps,
  accountId: string,
  roomId: string,
  change: (row: ReaderRow) => ReaderRow | null,
): Promise<ReaderRow> {
  for (let attempt = 1; ; attempt += 1) {
    const { row, item } = await readerOf(deps, accountId, roomId);
    const value = change(row);
    if (!value) return row;
    const condition = item ? { revision: item.revision } : 'absent';
    try {
      await deps.records.transact([{ op: 'put', ...keys.reader(accountId, roomId), value, if: condition }]);
      deps.pubSub.publish(topics.person(accountId), { kind: 'read', roomId, sequence: value.read });
      return value;
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
      if (attempt === ATTEMPTS) throw chatErrors('chat_busy', { attempted: 'Mark what is read', cause: error });
    }
  }
}
