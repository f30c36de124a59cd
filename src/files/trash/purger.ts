import type { Clock } from '../../base/clock.ts';
import { codeOf } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import {
  startLeasedLoop,
  type ObjectStore,
  type RecordItem,
  type RecordOperation,
  type RecordStore,
} from '../../storage/index.ts';
import {
  DELETION_OUTBOX,
  keys,
  PURGE_ERRANDS,
  TRASH_DUE,
  type DeletionJob,
  type ObjectRow,
  type PurgeErrand,
  type StoreName,
} from '../records.ts';
import { deleteObject, dueDeletions, putDeletionJob } from './deletions.ts';
import { dueErrands, runErrand } from './errands.ts';
import { purgeExpired } from './purge.ts';
import type { TrashDeps } from './trash.ts';

export interface PurgerDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: TrashDeps['audit'];
  readonly holder: string;
  readonly onObjectsGone: (driveId: string, gone: readonly ObjectRow[]) => Promise<readonly RecordOperation[]>;
  readonly settings: {
    readonly purgePollMs: number;
    readonly purgeConcurrency: number;
    readonly copyLeaseMs: number;
    readonly copyRetryBaseMs: number;
    readonly copyRetryMaxMs: number;
  };
}

/**
 * Carries out in the background what was let go of, on one server at a time: what fell due in the trash, then the rows
 * of purged entries, then their objects in both stores. It needs no key, and whatever stops it, it goes on later.
 */
export interface Purger extends AsyncDisposable {
  /** There is something to remove; look now instead of at the next poll. */
  notify(): void;
  /** Works until nothing is due. */
  drain(): Promise<void>;
}

export function startPurger(deps: PurgerDeps): Purger {
  const drain = async (signal: AbortSignal): Promise<void> => {
    await purgeExpired(deps, signal);
    await whileDue(deps, signal, dueErrands, (errand) => runErrand(deps, errand, signal));
    await whileDue(deps, signal, dueDeletions, (job) => runDeletion(deps, job, signal));
  };
  const loop = startLeasedLoop({
    ...deps,
    name: 'purger',
    leaseMs: deps.settings.copyLeaseMs,
    pollMs: deps.settings.purgePollMs,
    async work(signal) {
      await drain(signal);
      const next = await Promise.all([TRASH_DUE, PURGE_ERRANDS, DELETION_OUTBOX].map((pk) => firstDueMs(deps, pk)));
      const due = next.filter((each) => each !== null);
      return due.length === 0 ? null : Math.min(...due);
    },
  });
  return {
    notify: () => loop.notify(),
    drain: () => drain(loop.stopping),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** Takes what is due in rounds, `purgeConcurrency` at a time, until a round brings nothing that could be done. */
async function whileDue<Value extends PurgeErrand | DeletionJob>(
  deps: PurgerDeps,
  signal: AbortSignal,
  due: (records: RecordStore, nowMs: number, limit: number) => Promise<RecordItem<Value>[]>,
  run: (value: Value) => Promise<void>,
): Promise<void> {
  const { purgeConcurrency } = deps.settings;
  while (!signal.aborted) {
    const items = await due(deps.records, deps.clock(), 16 * purgeConcurrency);
    if (items.length === 0) return;
    const queue = items.values();
    const failures: unknown[] = [];
    const runner = async (): Promise<void> => {
      for (const { value } of queue) {
        if (signal.aborted) return;
        await run(value).catch((error: unknown) => failures.push(error));
      }
    };
    await Promise.all(Array.from({ length: purgeConcurrency }, runner));
    if (failures.length > 0) throw failures[0];
  }
}

async function runDeletion(deps: PurgerDeps, job: DeletionJob, signal: AbortSignal): Promise<void> {
  const done: RecordOperation = { op: 'delete', ...keys.deletionJob(job) };
  try {
    const outcome = await deleteObject(deps, job, signal);
    if (outcome === 'still_named') {
      deps.log.error({ objectId: job.objectId }, 'an object was to be deleted that a record names; it stays');
    }
  } catch (error) {
    if (signal.aborted) return;
    return postpone(deps, job, codeOf(error));
  }
  await deps.records.transact([done]);
  deps.log.debug({ objectId: job.objectId, store: job.from }, 'object deleted');
}

async function postpone(deps: PurgerDeps, job: DeletionJob, code: string): Promise<void> {
  const { copyRetryBaseMs, copyRetryMaxMs } = deps.settings;
  const waitMs = retryDelayMs(job.attempts, copyRetryBaseMs, copyRetryMaxMs, Math.random);
  const later = {
    ...job,
    attempts: job.attempts + 1,
    lastCode: code,
    notBeforeMs: deps.clock() + Math.max(1, waitMs),
  };
  deps.log.warn({ objectId: job.objectId, store: job.from, code, attempts: later.attempts }, 'an object stayed');
  try {
    await deps.records.transact([{ op: 'delete', ...keys.deletionJob(job), if: 'present' }, putDeletionJob(later)]);
  } catch (error) {
    // Another server was at the same job and has already taken it out or put it off: one job stays one job.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}

async function firstDueMs(deps: Pick<PurgerDeps, 'records'>, pk: string): Promise<number | null> {
  const { items } = await deps.records.query(pk, { limit: 1 });
  const [first] = items;
  return first ? Number(first.sk.slice(0, first.sk.indexOf('#'))) : null;
}
