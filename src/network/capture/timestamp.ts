/** How an interface of a pcapng file counts time. */
export interface Resolution {
  readonly unitsPerSecond: number;
  /** Added to every time. */
  readonly offsetSeconds: number;
}

export const MICROSECOND: Resolution = { unitsPerSecond: 1e6, offsetSeconds: 0 };

/** Option if_tsresol: a power of ten, or of two where its highest bit is set. `null`: finer than anything that is real. */
export function unitsPerSecond(option: number): number | null {
  const power = option & 0x7f;
  if (option & 0x80) return power <= 52 ? 2 ** power : null;
  return power <= 15 ? 10 ** power : null;
}

/**
 * Microseconds of a time in two halves, from 0 to 2^53: what is beyond is nonsense, and stays in order. Exact for micro- and
 * nanoseconds, where the whole number would not fit into a double.
 */
export function microseconds(high: number, low: number, resolution: Resolution): number {
  const us = withoutOffset(high, low, resolution.unitsPerSecond) + resolution.offsetSeconds * 1e6;
  return Math.min(Math.max(us, 0), Number.MAX_SAFE_INTEGER);
}

function withoutOffset(high: number, low: number, units: number): number {
  if (units === 1e6) return high * 4_294_967_296 + low;
  // 2^32 = 4,294,967 x 1000 + 296.
  if (units === 1e9) return high * 4_294_967 + Math.floor((high * 296 + low) / 1000);
  return Math.floor((high * 4_294_967_296 + low) * (1e6 / units));
}
