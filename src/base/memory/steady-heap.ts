import { getHeapStatistics } from 'node:v8';
import { type Collect, garbageCollector } from './garbage-collector.ts';

/** A smaller heap is left to V8: it collects as cheaply as it can. */
const LEAST_BYTES = 96 * 2 ** 20;
/** Of what the last collection left. */
const GROWTH = 1.25;

export interface HeapMeasures {
  readonly usedBytes: () => number;
  readonly collect: Collect;
}

/**
 * V8 collects late while its heap may grow, and later where the machine is busy: beside 90 MiB that are needed as much lies that is not, in
 * pages that it then keeps. For work that goes on for long and is to take little: call what is returned after each piece of it. A
 * collection stops everything for a tenth of a second. `measures`: for tests.
 */
export function steadyHeap(measures?: HeapMeasures): () => void {
  const usedBytes = measures?.usedBytes ?? ((): number => getHeapStatistics().used_heap_size);
  let collect = measures?.collect;
  let most = LEAST_BYTES;
  return () => {
    if (usedBytes() < most) return;
    // Not before: what is small never needs it.
    collect ??= garbageCollector();
    collect({ type: 'major' });
    most = Math.max(LEAST_BYTES, usedBytes() * GROWTH);
  };
}
