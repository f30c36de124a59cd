/**
 * Whom a message told by a word that they watch for. The message does not say so, and what a room keeps no longer must
 * take along that it was for them: so it lies beside the message, under the room's key.
 */
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { keys, type SealedRow, sequenceIn } from '../records.ts';
import type { Room } from '../rooms/room-rows.ts';

type WordMentions = { readonly atMs: number; readonly accountIds: readonly string[] };
type Place = { readonly pk: string; readonly sk: string };

const contextOf = ({ pk, sk }: Place): string[] => ['holdfast/v1/chat', pk, sk];

export function wordMentionsOperation(
  { key, roomId }: Pick<Room, 'key' | 'roomId'>,
  sequence: number,
  mentions: WordMentions,
): RecordOperation {
  const at = keys.wordMentions(roomId, sequence);
  const value: SealedRow = { sealed: seal(key, contextOf(at), Buffer.from(JSON.stringify(mentions))) };
  return { op: 'put', ...at, value };
}

/** Removes the row and what it names. */
export function forgetWordMentions(
  { key, roomId }: Pick<Room, 'key' | 'roomId'>,
  { pk, sk, value }: Place & { readonly value: SealedRow },
): RecordOperation[] {
  const plain = unseal(key, contextOf({ pk, sk }), value.sealed);
  const { atMs, accountIds } = plain ? (JSON.parse(plain.toString()) as WordMentions) : { atMs: 0, accountIds: [] };
  return [
    { op: 'delete', pk, sk },
    ...accountIds.map((each): RecordOperation => ({
      op: 'delete',
      ...keys.mention(each, atMs, roomId, sequenceIn(sk)),
    })),
  ];
}
