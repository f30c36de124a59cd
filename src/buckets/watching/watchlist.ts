/** What is watched at each look: the places that somebody named, or every bucket there is then. */
import { hasCode } from '../../base/errors.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import type { Place } from '../notices/switching/switch.ts';

export interface Watchlist {
  /** Every bucket: then one that cannot be looked at does not hold up the others, and all share the limits. */
  readonly isWhole: boolean;
  /** What changed since it was asked last; at first all are added. Throws `buckets_unlisted` at first. */
  next(signal: AbortSignal): Promise<WatchlistChange>;
  /** What {@link next} said last was told. Throws `buckets_watch_unkept`. */
  keep(): Promise<void>;
}

export interface WatchlistChange {
  readonly added: readonly AddedPlace[];
  readonly gone: readonly Place[];
  /** Why the buckets could not be listed, so that none was added and none is gone; `null`: they were. */
  readonly trouble: Error | null;
}

export interface AddedPlace {
  readonly place: Place;
  /** It was made while the watch went on, or between two runs. */
  readonly isNew: boolean;
}

export function namedPlaces(places: readonly Place[]): Watchlist {
  let waiting = places;
  return {
    isWhole: false,
    async next() {
      const added = waiting.map((place) => ({ place, isNew: false }));
      waiting = [];
      return { added, gone: [], trouble: null };
    },
    async keep() {},
  };
}

export interface EveryBucket {
  readonly reader: Pick<BucketReader, 'list' | 'holder'>;
  /** Of an earlier run; `null`: there was none. */
  readonly names: () => Promise<readonly string[] | null>;
  readonly keepNames: (names: readonly string[]) => Promise<void>;
}

export function everyBucket({ reader, names, keepNames }: EveryBucket): Watchlist {
  let known: ReadonlySet<string> | null = null;
  let isKept = false;
  return {
    isWhole: true,
    async next(signal) {
      const earlier: ReadonlySet<string> | null = known ?? setOf(await names());
      const listed = new Set<string>();
      try {
        for await (const { name } of reader.list(signal)) listed.add(name);
      } catch (error) {
        if (known === null || !hasCode(error, 'buckets_unlisted', 'buckets_no_credentials')) throw error;
        return { added: [], gone: [], trouble: error };
      }
      const gone = new Set<string>();
      for (const name of earlier ?? []) {
        // A list that leaves out what is there must not count for a deletion.
        if (!listed.has(name) && (await isNoLongerOurs(name, reader, signal))) gone.add(name);
      }
      const all = (earlier ?? new Set()).union(listed);
      const added = [...all].filter((name) => !known?.has(name));
      isKept &&= added.length === 0 && gone.size === 0;
      known = all.difference(gone);
      return {
        added: added.map((name) => ({ place: placeOf(name), isNew: earlier !== null && !earlier.has(name) })),
        gone: [...gone].map(placeOf),
        trouble: null,
      };
    },
    async keep() {
      if (isKept || known === null) return;
      try {
        await keepNames([...known]);
      } catch (cause) {
        throw bucketErrors('buckets_watch_unkept', { attempted: 'Write which buckets are watched', cause });
      }
      isKept = true;
    },
  };
}

async function isNoLongerOurs(name: string, reader: EveryBucket['reader'], signal: AbortSignal): Promise<boolean> {
  const holder = await reader.holder(name, signal);
  return holder.known && holder.value !== 'us';
}

function setOf(names: readonly string[] | null): ReadonlySet<string> | null {
  return names && new Set(names);
}

function placeOf(bucket: string): Place {
  return { bucket, prefix: '' };
}
