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
  /** Whether a store still holds the workspace; `null`: it does not answer. */
  readonly isStillOurs: (store: ObjectStore) => Promise<boolean | null>;
}

/** What is still to be copied, to where, since when and why not yet. Counts objects, so every version counts. */
export async function backupStatus(deps: BackupStatusDeps): Promise<BackupStatusView> {
  const nowMs = deps.clock();
  const [primary, backup] = await Promise.all([emptyStatus(deps, 'primary'), emptyStatus(deps, 'backup')]);
  const stores: Record<StoreName, { -readonly [Name in keyof StoreStatus]: StoreStatus[Name] }> = { primary, backup };
  const isMissing = stores.primary.isMissing || stores.backup.isMissing;
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
    verdict: verdictOf({ damaged, isMissing, overdue, waiting }),
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

interface Found {
  readonly damaged: number;
  readonly isMissing: boolean;
  readonly overdue: number;
  readonly waiting: number;
}

function verdictOf({ damaged, isMissing, overdue, waiting }: Found): BackupStatusView['verdict'] {
  if (damaged > 0) return 'lost';
  if (isMissing) return 'store_missing';
  if (overdue > 0) return 'overdue';
  return waiting > 0 ? 'catching_up' : 'complete';
}

async function emptyStatus(deps: BackupStatusDeps, name: StoreName): Promise<StoreStatus> {
  const done = await deps.records.get<{ atMs: number }>(COPIES_DONE, name);
  return {
    name,
    url: deps.stores[name].properties.url,
    // One that is away may hold all that it held: what it fails at tells.
    isMissing: (await deps.isStillOurs(deps.stores[name])) === false,
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
