import type { Caller, ChatDeps } from '../chat-deps.ts';
import { type Position, positionOf } from '../messages/log.ts';
import { ROOMS, type RoomRow } from '../records.ts';
import { effectiveRole, enterRoom } from './access.ts';
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
}

/** Every room that somebody may enter, by name. */
export async function listRooms(deps: ChatDeps, rooms: OpenRooms, caller: Caller): Promise<RoomFacts[]> {
  const found: RoomFacts[] = [];
  for (let after: string | undefined; ;) {
    const options = { limit: 1000, ...(after === undefined ? {} : { after }) };
    const page = await deps.records.query<RoomRow>(ROOMS, options);
    for (const item of page.items) {
      const room = rooms.opened(item);
      const role = await effectiveRole(rooms, room, caller);
      if (role) found.push(await factsOf(deps, rooms, caller, room, role));
    }
    after = page.next;
    if (after === undefined) break;
  }
  return found.toSorted((a, b) => (a.room.name < b.room.name ? -1 : 1));
}

/** Throws `chat_room_not_found`. */
export async function showRoom(deps: ChatDeps, rooms: OpenRooms, caller: Caller, roomId: string): Promise<RoomFacts> {
  const { room, role } = await enterRoom(rooms, caller, roomId);
  return await factsOf(deps, rooms, caller, room, role);
}

async function factsOf(
  deps: ChatDeps,
  rooms: OpenRooms,
  { accountId }: Caller,
  room: Room,
  role: RoomRole,
): Promise<RoomFacts> {
  const isMember = (await rooms.roleIn(room, accountId)) !== null;
  return { room, role, isMember, position: await positionOf(deps, room.roomId) };
}
