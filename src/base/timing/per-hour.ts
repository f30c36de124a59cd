import type { Clock } from '../clock.ts';

const HOUR_MS = 3_600_000;

/**
 * Counts what each of some known callers does in an hour, in this process. Returns after how many ms there is room again
 * where that was too much, and counts nothing then; else `null`.
 */
export function openPerHour(clock: Clock): (caller: string, count: number, most: number) => number | null {
  const hours = new Map<string, { readonly untilMs: number; count: number }>();
  return (caller, count, most) => {
    const nowMs = clock();
    let hour = hours.get(caller);
    // A clock that was set back does not keep anybody out.
    if (!hour || nowMs >= hour.untilMs || hour.untilMs - nowMs > HOUR_MS) {
      hour = { untilMs: nowMs + HOUR_MS, count: 0 };
      hours.set(caller, hour);
    }
    if (hour.count + count > most) return hour.untilMs - nowMs;
    hour.count += count;
    return null;
  };
}
