import type { ApiClient } from '../../base/commands/command.ts';
import { visible } from '../../base/text/visible.ts';
import { chatErrors } from '../errors.ts';
import type { RoomsReply, RoomView } from '../wire.ts';

/** The room that somebody means: by its name, with or without `#`, in any case, or by its id. Throws `chat_room_not_found`. */
export function findRoom(rooms: readonly RoomView[], name: string): RoomView {
  const fold = (text: string): string => text.replace(/^#/, '').normalize('NFC').toLowerCase();
  const found = rooms.find((room) => fold(room.name) === fold(name) || room.roomId === name);
  if (!found) throw chatErrors('chat_room_not_found', { attempted: `Look for room “${visible(name)}”` });
  return found;
}

/** Of a verb that is for those who moderate the room. */
export const ROOM = { name: 'ROOM', about: 'Its name, with or without #; you moderate it' } as const;

/** Asks the server for the room of this name. Throws `chat_room_not_found`. */
export async function roomCalled(api: ApiClient, name = ''): Promise<RoomView> {
  return findRoom((await api.get<RoomsReply>('/chat/rooms')).rooms, name);
}
