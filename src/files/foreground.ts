import { setTimeout as pause } from 'node:timers/promises';

/** Counts what people wait for, so that work in the background can give way to it. */
export interface Foreground {
  readonly isBusy: () => boolean;
  /**
   * Waits until nobody has waited for a moment, for `longestMs` at most; answers whether there was anything to wait for.
   * Between two requests of one program there is no such moment. Ends early when `signal` aborts.
   */
  quiet(longestMs: number, signal: AbortSignal): Promise<boolean>;
  during<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Counts from the first piece that is asked for to the end. */
  stream<Piece>(pieces: AsyncGenerator<Piece>): AsyncGenerator<Piece>;
}

/** Longer than a program takes from an answer to its next request, and not long for who waits for a second copy. */
const QUIET_MS = 100;

export function watchForeground(): Foreground {
  let waiting = 0;
  let endedAt = -QUIET_MS;
  const ended = (): void => {
    waiting -= 1;
    endedAt = performance.now();
  };
  return {
    isBusy: () => waiting > 0,
    async quiet(longestMs, signal) {
      let now = performance.now();
      const until = now + longestMs;
      for (let waited = false; ; waited = true) {
        const restMs = Math.min(waiting > 0 ? QUIET_MS : endedAt + QUIET_MS - now, until - now);
        if (restMs <= 0 || signal.aborted) return waited;
        await pause(Math.ceil(restMs), undefined, { ref: false, signal }).catch(() => undefined);
        now = performance.now();
      }
    },
    async during(act) {
      waiting += 1;
      try {
        return await act();
      } finally {
        ended();
      }
    },
    async *stream(pieces) {
      waiting += 1;
      try {
        yield* pieces;
      } finally {
        ended();
      }
    },
  };
}
