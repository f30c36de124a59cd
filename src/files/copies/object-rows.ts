import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { fileErrors } from '../errors.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { keys, type CopyJob, type CopyState, type ObjectRow, type StoreName } from '../records.ts';

/** A job that is due at once. */
export function newCopyJob(objectId: string, to: StoreName, reason: CopyJob['reason'], nowMs: number): CopyJob {
  return { objectId, to, reason, queuedMs: nowMs, notBeforeMs: nowMs, attempts: 0, lastCode: null };
}

export function putCopyJob(job: CopyJob): RecordOperation {
  return { op: 'put', ...keys.copyJob(job), value: job };
}

/** Without a `versionId` the one that is known stays: of a copy that was lost it may still be there. */
export function withCopy(
  row: ObjectRow,
  store: StoreName,
  state: CopyState,
  atMs: number,
  versionId = row.copies[store].versionId,
): ObjectRow {
  const copy = { state, atMs, ...(versionId === undefined ? {} : { versionId }) };
  return { ...row, copies: { ...row.copies, [store]: copy } };
}

/**
 * Changes an object's row under whatever else is being written: reads, asks `change`, writes, and starts over when
 * somebody was faster. `change` returns `null` to leave everything as it is. True when something was written.
 */
export async function changeObject(
  records: RecordStore,
  objectId: string,
  change: (row: ObjectRow) => { readonly row: ObjectRow; readonly also?: readonly RecordOperation[] } | null,
): Promise<boolean> {
  for (;;) {
    const at = keys.object(objectId);
    const item = await records.get<ObjectRow>(at.pk, at.sk);
    const changed = item && change(item.value);
    if (!changed) return false;
    try {
      await records.transact([
        { op: 'put', ...at, value: changed.row, if: { revision: item.revision } },
        ...(changed.also ?? []),
      ]);
      return true;
    } catch (error) {
      // Every conflict means that another writer got through, so this ends; only foreign conditions must not loop.
      if (!hasCode(error, 'record_conflict') || error.extra['index'] !== 0) throw error;
    }
  }
}

/**
 * Notes that a copy is missing or altered and queues its repair, once. A copy that was never made stays pending: its
 * job is in the outbox already. True when this is news.
 */
export async function markLost(
  deps: { readonly records: RecordStore; readonly clock: Clock },
  objectId: string,
  store: StoreName,
): Promise<boolean> {
  const nowMs = deps.clock();
  return changeObject(deps.records, objectId, (row) => {
    const { state } = row.copies[store];
    if (state !== 'stored' && state !== 'verified') return null;
    return {
      row: withCopy(row, store, 'lost', nowMs),
      also: [putCopyJob(newCopyJob(objectId, store, 'repair', nowMs))],
    };
  });
}

/**
 * Another version (or several) comes to name the object. Belongs into that version's own transaction, which so fails
 * when the object goes meanwhile. Throws `object_damaged` when nothing is known of it any more.
 */
export async function oneMoreReference(records: RecordStore, objectId: string, times = 1): Promise<RecordOperation> {
  const at = keys.object(objectId);
  const object = await records.get<ObjectRow>(at.pk, at.sk);
  if (!object) throw fileErrors('object_damaged', { attempted: `Name object ${objectId} once more` });
  const value = { ...object.value, references: object.value.references + times };
  return { op: 'put', ...at, value, if: { revision: object.revision } };
}
