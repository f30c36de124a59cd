import { hasCode } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { remember } from '../../base/memory/remember.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { keys, type MemberRow, type RoomRow } from '../records.ts';
import { type Restriction, restrictionOn, type Target } from '../moderation/rules.ts';
import { openConversation } from './conversations.ts';
import { openKeptRooms } from './kept-rooms.ts';
import { openRoomKey, wrapRoomKey } from './room-key.ts';
import { genuineRole, openRoomRow, type Room, withRoomMac } from './room-rows.ts';
import type { RoomRole } from './roles.ts';

/** Opened rooms that are kept; each is about a kilobyte. */
const KEPT = 5000;

export interface OpenRooms extends AsyncDisposable {
  /**
   * As it is now. A conversation is opened with the key of the reader, or was a while ago by somebody in it.
   * Throws `chat_room_not_found`, `chat_room_damaged`, `chat_key_needed`.
   */
  read(roomId: string, reader?: Pick<Caller, 'accountId' | 'key'>): Promise<Room>;
  /**
   * As it was a while ago at the longest: for whoever writes on condition that its revision is the present one, or goes
   * on with what was allowed before.
   */
  recent(roomId: string): Promise<Room>;
  /** The same for somebody: a conversation is opened with their key when it is not open. */
  recentFor(roomId: string, reader: Pick<Caller, 'accountId' | 'key'>): Promise<Room>;
  /** Of a room that was read already, with everything that its row and key cost. */
  opened(item: Parameters<typeof openRoomRow>[1]): Room;
  /** The next look is at the records. */
  forget(roomId: string): void;
  /** The role of a member; `null` for somebody who is none. Of the same moment as the room. */
  roleIn(room: Room, accountId: string): Promise<RoomRole | null>;
  /** What is in force in the room for somebody now. */
  restrictionOn(room: Room, what: Restriction['what'], who: Target): Restriction | null;
}

export function openRooms(deps: Pick<ChatDeps, 'records' | 'workspaceKey' | 'log' | 'clock' | 'settings'>): OpenRooms {
  const { records, workspaceKey } = deps;
  const known = new Map<string, Room>();
  const conversations = openKeptRooms(deps.settings.chatKeyKeptMs, deps.clock);

  const keep = (room: Room): Room => {
    remember(known, room.roomId, room, KEPT);
    return room;
  };
  const opened: OpenRooms['opened'] = (item) => {
    const before = known.get(item.sk);
    return before?.revision === item.revision ? before : keep(openRoomRow(workspaceKey, item));
  };
  const read: OpenRooms['read'] = async (roomId, reader) => {
    const { pk, sk } = keys.room(roomId);
    const item = isId(roomId) ? await records.get<RoomRow>(pk, sk) : null;
    if (!item) {
      known.delete(roomId);
      if (!isId(roomId)) throw chatErrors('chat_room_not_found', { attempted: 'Look for a room' });
      const kept = conversations.get(roomId);
      if (!kept) return conversations.keep(await openConversation(deps, roomId, reader));
      if (!reader || kept.members?.includes(reader.accountId)) return kept;
      throw chatErrors('chat_room_not_found', { attempted: 'Look for a room' });
    }
    const room = opened(item);
    if (room.wrappedBy < workspaceKey.generation) await rewrap(deps, room);
    return room;
  };

  return {
    read,
    recent: async (roomId) => known.get(roomId) ?? conversations.get(roomId) ?? (await read(roomId)),
    recentFor: async (roomId, reader) => known.get(roomId) ?? conversations.get(roomId) ?? (await read(roomId, reader)),
    opened,
    forget: (roomId) => void known.delete(roomId),
    restrictionOn: ({ rules }, what, who) => restrictionOn(rules, what, who, deps.clock()),
    async roleIn(room, accountId) {
      if (room.members) return room.members.includes(accountId) ? 'member' : null;
      const before = room.roles.get(accountId);
      if (before !== undefined) return before;
      const { pk, sk } = keys.member(room.roomId, accountId);
      const item = await records.get<MemberRow>(pk, sk);
      const role = item && genuineRole(workspaceKey, room.roomId, accountId, item.value);
      if (item && role === null)
        deps.log.error({ roomId: room.roomId, accountId }, 'A membership was not written by us');
      room.roles.set(accountId, role);
      return role;
    },
    [Symbol.asyncDispose]: () => conversations[Symbol.asyncDispose](),
  };
}

/** Moves a room's key under the newest generation of the workspace key; another server may be faster. */
async function rewrap(
  { records, workspaceKey }: Pick<ChatDeps, 'records' | 'workspaceKey'>,
  room: Room,
): Promise<void> {
  const { roomId, row, revision } = room;
  const opened = row && openRoomKey(workspaceKey, roomId, row.wrap);
  if (!opened) return;
  const value = withRoomMac(workspaceKey, roomId, { ...row, wrap: wrapRoomKey(workspaceKey, roomId, opened.key) });
  await records.transact([{ op: 'put', ...keys.room(roomId), value, if: { revision } }]).catch((error: unknown) => {
    if (!hasCode(error, 'record_conflict')) throw error;
  });
}
