import { setTimeout as pause } from 'node:timers/promises';

export interface PaceLimits {
  /** How many at once. */
  readonly burst: number;
  /** After that, one in so many milliseconds; 0: no limit. */
  readonly everyMs: number;
}

/** Lets a burst through at once and what follows one by one: who is too fast waits, and loses nothing. */
export function openPace({ burst, everyMs }: PaceLimits, signal: AbortSignal): () => Promise<void> | undefined {
  // When the bucket would be empty of everything that was let through.
  let paidUntilMs = 0;
  return () => {
    const nowMs = performance.now();
    paidUntilMs = Math.max(paidUntilMs, nowMs) + everyMs;
    const aheadMs = paidUntilMs - nowMs - burst * everyMs;
    if (aheadMs <= 0) return undefined;
    // Ended while it waits: whoever asked looks for that anyway.
    return pause(aheadMs, undefined, { signal }).catch(() => undefined);
  };
}
