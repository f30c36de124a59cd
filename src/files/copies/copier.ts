import type { Clock } from '../../base/clock.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import {
  acquireLease,
  type Lease,
  type ObjectStore,
  type RecordOperation,
  type RecordStore,
} from '../../storage/index.ts';
import { copyObject, type CopyOutcome } from './copy-object.ts';
import { changeObject, markLost, putCopyJob, withCopy } from './object-rows.ts';
import { dueJobs, nextDueMs, retryDelayMs } from './outbox.ts';
import { COPIES_DONE, keys, paths, type CopyJob, type ObjectRow, type StoreName } from '../records.ts';

export interface CopierDeps {
  readonly records: RecordStore;
  readonly stores: { readonly [Store in StoreName]: ObjectStore };
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
  readonly settings: {
    readonly copyConcurrency: number;
    readonly copyPollMs: number;
    readonly copyRetryBaseMs: number;
    readonly copyRetryMaxMs: number;
    readonly copyLeaseMs: number;
    readonly readStallMs: number;
  };
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

const LEASE = 'copier';

/** A job that is due but could not be taken must not make the loop spin. */
const MIN_REST_MS = 100;

export function startCopier(deps: CopierDeps): Copier {
  const stopping = new AbortController();
  let wake = Promise.withResolvers<void>();
  let lease: Lease | null = null;
  const running: Running = new Map();

  /** Answers how long it may rest, in ms. */
  const look = async (): Promise<number> => {
    if (lease && !lease.isHeld()) lease = null;
    lease ??= await acquireLease(deps.records, LEASE, {
      ttlMs: deps.settings.copyLeaseMs,
      holder: deps.holder,
      clock: deps.clock,
    });
    const { copyPollMs } = deps.settings;
    if (!lease) return copyPollMs;
    await drain(deps, running, AbortSignal.any([stopping.signal, lease.lost]), () => wake.promise);
    const dueMs = await nextDueMs(deps.records);
    return dueMs === null ? copyPollMs : Math.min(copyPollMs, Math.max(MIN_REST_MS, dueMs - deps.clock()));
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Taken before looking: a job that is queued meanwhile must not wait for the poll.
      const woken = wake.promise;
      let restMs = deps.settings.copyPollMs;
      try {
        restMs = await look();
      } catch (error) {
        if (!stopping.signal.aborted)
          deps.log.error({ code: codeOf(error) }, 'the copier could not work; it tries again');
      }
      await wakeOrPoll(woken, restMs);
    }
  };
  const notify = (): void => {
    const woken = wake;
    wake = Promise.withResolvers<void>();
    woken.resolve();
  };
  const looping = loop();

  return {
    notify,
    drain: () => drain(deps, running, stopping.signal, () => wake.promise),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      notify();
      await looping;
      await Promise.allSettled(running.values());
      await lease?.[Symbol.asyncDispose]();
    },
  };
}

/** The jobs that this process is at, by their key in the outbox. */
type Running = Map<string, Promise<void>>;

/** Runs due jobs, `copyConcurrency` at a time, until none is left and none is running, or `signal` aborts. */
async function drain(
  deps: CopierDeps,
  running: Running,
  signal: AbortSignal,
  woken: () => Promise<void>,
): Promise<void> {
  const { copyConcurrency } = deps.settings;
  while (!signal.aborted) {
    const nextJob = woken();
    // The jobs being run stand at the front, so this always brings enough others to fill the free places.
    const due = await dueJobs(deps.records, deps.clock(), 2 * copyConcurrency);
    const free = due.filter((item) => !running.has(item.sk)).slice(0, Math.max(0, copyConcurrency - running.size));
    for (const { sk, value } of free) {
      running.set(
        sk,
        runJob(deps, value, signal).finally(() => running.delete(sk)),
      );
    }
    if (running.size === 0) return;
    await Promise.race([...running.values(), ...(running.size < copyConcurrency ? [nextJob] : [])]);
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
  try {
    outcome = await copyObject({
      key: paths.object(item.value.driveId, objectId),
      facts: item.value.facts,
      from: deps.stores[from],
      to: deps.stores[to],
      stallMs: deps.settings.readStallMs,
      signal,
    });
  } catch (error) {
    if (signal.aborted) return;
    return postpone(deps, job, codeOf(error));
  }
  if (outcome === 'source_bad') {
    await markLost(deps, objectId, from);
    return postpone(deps, job, 'object_damaged');
  }

  const nowMs = deps.clock();
  const written = await changeObject(deps.records, objectId, (row) => {
    const copied = withCopy(row, to, 'verified', nowMs);
    // Copying read the source to its end and found its hash right, so that one is proven as well.
    const proven = outcome === 'copied' && row.copies[from].state === 'stored';
    return { row: proven ? withCopy(copied, from, 'verified', nowMs) : copied, also: [done] };
  });
  if (!written) await deps.records.transact([done]);
  await deps.records.transact([{ op: 'put', pk: COPIES_DONE, sk: to, value: { atMs: nowMs } }]);
  deps.log.debug({ objectId, store: to, reason: job.reason, outcome }, 'copy made and verified');
}

async function postpone(deps: CopierDeps, job: CopyJob, code: string): Promise<void> {
  const { copyRetryBaseMs, copyRetryMaxMs } = deps.settings;
  const waitMs = retryDelayMs(job.attempts, copyRetryBaseMs, copyRetryMaxMs, deps.random ?? Math.random);
  const later = {
    ...job,
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

function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : 'internal_error';
}

async function wakeOrPoll(woken: Promise<void>, restMs: number): Promise<void> {
  const poll = Promise.withResolvers<void>();
  const timer = setTimeout(poll.resolve, restMs);
  timer.unref();
  await Promise.race([woken, poll.promise]);
  clearTimeout(timer);
}
