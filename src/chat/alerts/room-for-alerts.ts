import { hasCode } from '../../base/errors.ts';
import type { ChatDeps } from '../chat-deps.ts';
import type { Audience } from '../records.ts';
import { newRoom } from '../rooms/create-room.ts';
import { roomNamed } from '../rooms/find-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import type { Room } from '../rooms/room-rows.ts';

/** The room of this name, made where there is none. Nobody is its owner but the admins of the workspace. */
export async function roomForAlerts(
  deps: ChatDeps,
  rooms: OpenRooms,
  name: string,
  audience: Audience,
): Promise<Room | null> {
  const before = await roomNamed(deps, rooms, name);
  if (before) return before;
  const kind = audience === 'admins' ? 'private' : 'public';
  const { roomId, operations } = newRoom(deps, { name, kind }, null, audience === 'admins' ? 'admins' : undefined);
  try {
    await deps.records.transact([
      ...operations,
      ...deps.audit.operations({
        ...{ act: 'chat_room.made', actorId: null, sessionId: null },
        subjectIds: [roomId],
        facts: { kind, audience },
      }),
    ]);
  } catch (error) {
    // Another server was faster.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
  return await roomNamed(deps, rooms, name);
}
