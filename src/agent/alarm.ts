/** Waiting that can be cut short, by time that only goes forward: whatever happens to the clock on the wall. */
export interface Time {
  /** Milliseconds from some moment on, never set back. */
  readonly passedMs: () => number;
  /** Throws what `signal` was aborted with. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Alarm {
  /** Until the time is over or somebody rings. Rings before it are heard too. Throws what `signal` was aborted with. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  ring(): void;
}

export function openAlarm(time: Time): Alarm {
  let rang = Promise.withResolvers<void>();
  return {
    async sleep(ms, signal) {
      signal.throwIfAborted();
      const stop = new AbortController();
      const waiting = time.wait(Math.max(0, ms), AbortSignal.any([signal, stop.signal]));
      // Cut short by a ring, it ends in an error that nobody waits for.
      waiting.catch(() => undefined);
      try {
        await Promise.race([waiting, rang.promise]);
      } finally {
        stop.abort();
      }
      signal.throwIfAborted();
      rang = Promise.withResolvers();
    },
    ring: () => rang.resolve(),
  };
}
