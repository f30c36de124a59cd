import { MAX_ITEMS, type SegmentRef } from './index-rows.ts';
import { orderBy, type Listed } from './order.ts';
import type { Pace } from './pace.ts';

/** A segment that shrank below this is joined with the next one. */
const MIN_ITEMS = MAX_ITEMS / 4;

export interface MergeSource {
  readonly segments: readonly SegmentRef[];
  /** `null` when it cannot be read. */
  readonly load: (id: string) => Promise<readonly Listed[] | null>;
  /** These entries are left out of the segments. */
  readonly isChanged: (entryId: string) => boolean;
  /** And these come in; in order of names. */
  readonly fresh: readonly Listed[];
}

/**
 * The segments of the new index. What nothing changed in stays as it is, so that new entries at one end of a folder
 * cost the same however much it holds. `null` when a segment cannot be read.
 */
export async function mergeSegments(
  source: MergeSource,
  write: (items: readonly Listed[]) => Promise<SegmentRef[]>,
  pace: Pace,
): Promise<SegmentRef[] | null> {
  const { segments, fresh } = source;
  const byName = orderBy('name');
  const result: SegmentRef[] = [];
  let taken = 0;
  /** Items of changed segments that are still to be written. */
  let open: Listed[] = [];
  let upcoming: readonly Listed[] | null = segments[0] ? await source.load(segments[0].id) : [];
  for (const [index, segment] of segments.entries()) {
    const items = upcoming;
    const following = segments[index + 1];
    upcoming = following ? await source.load(following.id) : [];
    if (items === null || upcoming === null) return null;
    const border = upcoming[0];
    const here = taken;
    for (let next = fresh[taken]; next && (!border || byName(next, border) < 0); next = fresh[taken]) taken += 1;
    const kept = items.filter(({ entryId }) => !source.isChanged(entryId));
    const isSame = kept.length === items.length && taken === here;
    if (isSame && (open.length === 0 || open.length >= MIN_ITEMS)) {
      if (open.length > 0) result.push(...(await write(open)));
      open = [];
      result.push(segment);
    } else {
      open.push(...mergeSorted(kept, fresh.slice(here, taken)));
      if (open.length >= 4 * MAX_ITEMS) result.push(...(await write(open.splice(0, 3 * MAX_ITEMS))));
    }
    await pace();
  }
  open.push(...fresh.slice(taken));
  if (open.length > 0) result.push(...(await write(open)));
  return result;
}

function mergeSorted(one: readonly Listed[], other: readonly Listed[]): Listed[] {
  const byName = orderBy('name');
  const merged: Listed[] = [];
  let at = 0;
  for (const item of other) {
    // Few come in and many stay: their places are looked up instead of comparing every one.
    let [low, high] = [at, one.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const candidate = one[middle];
      if (candidate && byName(candidate, item) < 0) low = middle + 1;
      else high = middle;
    }
    merged.push(...one.slice(at, low), item);
    at = low;
  }
  merged.push(...one.slice(at));
  return merged;
}
