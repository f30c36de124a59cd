/** How fast bytes go and how long the rest takes, from what was seen in the last seconds. */

export interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Shorter would jump about, longer would not see that the network changed. */
const WINDOW_MS = 8_000;
/** Before that a number would only be a guess. */
const MIN_SPAN_MS = 1_000;

export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter(({ atMs }) => sample.atMs - atMs < WINDOW_MS), sample];
}

/** Bytes per second; `null` while too little was seen. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return null;
  return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
}

/** Milliseconds; `null` when nobody can tell. */
export function timeLeft(samples: readonly Sample[], remainingBytes: number): number | null {
  const rate = rateOf(samples);
  return rate === null || rate <= 0 ? null : (remainingBytes * 1000) / rate;
}
