import type { Log } from '../../base/log.ts';

/** A record store that does not remove expired records by itself. */
export interface ExpirySweeper {
  /** Removes up to `limit` expired records, the oldest first; returns how many. */
  removeExpired(limit: number): Promise<number>;
}

/** Records removed in one go, so that the store is never held up for long. */
const SLICE = 500;

/** Removes what has expired, slice by slice, until nothing is left. Returns how many records that were. */
export async function sweepExpired(store: ExpirySweeper): Promise<number> {
  let removed = 0;
  for (;;) {
    const slice = await store.removeExpired(SLICE);
    removed += slice;
    if (slice < SLICE) return removed;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Sweeps every `everyMs` (unit ms) until disposed. A sweep that fails is logged and tried again at the next turn. */
export function startExpirySweep(
  store: ExpirySweeper,
  options: { readonly everyMs: number; readonly log: Log },
): AsyncDisposable {
  const { everyMs, log } = options;
  let running: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    try {
      const removed = await sweepExpired(store);
      if (removed > 0) log.debug({ removed }, 'Removed expired records');
    } catch (error) {
      log.warn({ err: error }, 'Could not remove expired records');
    }
  };
  const timer = setInterval(() => {
    running ??= sweep().finally(() => (running = undefined));
  }, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
