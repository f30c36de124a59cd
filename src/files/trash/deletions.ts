import {
  destroyObject,
  type ObjectStore,
  type RecordItem,
  type RecordOperation,
  type RecordStore,
} from '../../storage/index.ts';
import { DELETION_OUTBOX, keys, paths, type DeletionJob, type ObjectRow, type StoreName } from '../records.ts';

/** A job that is due at once. */
export function newDeletionJob(driveId: string, objectId: string, from: StoreName, nowMs: number): DeletionJob {
  return { driveId, objectId, from, queuedMs: nowMs, notBeforeMs: nowMs, attempts: 0, lastCode: null };
}

export function putDeletionJob(job: DeletionJob): RecordOperation {
  return { op: 'put', ...keys.deletionJob(job), value: job };
}

/** Deletions that are due, the longest due first. */
export async function dueDeletions(
  records: RecordStore,
  nowMs: number,
  limit: number,
): Promise<RecordItem<DeletionJob>[]> {
  const { items } = await records.query<DeletionJob>(DELETION_OUTBOX, { limit });
  return items.filter((item) => item.value.notBeforeMs <= nowMs);
}

/** How many objects still lie in a store after they were removed for good; one that lies in both counts twice. */
export async function countDeletions(records: RecordStore): Promise<number> {
  let count = 0;
  for (let after: string | undefined; ;) {
    const page = await records.query(DELETION_OUTBOX, { limit: 1000, ...(after === undefined ? {} : { after }) });
    count += page.items.length;
    if (page.next === undefined) return count;
    after = page.next;
  }
}

/**
 * Takes an object out of its store, in all the versions that the store itself has kept of it. Never one that a record
 * names again, as records from an older backup may. Throws what the store throws.
 */
export async function deleteObject(
  deps: {
    readonly records: RecordStore;
    readonly stores: { readonly [Store in StoreName]: ObjectStore };
  },
  job: DeletionJob,
  signal: AbortSignal,
): Promise<'deleted' | 'still_named'> {
  const at = keys.object(job.objectId);
  if (await deps.records.get<ObjectRow>(at.pk, at.sk)) return 'still_named';
  await destroyObject(deps.stores[job.from], paths.object(job.driveId, job.objectId), { signal });
  return 'deleted';
}
