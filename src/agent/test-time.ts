/** Time that passes when a test says so. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Time } from './alarm.ts';

export interface TestTime extends Time {
  /** Everything that waits for this long or less goes on, in its order; resolves when nothing more happens. */
  pass(ms: number): Promise<void>;
  /** How long the next of those who wait still waits; `null`: nobody does. */
  nextMs(): number | null;
}

export function testTime(): TestTime {
  let nowMs = 0;
  const waiting = new Set<{ readonly atMs: number; readonly go: () => void }>();
  const next = () => [...waiting].toSorted((one, other) => one.atMs - other.atMs)[0];
  /** All that a test lets happen needs no more than promises. */
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns += 1) await turn();
  };
  return {
    passedMs: () => nowMs,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          waiting.delete(one);
          reject(signal.reason as Error);
        };
        const one = {
          atMs: nowMs + ms,
          go() {
            signal.removeEventListener('abort', stop);
            waiting.delete(one);
            resolve();
          },
        };
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop, { once: true });
        waiting.add(one);
      }),
    async pass(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let one = next(); one && one.atMs <= untilMs; one = next()) {
        nowMs = one.atMs;
        one.go();
        await settle();
      }
      nowMs = untilMs;
    },
    nextMs: () => {
      const one = next();
      return one ? one.atMs - nowMs : null;
    },
  };
}
