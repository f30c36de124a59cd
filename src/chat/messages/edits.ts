import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { Caller, ChatDeps } from '../chat-deps.ts';
import { chatErrors } from '../errors.ts';
import { enterRoom } from '../rooms/access.ts';
import type { OpenRooms } from '../rooms/open-rooms.ts';
import { isAtLeast } from '../rooms/roles.ts';
import { readChanges } from './changes.ts';
import { editsOf, logOf, type SealedRow } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';

/** A text that a message had, and since when. */
export type Edit = { readonly text: string; readonly atMs: number };

export function sealEdit(
  key: KeyObject,
  { pk, sk }: { readonly pk: string; readonly sk: string },
  edit: Edit,
): SealedRow {
  return { sealed: seal(key, ['holdfast/v1/chat', pk, sk], Buffer.from(JSON.stringify(edit))) };
}

/** The texts that a message had before the one that counts, in order. */
export async function readEdits({ records }: ChatDeps, room: Room, sequence: number): Promise<Edit[]> {
  const page = await records.query<SealedRow>(logOf(room.roomId), { prefix: editsOf(sequence), limit: 1000 });
  return page.items.flatMap(({ pk, sk, value }) => {
    const plain = unseal(room.key, ['holdfast/v1/chat', pk, sk], value.sealed);
    return plain ? [JSON.parse(plain.toString()) as Edit] : [];
  });
}

/** The same for somebody in the room; of what is hidden for its moderators. Throws `chat_room_not_found`, `chat_message_hidden`. */
export async function readEditsAs(
  deps: ChatDeps,
  rooms: OpenRooms,
  caller: Caller,
  { roomId, sequence }: { readonly roomId: string; readonly sequence: number },
): Promise<Edit[]> {
  const { room, role } = await enterRoom(rooms, caller, roomId);
  // What is gone because of its age may lie there for a moment longer, and that it was hidden may not.
  if (sequence <= room.forgottenUpTo) return [];
  const { changes } = await readChanges(deps, room, sequence);
  if (changes.hidden && !isAtLeast(role, 'moderator')) throw chatErrors('chat_message_hidden');
  return await readEdits(deps, room, sequence);
}
