/** What `buckets watch` asks of a store. */
import type { Acl } from '../facts/bucket-facts.ts';
import type { Fact } from '../facts/fact.ts';
import type { Place } from '../notices/switching/switch.ts';

/** Who stands as owner of an object, a delete marker or a bucket. */
export interface Owner {
  readonly id: string;
  /** `null`: the store gives none. */
  readonly name: string | null;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** Differs when other bytes were written. */
  readonly etag: string;
  /** By the clock of the store, ms since the epoch; `null`: it does not say. */
  readonly modifiedMs: number | null;
  /** `null`: the list names none. */
  readonly owner: Owner | null;
}

/** The newest delete marker of a key. */
export interface Deletion {
  readonly owner: Owner | null;
  readonly atMs: number | null;
}

export interface WatchedStore extends AsyncDisposable {
  /** Every object whose key begins so. Throws `bucket_objects_unlisted`: then nothing is known, and nothing is gone. */
  list(place: Place, signal: AbortSignal): AsyncIterable<ListedObject>;
  acl(bucket: string, key: string, signal: AbortSignal): Promise<Fact<Acl>>;
  /** `null`: the bucket has kept no delete marker of this key. */
  deletion(bucket: string, key: string, signal: AbortSignal): Promise<Fact<Deletion | null>>;
  /** How often the store asked to slow down. */
  readonly slowed: number;
}
