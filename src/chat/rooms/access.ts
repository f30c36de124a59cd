/** Who may do what in a room: the one place that says so, whichever way somebody came by. */
import { timestamp } from '../../base/clock.ts';
import type { HoldfastError } from '../../base/errors.ts';
import type { Caller } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import type { Restriction } from '../moderation/rules.ts';
import type { OpenRooms } from './open-rooms.ts';
import { isAtLeast, oneOfRole, type RoomRole } from './roles.ts';
import type { Room } from './room-rows.ts';

type Somebody = Pick<Caller, 'accountId' | 'role' | 'asMember'>;

/** Codes with which a room is not there for somebody, or not open to them. */
export const KEPT_OUT = ['chat_room_not_found', 'chat_banned'] as const;

/**
 * The role that counts. A public room is open to everybody but guests, and an admin of the workspace is an owner there;
 * in a private room a member is who was added, and in one that the workspace itself made they are owners too. A program
 * with an app password is a member at most. `null`: the room is not there for this person, or they are banned.
 */
export async function effectiveRole(rooms: OpenRooms, room: Room, person: Somebody): Promise<RoomRole | null> {
  if (rooms.restrictionOn(room, 'ban', person)) return null;
  const role = await standingRole(rooms, room, person);
  return role !== null && person.asMember ? 'member' : role;
}

/** The same, whatever is in force against them. */
export async function standingRole(
  rooms: OpenRooms,
  room: Room,
  { accountId, role }: Somebody,
): Promise<RoomRole | null> {
  const own = await rooms.roleIn(room, accountId);
  if (role === 'admin' && (room.kind === 'public' || room.row?.audience !== undefined)) return 'owner';
  if (room.kind !== 'public') return own;
  return own ?? (role === 'guest' ? null : 'member');
}

/** Throws `chat_room_not_found` to whoever may not see the room, `chat_banned` to whoever is kept out of it. */
export async function requireRole(
  rooms: OpenRooms,
  room: Room,
  person: Somebody,
  attempted: string,
): Promise<RoomRole> {
  const role = await effectiveRole(rooms, room, person);
  if (role !== null) return role;
  const ban = rooms.restrictionOn(room, 'ban', person);
  // Only of what they could see without it are they told.
  if (ban && (await standingRole(rooms, room, person)) !== null) throw restricted(ban, attempted);
  throw chatErrors('chat_room_not_found', { attempted });
}

/** The same for whoever says or changes something. Throws `chat_muted`, `chat_room_archived` as well. */
export async function requireWriter(
  rooms: OpenRooms,
  room: Room,
  person: Somebody,
  attempted: string,
): Promise<RoomRole> {
  const role = await requireRole(rooms, room, person, attempted);
  const mute = rooms.restrictionOn(room, 'mute', person);
  if (mute) throw restricted(mute, attempted);
  requireOpen(room, attempted);
  return role;
}

/** Throws `chat_room_archived`. */
export function requireOpen(room: Room, attempted = 'Send a message'): void {
  if (room.archived) throw chatErrors('chat_room_archived', { attempted });
}

/** Says until when, and why. */
export function restricted({ what, untilMs, reason }: Restriction, attempted: string): HoldfastError {
  const untilTime = timestamp(untilMs);
  const detail = `until ${untilTime}: ${reason}`;
  return chatErrors(what === 'ban' ? 'chat_banned' : 'chat_muted', { attempted, detail, extra: { untilTime, reason } });
}

/** The room and the role in it. Throws what {@link requireRole} throws, `chat_forbidden`. */
export async function enterRoom(
  rooms: OpenRooms,
  caller: Pick<Caller, 'accountId' | 'role' | 'key' | 'asMember'>,
  roomId: string,
  needed: RoomRole = 'member',
): Promise<{ readonly room: Room; readonly role: RoomRole }> {
  const room = await rooms.read(roomId, caller);
  const role = await requireRole(rooms, room, caller, 'Look for a room');
  if (!isAtLeast(role, needed)) throw needsRole(needed, caller);
  return { room, role };
}

/** What whoever would need another role is told. */
export function needsRole(needed: RoomRole, { asMember }: Pick<Caller, 'asMember'>): HoldfastError {
  const detail = asMember ? 'an app password for chat does not moderate: log in' : `${oneOfRole(needed)} may`;
  return chatErrors('chat_forbidden', { detail });
}
