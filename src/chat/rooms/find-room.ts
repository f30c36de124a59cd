import { hasCode } from '../../base/errors.ts';
import type { ChatDeps, Person } from '../chat-deps.ts';
import { keys } from '../records.ts';
import { enterRoom, KEPT_OUT } from './access.ts';
import type { OpenRooms } from './open-rooms.ts';
import { checkedRoomName, roomNameHash } from './room-name.ts';
import type { Room } from './room-rows.ts';

/** The id of the public room of this name, with or without `#`, in any case; `null`: there is none. */
export async function publicRoomNamed(deps: ChatDeps, rooms: OpenRooms, name: string): Promise<string | null> {
  const roomId = await roomIdOf(deps, name);
  return roomId !== null && (await isPublicRoom(rooms, roomId)) ? roomId : null;
}

/** The room of this name, private ones too: for parts of the workspace that an admin told where to write. */
export async function roomNamed(deps: ChatDeps, rooms: OpenRooms, name: string): Promise<Room | null> {
  const roomId = await roomIdOf(deps, name);
  return roomId === null ? null : await rooms.read(roomId);
}

async function roomIdOf({ records, workspaceKey }: ChatDeps, name: string): Promise<string | null> {
  try {
    const { pk, sk } = keys.name(roomNameHash(workspaceKey, checkedRoomName(name)));
    return (await records.get<{ readonly roomId: string }>(pk, sk))?.value.roomId ?? null;
  } catch (error) {
    if (hasCode(error, 'chat_room_name_invalid')) return null;
    throw error;
  }
}

/** Whether what is said in a room may be heard by everybody who is let in: false for one that is private or not there. */
export async function isPublicRoom(rooms: OpenRooms, roomId: string): Promise<boolean> {
  try {
    return (await rooms.read(roomId)).kind === 'public';
  } catch (error) {
    if (hasCode(error, 'chat_room_not_found')) return false;
    throw error;
  }
}

/** Whether somebody may hear what is said in a room. */
export async function mayEnterRoom(
  rooms: OpenRooms,
  person: Pick<Person, 'accountId' | 'role'>,
  roomId: string,
): Promise<boolean> {
  try {
    await enterRoom(rooms, person, roomId);
    return true;
  } catch (error) {
    if (hasCode(error, ...KEPT_OUT)) return false;
    throw error;
  }
}
