/** Asking a server that may be away: again and again, less and less often, no two hosts in step. */
import { HoldfastError } from '../base/errors.ts';
import { retryDelayMs } from '../base/timing/retry-delay.ts';
import type { Time } from './alarm.ts';
import type { AgentSettings } from './settings.ts';

export interface AttemptsDeps {
  readonly time: Time;
  readonly settings: Pick<AgentSettings, 'agentRetryMs' | 'agentRetryMaxMs'>;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Hears of each attempt that failed, before the next one waits. */
  readonly onFailure: (error: HoldfastError) => void | Promise<void>;
}

/**
 * Resolves to what `ask` resolves to in the end. Throws what `isFinal` says will not pass by waiting, whatever is no error of
 * ours, and what it was aborted with.
 */
export type Attempts = <Answer>(
  ask: () => Promise<Answer>,
  isFinal: (error: HoldfastError) => boolean,
) => Promise<Answer>;

/** A server that is overloaded may say when to come back, within this. */
const LONGEST_ASKED_FOR_MS = 60 * 60_000;

export function openAttempts({ time, settings, random, signal, onFailure }: AttemptsDeps): Attempts {
  return async (ask, isFinal) => {
    for (let failed = 0; ; failed += 1) {
      try {
        return await ask();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof HoldfastError) || isFinal(error)) throw error;
        const own = retryDelayMs(failed, settings.agentRetryMs, settings.agentRetryMaxMs, random);
        const againInMs = Math.max(own, Math.min(LONGEST_ASKED_FOR_MS, askedFor(error)));
        await onFailure(error);
        await time.wait(againInMs, signal);
      }
    }
  };
}

/** `Retry-After` in seconds (RFC 9110 section 10.2.3). */
function askedFor({ extra }: HoldfastError): number {
  const seconds = Number(extra['retryAfter']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}
