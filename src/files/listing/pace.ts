/** A turn of work that holds the event loop up for longer than this would be noticed by others. */
const SLICE_MS = 8;

/**
 * Awaited between small pieces of long work: lets everybody else have a turn once the present one has lasted long
 * enough. Throws the signal's reason once it is aborted.
 */
export type Pace = () => Promise<void>;

export function startPace(signal?: AbortSignal): Pace {
  let since = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - since < SLICE_MS) return;
    await new Promise<void>((resolve) => void setImmediate(resolve));
    since = performance.now();
  };
}
