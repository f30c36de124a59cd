import type { Clock } from '../../base/clock.ts';
import { codeOf } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { acquireLease, type Lease } from './lease.ts';
import type { RecordStore } from './record-store.ts';

export interface LeasedLoopDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
  /** Of the lease, and in the log. */
  readonly name: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Asked at every look, where work is rare: without need of any no lease is held, whose renewals are writes. */
  readonly isNeeded?: () => Promise<boolean>;
  /** Does what is due and answers when something will be due next, in ms since the epoch; `null` for nothing. */
  readonly work: (signal: AbortSignal, woken: () => Promise<void>) => Promise<number | null>;
}

/** Work in the background, on one server at a time. Disposing stops it and waits for what is at hand. */
export interface LeasedLoop extends AsyncDisposable {
  /** There is something to do; look now instead of at the next poll. */
  notify(): void;
  /** Resolves at the next `notify`. */
  woken(): Promise<void>;
  readonly stopping: AbortSignal;
}

/** What is due but could not be taken must not make the loop spin. */
const MIN_REST_MS = 100;

export function startLeasedLoop(deps: LeasedLoopDeps): LeasedLoop {
  const stopping = new AbortController();
  let wake = Promise.withResolvers<void>();
  let lease: Lease | null = null;

  /** Answers how long it may rest, in ms. */
  const look = async (): Promise<number> => {
    const { records, clock, name, leaseMs: ttlMs, holder, pollMs } = deps;
    if (lease && !lease.isHeld()) lease = null;
    if (deps.isNeeded && !(await deps.isNeeded())) {
      await lease?.[Symbol.asyncDispose]();
      lease = null;
      return pollMs;
    }
    lease ??= await acquireLease(records, name, { ttlMs, holder, clock });
    if (!lease) return pollMs;
    const dueMs = await deps.work(AbortSignal.any([stopping.signal, lease.lost]), () => wake.promise);
    return dueMs === null ? pollMs : Math.min(pollMs, Math.max(MIN_REST_MS, dueMs - clock()));
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // Taken before looking: what comes up meanwhile must not wait for the poll.
      const woken = wake.promise;
      let restMs = deps.pollMs;
      try {
        restMs = await look();
      } catch (error) {
        if (!stopping.signal.aborted)
          deps.log.error({ code: codeOf(error) }, `the ${deps.name} could not work; it tries again`);
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
    woken: () => wake.promise,
    stopping: stopping.signal,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      notify();
      await looping;
      await lease?.[Symbol.asyncDispose]();
    },
  };
}

async function wakeOrPoll(woken: Promise<void>, restMs: number): Promise<void> {
  const poll = Promise.withResolvers<void>();
  const timer = setTimeout(poll.resolve, restMs);
  timer.unref();
  await Promise.race([woken, poll.promise]);
  clearTimeout(timer);
}
