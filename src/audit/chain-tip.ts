import type { AuditFacts } from '../base/audit-event.ts';
import type { RecordStore } from '../storage/index.ts';
import { BATCHES, keys, NO_HASH, type BatchRow, type HeadRow } from './records.ts';
import { batchHash, isSignedBy, signsNext, type Signer } from './signing.ts';

/** Where the chain ends, and what the next batch follows. */
export interface ChainTip extends HeadRow {
  /** Sequence of the next batch: one more than the last, unless somebody put something there. */
  readonly next: number;
  /** Generation that signs the next batch. */
  readonly keyGeneration: number;
  /** What the head row must still be when the next batch is written; `null`: not there. */
  readonly headRevision: string | null;
  /** What does not fit together: somebody changed the records behind the server's back. */
  readonly anomaly: AuditFacts | null;
}

/**
 * Reads the head row and the last batch, which name the same batch unless somebody tampered. Then the chain goes on
 * behind whichever proves more, so that what was removed stays a visible gap and new events are never held up.
 */
export async function readTip(records: RecordStore, signer: Signer): Promise<ChainTip> {
  const headItem = await records.get<HeadRow>(keys.head.pk, keys.head.sk);
  const { items } = await records.query<BatchRow>(BATCHES, { reverse: true, limit: 1 });
  const item = items[0];
  const head = headItem?.value ?? { sequence: 0, hash: NO_HASH, events: 0 };
  const headRevision = headItem?.revision ?? null;

  if (!item || !isBatchAt(item.sk, item.value, signer)) {
    const isEmpty = !item && head.sequence === 0;
    const anomaly = isEmpty ? null : { head: head.sequence, lastBatch: 'none that was signed here' };
    const next = isEmpty ? 1 : await firstFree(records, head.sequence + 1);
    return { ...head, next, keyGeneration: signer.generation, headRevision, anomaly };
  }
  const last = item.value;
  const found = { sequence: last.sequence, hash: batchHash(last), events: last.eventsBefore + last.events.length };
  const keyGeneration = signsNext(last);
  const fits = found.sequence === head.sequence && found.hash === head.hash;
  const anomaly = fits ? null : { head: head.sequence, lastBatch: found.sequence };
  const further = head.sequence > found.sequence ? head : found;
  return { ...further, next: further.sequence + 1, keyGeneration, headRevision, anomaly };
}

/** The same behind a batch that was written just now; `null` when the chain goes on otherwise, and has to be looked at. */
export async function tipBehind(records: RecordStore, batch: BatchRow, head: HeadRow): Promise<ChainTip | null> {
  const item = await records.get<HeadRow>(keys.head.pk, keys.head.sk);
  if (item?.value.sequence !== head.sequence || item.value.hash !== head.hash) return null;
  const keyGeneration = signsNext(batch);
  return { ...head, next: head.sequence + 1, keyGeneration, headRevision: item.revision, anomaly: null };
}

/** True when this batch was signed here and lies where it belongs. */
export function isBatchAt(sk: string, batch: BatchRow, signer: Signer): boolean {
  const publicKey = signer.publicKey(batch.keyGeneration);
  return publicKey !== undefined && sk === keys.batch(batch.sequence).sk && isSignedBy(batch, publicKey);
}

async function firstFree(records: RecordStore, from: number): Promise<number> {
  for (let sequence = from; ; sequence++) {
    const { pk, sk } = keys.batch(sequence);
    if (!(await records.get(pk, sk))) return sequence;
  }
}
