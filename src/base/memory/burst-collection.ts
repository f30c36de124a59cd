import { type Collect, garbageCollector } from './garbage-collector.ts';

export interface Bursts {
  /** So many make a burst; fewer are left to V8. */
  readonly size: number;
  /** A burst is over when nothing came for so long: the collection stops everything for a moment. */
  readonly quietMs: number;
  /** For tests. */
  readonly collect?: Collect;
}

export interface BurstCollection extends Disposable {
  happened(): void;
}

/**
 * V8 collects when memory is asked for. A server that has become quiet asks for none, and keeps what a burst of work
 * left behind, a third of all its memory after thousands of connections, for as long as nothing happens. Tell it of each piece of such
 * work.
 */
export function collectAfterBursts({ size, quietMs, collect }: Bursts): BurstCollection {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const isQuiet = (): void => {
    if (count < size) return;
    count = 0;
    (collect ??= garbageCollector())({ type: 'major' });
  };
  return {
    happened() {
      count += 1;
      clearTimeout(timer);
      timer = setTimeout(isQuiet, quietMs).unref();
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
    },
  };
}
