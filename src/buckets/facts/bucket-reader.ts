import type { NamedBucket } from '../references/named-buckets.ts';
import type { AccessPoint, BucketReadings, DataEvents, NamedAccount, ObjectSample, PartName } from './bucket-facts.ts';
import type { Fact } from './fact.ts';

export interface ListedBucket {
  readonly name: string;
  /** `null`: the list does not say. */
  readonly region: string | null;
}

/** What the store said, as it said it, beside what it means. */
export interface Reading<Value> {
  readonly fact: Fact<Value>;
  /** `undefined` where nothing was asked. */
  readonly raw: unknown;
}

/** A service that was asked which buckets it names. */
export interface OutsideSource {
  readonly source: string;
  readonly named: Fact<readonly NamedBucket[]>;
}

/** Where a reader looks. */
export interface ReaderPlace {
  /** What findings call it: `aws 123456789012`, `https://s3.example.org`. */
  readonly scope: string;
  /** `null`: a store that is no part of AWS. */
  readonly provider: 'aws' | null;
}

/**
 * Reads how buckets are set up, and changes nothing. A part that cannot be read is a fact of its own; only {@link list}
 * throws, since nothing can be said about buckets that nobody named.
 */
export interface BucketReader extends AsyncDisposable {
  readonly place: ReaderPlace;
  /** The account with whose credentials it reads, and the names that services would take in these Regions. */
  account(signal?: AbortSignal): Promise<NamedAccount>;
  /** Every bucket, page by page. Throws `buckets_unlisted`. */
  list(signal?: AbortSignal): AsyncIterable<ListedBucket>;
  /** The Region of a bucket whose list did not name it. */
  region(bucket: string, signal?: AbortSignal): Promise<Fact<string>>;
  read<Part extends PartName>(
    bucket: PlacedBucket,
    part: Part,
    signal?: AbortSignal,
  ): Promise<Reading<BucketReadings[Part]>>;
  /** The access points of every bucket in a Region, by bucket. */
  accessPoints(region: string, signal?: AbortSignal): Promise<Fact<ReadonlyMap<string, readonly AccessPoint[]>>>;
  /** Those of the account that reach into several Regions, by bucket; partitions that have none: `not_implemented`. */
  multiRegionAccessPoints(signal?: AbortSignal): Promise<Fact<ReadonlyMap<string, readonly AccessPoint[]>>>;
  /** The first `most` objects with their ACLs, and with their first bytes where that is wanted. */
  sample(bucket: PlacedBucket, options: SampleOptions, signal?: AbortSignal): Promise<Fact<readonly ObjectSample[]>>;
  /** Whether there is a bucket of this name, of whomever: `others` where these credentials may not enter. */
  holder(name: string, signal?: AbortSignal): Promise<Fact<'nobody' | 'us' | 'others'>>;
  /** Buckets that other services of the account name; none where the store is no part of AWS. */
  outside(signal?: AbortSignal): Promise<readonly OutsideSource[]>;
  /** What CloudTrail records of objects; `not_implemented` where the store is no part of AWS. */
  dataEvents(signal?: AbortSignal): Promise<Fact<DataEvents>>;
}

export interface SampleOptions {
  readonly most: number;
  /** How many of the first bytes of an object are read; 0: into none. */
  readonly headBytes: number;
  /** Whether an object is looked into, once its ACL is read; left out: each. */
  readonly isWanted?: (object: Pick<ObjectSample, 'key' | 'acl'>) => boolean;
}

export interface PlacedBucket {
  readonly name: string;
  /** `null`: where the reader looks anyway. */
  readonly region: string | null;
}
