import { timestamp, type Clock } from '../../base/clock.ts';
import type { ObjectStore, RecordStore } from '../../storage/index.ts';
import { countDeletions } from '../trash/deletions.ts';
import { allJobs } from './outbox.ts';
import { COPIES_DONE, keys, type CopyJob, type ObjectRow, type StoreName } from '../records.ts';
import type { BackupStatusView, StoreStatus } from '../wire.ts';

export interface BackupStatusDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly copyOverdueMs: number;
  readonly copiesBeforeAck: number;
}

/** What is still to be copied, to where, since when and why not yet. Counts objects, so every version counts. */
export async function backupStatus(deps: BackupStatusDeps): Promise<BackupStatusView> {
  const nowMs = deps.clock();
  const stores: Record<StoreName, { -readonly [Name in keyof StoreStatus]: StoreStatus[Name] }> = {
    primary: await emptyStatus(deps, 'primary'),
    backup: await emptyStatus(deps, 'backup'),
  };
  let waiting = 0;
  let overdue = 0;
  let damaged = 0;
  let oldestMs: number | null = null;
  for await (const job of allJobs(deps.records)) {
    const store = stores[job.to];
    if (job.reason === 'repair') {
      store.lost++;
      if (await isDamaged(deps.records, job)) damaged++;
    } else store.pending++;
    if (job.lastCode !== null) {
      store.failing++;
      store.lastCode = job.lastCode;
    }
    waiting++;
    // A job from the future was queued before the clock was set back, nobody knows how long ago.
    if (Math.abs(nowMs - job.queuedMs) > deps.copyOverdueMs) overdue++;
    oldestMs = oldestMs === null ? job.queuedMs : Math.min(oldestMs, job.queuedMs);
  }
  return {
    verdict: damaged > 0 ? 'lost' : overdue > 0 ? 'overdue' : waiting > 0 ? 'catching_up' : 'complete',
    copiesBeforeAck: deps.copiesBeforeAck,
    waiting,
    damaged,
    overdue,
    overdueAfterMs: deps.copyOverdueMs,
    oldestWaitingMs: oldestMs === null ? null : Math.max(0, nowMs - oldestMs),
    deletions: await countDeletions(deps.records),
    stores: [stores.primary, stores.backup],
  };
}

async function emptyStatus(deps: BackupStatusDeps, name: StoreName): Promise<StoreStatus> {
  const done = await deps.records.get<{ atMs: number }>(COPIES_DONE, name);
  return {
    name,
    url: deps.stores[name].properties.url,
    pending: 0,
    lost: 0,
    failing: 0,
    lastCode: null,
    lastCopyTime: done ? timestamp(done.value.atMs) : null,
  };
}

/**
 * True when the copy to be mended has no good one to be mended from, as far as is known. An object that both stores
 * lost has two repairs waiting, and counts once.
 */
async function isDamaged(records: RecordStore, { objectId, to }: CopyJob): Promise<boolean> {
  const at = keys.object(objectId);
  const copies = (await records.get<ObjectRow>(at.pk, at.sk))?.value.copies;
  if (copies?.[to].state !== 'lost') return false;
  if (to === 'primary') return copies.backup.state === 'lost' || copies.backup.state === 'pending';
  return copies.primary.state === 'pending';
}
