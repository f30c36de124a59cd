/** By so much what is measured of one clock differs: the header Date has whole seconds, and what is sent is some time on its way. */
const SAME_MS = 10_000;
/** Hosts whose clocks are wrong at once; the one that was heard of first is measured anew beyond it. */
const MOST_HOSTS = 10_000;

/** By how much the times of a host are moved, in milliseconds: `measuredMs`, or what was measured of the same clock before; 0: its clock is right. */
export type ClockOffsets = (hostId: string, measuredMs: number) => number;

/**
 * The records of one flow lie in several batches, and have to be moved by the same for them to meet. `mostMs`: a clock that is off by no
 * more counts as right.
 */
export function clockOffsets(mostMs: number): ClockOffsets {
  const known = new Map<string, number>();
  // So that a clock that was set right is not taken for the one that was wrong.
  const sameMs = Math.min(SAME_MS, mostMs / 2);
  return (hostId, measuredMs) => {
    const before = known.get(hostId);
    if (before !== undefined && Math.abs(measuredMs - before) < sameMs) return before;
    known.delete(hostId);
    if (Math.abs(measuredMs) <= mostMs) return 0;
    if (known.size >= MOST_HOSTS) for (const oldest of known.keys().take(1)) known.delete(oldest);
    known.set(hostId, measuredMs);
    return measuredMs;
  };
}
