import { hasCode } from '../../base/errors.ts';
import type { ChatDeps } from '../chat-deps.ts';
import { keys } from '../records.ts';
import type { OpenRooms } from './open-rooms.ts';
import { checkedRoomName, roomNameHash } from './room-name.ts';

/** The id of the public room of this name, with or without `#`, in any case; `null`: there is none. */
export async function publicRoomNamed(deps: ChatDeps, rooms: OpenRooms, name: string): Promise<string | null> {
  try {
    const { pk, sk } = keys.name(roomNameHash(deps.workspaceKey, checkedRoomName(name)));
    const item = await deps.records.get<{ readonly roomId: string }>(pk, sk);
    if (!item) return null;
    const { roomId } = item.value;
    return (await rooms.read(roomId)).kind === 'public' ? roomId : null;
  } catch (error) {
    if (hasCode(error, 'chat_room_name_invalid', 'chat_room_not_found')) return null;
    throw error;
  }
}
