/** Whom a report in a room wakes: those who decide about it. */
import type { ChatDeps } from '../chat-deps.ts';
import { effectiveRole } from '../rooms/access.ts';
import { membersIn } from '../rooms/members.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast } from '../rooms/roles.ts';
import type { Room } from '../rooms/room-rows.ts';

/** More need not hear of one report. */
const MOST = 100;

/**
 * Everybody who moderates the room and may log in, but for the reporter: those whom the room has for it first, then the
 * admins who are owners of it by being admins.
 */
export async function moderatorsTold(
  deps: ChatDeps,
  rooms: OpenRooms,
  room: Room,
  reporterId: string,
): Promise<readonly string[]> {
  const members = (await membersIn(deps, room.roomId)).filter(({ role }) => isAtLeast(role, 'moderator'));
  const maybe = new Set([...members.map(({ accountId }) => accountId), ...(await deps.admins())]);
  maybe.delete(reporterId);
  const told: string[] = [];
  for (const accountId of maybe) {
    if (told.length === MOST) break;
    const person = await deps.person(accountId);
    if (person && isAtLeast(await effectiveRole(rooms, room, person), 'moderator')) told.push(accountId);
  }
  return told;
}
