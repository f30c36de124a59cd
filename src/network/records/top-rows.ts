export interface Ranked {
  readonly count: number;
  /** Of each row. */
  readonly flows: ArrayLike<number>;
  readonly bytes: ArrayLike<number>;
}

/**
 * Rows with most bytes first, of the same bytes those that come first; none without flows. Sorting all of them would cost more than the
 * rest: a heap of those found so far has the least on top, and nearly every other row is held against that alone.
 */
export function topRows({ count, flows, bytes }: Ranked, most: number): readonly number[] {
  const heap: number[] = [];
  for (let row = 0; row < count; row += 1) {
    if (flows[row] === 0) continue;
    if (heap.length < most) {
      heap.push(row);
      if (heap.length === most) for (let at = most >> 1; at >= 0; at -= 1) sink(heap, at, bytes);
    } else if (bytes[row]! > bytes[heap[0]!]!) {
      heap[0] = row;
      sink(heap, 0, bytes);
    }
  }
  return heap.toSorted((a, b) => bytes[b]! - bytes[a]! || a - b);
}

/** Down to where none below it is less. */
function sink(heap: number[], from: number, bytes: Ranked['bytes']): void {
  const row = heap[from]!;
  let at = from;
  for (let below = at * 2 + 1; below < heap.length; below = at * 2 + 1) {
    if (below + 1 < heap.length && isLess(heap[below + 1]!, heap[below]!, bytes)) below += 1;
    if (!isLess(heap[below]!, row, bytes)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = row;
}

function isLess(a: number, b: number, bytes: Ranked['bytes']): boolean {
  return bytes[a]! < bytes[b]! || (bytes[a] === bytes[b] && a > b);
}
