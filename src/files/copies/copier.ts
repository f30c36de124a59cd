import type { Clock } from '../../base/clock.ts';
import { codeOf } from '../../base/error-facts.ts';
import { hasCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import { startLeasedLoop, type ObjectStore, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { newDeletionJob, putDeletionJob } from '../trash/deletions.ts';
import { copyObject, type CopyOutcome, type MustHaveRoom } from './copy-object.ts';
import { keptVersions } from './kept-versions.ts';
import { changeObject, markLost, putCopyJob, withCopy } from './object-rows.ts';
import { dueJobs, nextDueMs } from './outbox.ts';
import type { SealingThread } from '../sealing/sealing-thread.ts';
import { COPIES_DONE, keys, paths, type CopyJob, type ObjectRow, type StoreName } from '../records.ts';

export interface CopierDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  readonly thread: SealingThread;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
  readonly settings: {
    readonly copyConcurrency: number;
    readonly copyPollMs: number;
    readonly copyRetryBaseMs: number;
    readonly copyRetryMaxMs: number;
    readonly copyLeaseMs: number;
    readonly copyPatienceMs: number;
    readonly readStallMs: number;
  };
  /** Whether people wait for uploads or downloads now: then one copy at a time is made, and not several. */
  readonly isBusy?: () => boolean;
  /** Waits until nobody does, `longestMs` at most; answers whether it waited. */
  readonly quiet?: ((longestMs: number, signal: AbortSignal) => Promise<boolean>) | undefined;
  /** Not asked for a first copy that is to be mended. */
  readonly mustHaveRoom?: MustHaveRoom | undefined;
  /** Called once a deletion waits in the outbox. */
  readonly onDeletion: () => void;
  /** 0 to 1; spreads the retries. */
  readonly random?: () => number;
}

/**
 * Makes the copies that the outbox asks for, in the background and on one server at a time. It needs no key, works
 * while nobody is logged in, and forgets nothing when it is stopped: a job leaves the outbox with its copy verified.
 */
export interface Copier extends AsyncDisposable {
  /** There is a new job; look now instead of at the next poll. */
  notify(): void;
  /** Works until no job is due, whoever holds the lease: copying twice at once is wasteful, never wrong. */
  drain(): Promise<void>;
}

export function startCopier(deps: CopierDeps): Copier {
  const running: Running = new Map();
  const loop = startLeasedLoop({
    ...deps,
    name: 'copier',
    leaseMs: deps.settings.copyLeaseMs,
    pollMs: deps.settings.copyPollMs,
    async work(signal, woken) {
      await drain(deps, running, signal, woken);
      return nextDueMs(deps.records);
    },
  });
  return {
    notify: () => loop.notify(),
    drain: () => drain({ ...deps, quiet: undefined }, running, loop.stopping, () => loop.woken()),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await Promise.allSettled(running.values());
    },
  };
}

/** The jobs that this process is at, by their key in the outbox. */
type Running = Map<string, Promise<void>>;

/**
 * Runs due jobs, `copyConcurrency` at a time, until none is left and none is running, or `signal` aborts. While people wait
 * for files none is begun, until one has waited for `copyPatienceMs`; from then on one at a time.
 */
async function drain(
  deps: CopierDeps,
  running: Running,
  signal: AbortSignal,
  woken: () => Promise<void>,
): Promise<void> {
  const { copyConcurrency, copyRetryMaxMs, copyPatienceMs } = deps.settings;
  while (!signal.aborted) {
    const nextJob = woken();
    const atOnce = deps.isBusy?.() ? 1 : copyConcurrency;
    // The jobs being run stand at the front, so this always brings enough others to fill the free places.
    const due = await dueJobs(deps.records, deps.clock(), 2 * copyConcurrency, copyRetryMaxMs);
    const waiting = due.filter((item) => !running.has(item.sk));
    const [oldest] = waiting;
    // A job of the future was written while the clock was wrong: how long it has waited is not known.
    const waitedMs = oldest ? Math.abs(deps.clock() - oldest.value.queuedMs) : 0;
    // What waited is looked at again: there may be more by now, or fewer.
    if (oldest && (await deps.quiet?.(copyPatienceMs - waitedMs, signal))) continue;
    const free = waiting.slice(0, Math.max(0, atOnce - running.size));
    for (const { sk, value } of free) {
      running.set(
        sk,
        runJob(deps, value, signal).finally(() => running.delete(sk)),
      );
    }
    if (running.size === 0) return;
    await Promise.race([...running.values(), ...(running.size < atOnce ? [nextJob] : [])]);
  }
}

async function runJob(deps: CopierDeps, job: CopyJob, signal: AbortSignal): Promise<void> {
  const { objectId, to } = job;
  const from: StoreName = to === 'primary' ? 'backup' : 'primary';
  const at = keys.object(objectId);
  const done: RecordOperation = { op: 'delete', ...keys.copyJob(job) };
  const item = await deps.records.get<ObjectRow>(at.pk, at.sk);
  if (!item) return deps.records.transact([done]);

  let outcome: CopyOutcome;
  let versionId: string | undefined;
  const run = {
    key: paths.object(item.value.driveId, objectId),
    facts: item.value.facts,
    to: deps.stores[to],
    thread: deps.thread,
    background: true,
    stallMs: deps.settings.readStallMs,
    signal,
    onVerified: (found: string) => void (versionId = found),
  };
  try {
    if (to === 'backup') await deps.mustHaveRoom?.(to, run.facts.size);
    outcome = await copyObject({ ...run, from: deps.stores[from] });
    if (outcome === 'source_bad') {
      await markLost(deps, objectId, from);
      for (const { source } of keptVersions(deps.stores, item.value.copies)) {
        outcome = await copyObject({ ...run, from: source });
        if (outcome !== 'source_bad') break;
      }
    }
  } catch (error) {
    if (signal.aborted) return;
    return postpone(deps, job, codeOf(error));
  }
  if (outcome === 'source_bad') return postpone(deps, job, 'object_damaged');

  const nowMs = deps.clock();
  const written = await changeObject(deps.records, objectId, (row) => {
    const copied = withCopy(row, to, 'verified', nowMs, versionId);
    // Copying read the source to its end and found its hash right, so that one is proven as well.
    const proven = outcome === 'copied' && row.copies[from].state === 'stored';
    const last: RecordOperation = { op: 'put', pk: COPIES_DONE, sk: to, value: { atMs: nowMs } };
    return { row: proven ? withCopy(copied, from, 'verified', nowMs) : copied, also: [done, last] };
  });
  if (!written) {
    // Purged while it was being copied, and its deletion may have come before the copy was there.
    const deletion = newDeletionJob(item.value.driveId, objectId, to, nowMs);
    await deps.records.transact([done, putDeletionJob(deletion)]);
    deps.onDeletion();
    return;
  }
  deps.log.debug({ objectId, store: to, reason: job.reason, outcome }, 'copy made and verified');
}

async function postpone(deps: CopierDeps, job: CopyJob, code: string): Promise<void> {
  const { copyRetryBaseMs, copyRetryMaxMs } = deps.settings;
  const waitMs = retryDelayMs(job.attempts, copyRetryBaseMs, copyRetryMaxMs, deps.random ?? Math.random);
  const later = {
    ...job,
    // Written while the clock was ahead: from now on its age is told right.
    queuedMs: Math.min(job.queuedMs, deps.clock()),
    attempts: job.attempts + 1,
    lastCode: code,
    notBeforeMs: deps.clock() + Math.max(1, waitMs),
  };
  deps.log.warn(
    { objectId: job.objectId, store: job.to, code, attempts: later.attempts, waitMs },
    'a copy was not made',
  );
  try {
    await deps.records.transact([{ op: 'delete', ...keys.copyJob(job), if: 'present' }, putCopyJob(later)]);
  } catch (error) {
    // Another server was at the same job and has already taken it out or put it off: one job stays one job.
    if (!hasCode(error, 'record_conflict')) throw error;
  }
}
