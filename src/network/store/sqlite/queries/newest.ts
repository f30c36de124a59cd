import { setImmediate } from 'node:timers/promises';
import { type Cursor, cursorText } from '../../cursor.ts';
import type { FlowFile, SegmentRow } from '../disk/flow-file.ts';

/** A row that fits. `words`: of its uid, and for logs what tells it from others of the flow. */
export interface Found {
  readonly us: number;
  readonly words: readonly number[];
  /** Of two rows of one flow the greater counts, which was written later. */
  readonly rank: number;
  readonly file: FlowFile;
  readonly segment: SegmentRow;
  readonly row: number;
}

export interface Placed {
  readonly file: FlowFile;
  readonly segment: SegmentRow;
}

/** Takes rows that fit. What is older than `leastUs`, or newer than `mostUs`, need not be looked at. */
export interface Sink {
  readonly leastUs: number;
  readonly mostUs: number;
  /** Of the rows of one segment, those of so many of its newest moments are enough. */
  readonly moments: number;
  add(found: Found): void;
}

export interface Search {
  readonly segments: readonly Placed[];
  readonly limit: number;
  /** Only what comes behind it. */
  readonly after: Cursor | null;
  /** Hands on the rows of a segment that fit. */
  readonly look: (placed: Placed, sink: Sink) => void;
  /** After so long the page ends with what was found. */
  readonly mostMs: number;
}

/** Others get their turn after so long. */
const TURN_MS = 10;
const PAST_ALL_WORDS = 2 ** 33;

/** The newest rows that fit, each flow once, and where to go on. Segments that can have none of these stay closed. */
export async function newest(
  search: Search,
): Promise<{ readonly found: readonly Found[]; readonly next: string | null }> {
  const { limit, after, mostMs } = search;
  const segments = search.segments.toSorted((a, b) => b.segment.mostUs - a.segment.mostUs);
  // One more than wanted tells whether there is more.
  const best = new Best(limit + 1, after);
  const begunMs = performance.now();
  let turnMs = begunMs;
  for (const placed of segments) {
    const { mostUs } = placed.segment;
    if (mostUs < best.leastUs) break;
    const nowMs = performance.now();
    if (nowMs - begunMs > mostMs && mostUs < (after?.us ?? Infinity) && mostUs < (segments[0]?.segment.mostUs ?? 0)) {
      // What lies above the segments that are left is known.
      const found = best.take().filter(({ us }) => us > mostUs);
      if (found.length <= limit) return { found, next: cursorText({ us: mostUs, words: [PAST_ALL_WORDS] }) };
      return pageOf(found, limit);
    }
    if (nowMs - turnMs > TURN_MS) {
      await setImmediate();
      turnMs = performance.now();
    }
    search.look(placed, best);
  }
  return pageOf(best.take(), limit);
}

function pageOf(all: readonly Found[], limit: number) {
  const found = all.slice(0, limit);
  const last = found.at(-1);
  return { found, next: all.length > limit && last ? cursorText(last) : null };
}

class Best implements Sink {
  leastUs = -Infinity;
  readonly mostUs: number;
  readonly moments: number;
  readonly #most: number;
  readonly #after: Cursor | null;
  #found: Found[] = [];

  constructor(most: number, after: Cursor | null) {
    this.#most = most;
    this.#after = after;
    this.mostUs = after?.us ?? Infinity;
    // Of the moment of the cursor there may be rows that come before it.
    this.moments = most + 1;
  }

  add(found: Found): void {
    if (this.#after && compare(found, this.#after) <= 0) return;
    this.#found.push(found);
    if (this.#found.length > this.#most * 4 + 64) this.#found = this.take();
  }

  take(): Found[] {
    const sorted = this.#found.toSorted((a, b) => compare(a, b) || b.rank - a.rank);
    const each = sorted.filter((found, index) => index === 0 || compare(found, sorted[index - 1]!) !== 0);
    const taken = each.slice(0, this.#most);
    if (taken.length === this.#most) this.leastUs = taken.at(-1)!.us;
    return taken;
  }
}

/** Newest first. */
function compare(a: Cursor, b: Cursor): number {
  if (a.us !== b.us) return b.us - a.us;
  for (let index = 0; index < Math.max(a.words.length, b.words.length); index += 1) {
    const difference = (b.words[index] ?? 0) - (a.words[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
