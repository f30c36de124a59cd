/** Calls that failed for the moment are made again, with jitter, until their time or the budget of all is used up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dynamoError, transientKind, type Transient } from './errors.ts';

export interface RetryLimits {
  /** How long one attempt may take, in ms. */
  readonly recordsRequestTimeoutMs: number;
  /** How long a call may take with everything that is tried again, in ms. */
  readonly recordsRetryMs: number;
}

/** The first wait is at most this, in ms; each further one at most twice the one before. */
const FIRST_WAIT_MS: Record<Transient, number> = { conflict: 15, throttled: 60, away: 60 };
const LONGEST_WAIT_MS = 1500;

/**
 * Retries that are left to all calls together. When a table is throttled or away, what everybody tries again would keep
 * it so: each retry takes one, and ten calls that succeed give one back.
 */
const BUDGET = 100;
const GIVEN_BACK = 0.1;

export type RetryingCall = <Result>(
  attempted: string,
  attempt: (signal: AbortSignal) => Promise<Result>,
) => Promise<Result>;

/** Makes the call that retries. It throws codes of ours only. */
export function retryingCall({ recordsRequestTimeoutMs, recordsRetryMs }: RetryLimits): RetryingCall {
  let left = BUDGET;

  /** False when there is no retry left. Others' transactions do no harm to the table, so waiting for them is free. */
  const take = (kind: Transient): boolean => {
    if (kind === 'conflict') return true;
    if (left < 1) return false;
    left -= 1;
    return true;
  };

  return async (attempted, attempt) => {
    const endMs = performance.now() + recordsRetryMs;
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await attempt(AbortSignal.timeout(recordsRequestTimeoutMs));
        left = Math.min(BUDGET, left + GIVEN_BACK);
        return result;
      } catch (error) {
        const kind = transientKind(error);
        if (kind === null) throw dynamoError(error, attempted);
        const waitMs = Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS[kind] * 2 ** tries);
        if (performance.now() + waitMs > endMs || !take(kind)) throw dynamoError(error, attempted);
        await sleep(waitMs);
      }
    }
  };
}
