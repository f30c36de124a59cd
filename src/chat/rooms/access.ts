/** Who may do what in a room. */
import type { Caller, Person } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { OpenRooms } from './open-rooms.ts';
import { isAtLeast, oneOfRole, type RoomRole } from './roles.ts';
import type { Room } from './room-rows.ts';

/**
 * The role that counts. A public room is open to everybody but guests, and an admin of the workspace is an owner there;
 * in a private room a member is who was added. `null`: the room is not there for this person.
 */
export async function effectiveRole(
  rooms: OpenRooms,
  room: Room,
  { accountId, role }: Pick<Person, 'accountId' | 'role'>,
): Promise<RoomRole | null> {
  const own = await rooms.roleIn(room, accountId);
  if (room.kind !== 'public') return own;
  if (role === 'admin') return 'owner';
  return own ?? (role === 'guest' ? null : 'member');
}

/** The room and the role in it. Throws `chat_room_not_found` to whoever may not see it, `chat_forbidden`. */
export async function enterRoom(
  rooms: OpenRooms,
  caller: Pick<Caller, 'accountId' | 'role' | 'key'>,
  roomId: string,
  needed: RoomRole = 'member',
): Promise<{ readonly room: Room; readonly role: RoomRole }> {
  const room = await rooms.read(roomId, caller);
  const role = await effectiveRole(rooms, room, caller);
  if (role === null) throw chatErrors('chat_room_not_found', { attempted: 'Look for a room' });
  if (!isAtLeast(role, needed)) throw chatErrors('chat_forbidden', { detail: `${oneOfRole(needed)} may` });
  return { room, role };
}
