import { hasCode } from '../../base/errors.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { type Position, positionOf } from '../messages/log.ts';
import { type Preferences, readPreferences } from '../people/preferences.ts';
import { type Reading, readingOf } from '../people/readers.ts';
import { ROOMS, type RoomRow } from '../records.ts';
import { effectiveRole, enterRoom } from './access.ts';
import { conversationsOf } from './conversations.ts';
import type { OpenRooms } from './open-rooms.ts';
import type { Room } from './room-rows.ts';
import type { RoomRole } from './roles.ts';

/** A room as somebody sees it who may enter it. */
export interface RoomFacts {
  readonly room: Room;
  readonly role: RoomRole;
  /** Whether they were added or joined, and so have it in their list. */
  readonly isMember: boolean;
  readonly position: Position;
  readonly reading: Reading;
}

/** Every room that somebody may enter, by name. */
export async function listRooms(deps: ChatDeps, rooms: OpenRooms, caller: Caller): Promise<RoomFacts[]> {
  const preferences = await readPreferences(deps, caller.accountId);
  const found: RoomFacts[] = [];
  for await (const entered of roomsOpenTo(deps, rooms, caller)) {
    found.push(await factsOf(deps, rooms, caller, entered, preferences));
  }
  return found.toSorted((a, b) => (a.room.name < b.room.name ? -1 : 1));
}

export async function enterableRooms(deps: ChatDeps, rooms: OpenRooms, caller: Caller): Promise<Room[]> {
  const found: Room[] = [];
  for await (const { room } of roomsOpenTo(deps, rooms, caller)) found.push(room);
  return found;
}

async function* roomsOpenTo(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
): AsyncGenerator<Pick<RoomFacts, 'room' | 'role'>> {
  for (let after: string | undefined; ;) {
    const options = { limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<RoomRow>(ROOMS, options);
    for (const item of page.items) {
      const room = rooms.opened(item);
      const role = await effectiveRole(rooms, room, caller);
      if (role) yield { room, role };
    }
    after = page.next;
    if (after === undefined) break;
  }
  for (const roomId of await conversationsOf(deps, caller.accountId)) {
    try {
      yield { room: await rooms.read(roomId, caller), role: 'member' };
    } catch (error) {
      // One that does not open any more hides none of the others.
      if (!hasCode(error, 'chat_key_needed', 'chat_room_not_found', 'chat_room_damaged')) throw error;
      deps.log.warn({ roomId, code: error.code }, 'A conversation does not open for one of its members');
    }
  }
}

/** Throws `chat_room_not_found`. */
export async function showRoom(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string): Promise<RoomFacts> {
  const { room, role } = await enterRoom(rooms, caller, roomId);
  return await factsOf(deps, rooms, caller, { room, role }, await readPreferences(deps, caller.accountId));
}

async function factsOf(
  deps: ChatDeps,
  rooms: OpenRooms,
  { accountId }: Caller,
  { room, role }: Pick<RoomFacts, 'room' | 'role'>,
  preferences: Preferences,
): Promise<RoomFacts> {
  const isMember = (await rooms.roleIn(room, accountId)) !== null;
  const reading = await readingOf(deps, accountId, room, preferences);
  return { room, role, isMember, position: await positionOf(deps, room.roomId), reading };
}
