/** Milliseconds since the Unix epoch. Passed in as a parameter wherever time matters, so that tests can move it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** RFC 3339 in UTC with milliseconds, the only time format of our own wire formats. */
export function timestamp(atMs: number): string {
  return new Date(atMs).toISOString();
}
