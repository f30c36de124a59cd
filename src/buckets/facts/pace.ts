/** How many requests are on their way at once: fewer when the store asks to slow down, slowly more when it does not. */
import { setTimeout as wait } from 'node:timers/promises';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';

export interface PaceSettings {
  readonly bucketsRequests: number;
  readonly bucketsAttempts: number;
  readonly bucketsRetryBaseMs: number;
  readonly bucketsRetryMaxMs: number;
}

/** What to make of a failed request. */
export type Verdict = 'final' | 'again' | 'slow_down';

export interface Pace {
  /**
   * Runs a request in its turn, and again as `judge` says; throws what the last attempt threw. `beforeAgain` comes before
   * each further attempt, outside of any turn; what it throws ends it.
   */
  run<Result>(
    request: () => Promise<Result>,
    judge: (error: unknown) => Verdict,
    signal?: AbortSignal,
    beforeAgain?: () => Promise<void>,
  ): Promise<Result>;
  /** Requests that were sent, those that were sent again included. */
  readonly sent: number;
  /** How often the store asked to slow down. */
  readonly slowed: number;
}

/** After so many answers in a row one more request may be on its way. */
const RAISE_AFTER = 20;

export function openPace(settings: PaceSettings, random: () => number = Math.random): Pace {
  let room = settings.bucketsRequests;
  let running = 0;
  let streak = 0;
  let sent = 0;
  let slowed = 0;
  const waiting: (() => void)[] = [];

  const next = (): void => {
    while (running < room && waiting.length > 0) {
      running += 1;
      waiting.shift()?.();
    }
  };
  const turn = async <Result>(request: () => Promise<Result>): Promise<Result> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      next();
    });
    try {
      sent += 1;
      return await request();
    } finally {
      running -= 1;
      next();
    }
  };

  return {
    async run(request, judge, signal, beforeAgain) {
      for (let attempt = 1; ; attempt += 1) {
        signal?.throwIfAborted();
        try {
          const result = await turn(request);
          streak += 1;
          if (streak >= RAISE_AFTER && room < settings.bucketsRequests) {
            streak = 0;
            room += 1;
            next();
          }
          return result;
        } catch (error) {
          const verdict = judge(error);
          if (verdict === 'slow_down') {
            slowed += 1;
            streak = 0;
            room = Math.max(1, Math.floor(room / 2));
          }
          if (verdict === 'final' || attempt >= settings.bucketsAttempts) throw error;
          const delayMs = retryDelayMs(attempt - 1, settings.bucketsRetryBaseMs, settings.bucketsRetryMaxMs, random);
          await wait(delayMs, undefined, signal ? { signal } : {});
        }
        await beforeAgain?.();
      }
    },
    get sent() {
      return sent;
    },
    get slowed() {
      return slowed;
    },
  };
}
