import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/sealed-box.ts';
import type { ChatDeps } from '../chat-deps.ts';
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
