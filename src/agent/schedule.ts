/**
 * When this host is looked at. It is all that a server can tell an agent, and is held to bounds here, whatever the server
 * says: it can neither keep a host busy nor have it forgotten.
 */
export interface Schedule {
  readonly scanEveryMs: number;
  /** How long after a start that missed its time a scan waits, so that hosts that start together do not scan together. */
  readonly startMs: number;
  /** What the server wants to hear of: `host`, `buckets`, `network`. */
  readonly with: readonly string[];
}

const MINUTE_MS = 60_000;
const SHORTEST_MS = 5 * MINUTE_MS;
const LONGEST_MS = 7 * 24 * 60 * MINUTE_MS;
/** A host that was away for long is looked at soon after it is back. */
const MOST_SPREAD_MS = 5 * MINUTE_MS;
/** A scan that a kill broke off is made again, though not at once: it may have been what ended it. */
const AGAIN_MS = 5 * MINUTE_MS;

const PARTS = ['host', 'buckets', 'network'] as const;

export const FIRST_SCHEDULE: Schedule = { scanEveryMs: 15 * MINUTE_MS, startMs: 0, with: [...PARTS] };

/** What `told` says within the bounds; what it does not say rightly stays as it was `before`. */
export function scheduleFrom(told: unknown, before: Schedule): Schedule {
  const { scanEveryMs, startMs, with: wanted } = (typeof told === 'object' && told !== null ? told : {}) as Told;
  return {
    scanEveryMs: within(scanEveryMs, SHORTEST_MS, LONGEST_MS) ?? before.scanEveryMs,
    startMs: within(startMs, 0, LONGEST_MS) ?? before.startMs,
    with: Array.isArray(wanted) ? PARTS.filter((each) => wanted.includes(each)) : before.with,
  };
}

interface Told {
  readonly scanEveryMs?: unknown;
  readonly startMs?: unknown;
  readonly with?: unknown;
}

function within(value: unknown, min: number, max: number): number | undefined {
  return typeof value === 'number' && Number.isFinite(value)
    ? Math.min(max, Math.max(min, Math.round(value)))
    : undefined;
}

/** What is kept of the last scan, by the clock on the wall. */
export interface LastLook {
  readonly startedMs: number;
  readonly isDone: boolean;
}

/**
 * How long the first scan after a start waits. The clock of then or of now may be wrong: a scan that lies in the future
 * tells nothing, and none waits for longer than one interval.
 */
export function firstWaitMs(last: LastLook | null, { scanEveryMs, startMs }: Schedule, nowMs: number): number {
  if (last === null) return 0;
  const every = last.isDone ? scanEveryMs : Math.min(scanEveryMs, AGAIN_MS);
  const passedMs = nowMs - last.startedMs;
  if (passedMs >= 0 && passedMs < every) return every - passedMs;
  return startMs % Math.min(MOST_SPREAD_MS, scanEveryMs);
}
