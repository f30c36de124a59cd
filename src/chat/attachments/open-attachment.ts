import { fileErrors, type SharedDownload } from '../../files/index.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { readChanges } from '../messages/changes.ts';
import { enterRoom } from '../rooms/access.ts';
import { mayEnterRoom } from '../rooms/find-room.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast } from '../rooms/roles.ts';
import { holderOf } from './holder.ts';

/**
 * A file that was shared with a room, to whoever is in it at this moment. Throws `chat_room_not_found`,
 * `share_not_found`, `share_in_trash`.
 */
export async function openAttachment(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  roomId: string,
  shareId: string,
): Promise<SharedDownload> {
  const { room, role } = await enterRoom(rooms, caller, roomId);
  const opened = await deps.shares.open({ ...holderOf(roomId), key: room.key }, shareId, caller);
  // Until its turn to go has come.
  if (Number(opened.reference) <= room.forgottenUpTo) throw fileErrors('share_not_found');
  const { changes } = await readChanges(deps, room, Number(opened.reference));
  if (changes.hidden && !isAtLeast(role, 'moderator')) throw fileErrors('share_not_found');
  return opened;
}

/** For what goes on after it was let in, without any key. Throws as {@link openAttachment}. */
export async function mayStillOpen(
  { shares }: ChatDeps,
  rooms: OpenRooms,
  caller: Pick<Caller, 'accountId' | 'role'>,
  roomId: string,
  shareId: string,
): Promise<void> {
  if (!(await mayEnterRoom(rooms, caller, roomId))) throw chatErrors('chat_room_not_found');
  if ((await shares.standing(holderOf(roomId), shareId)) !== 'shared') throw fileErrors('share_not_found');
}
