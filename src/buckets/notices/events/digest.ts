/** Changes of objects, counted and with a few examples: what fits into a mail, however many there were. Pure. */
import type { ObjectEvent } from './object-event.ts';

/**
 * `opened`: everyone gets in now who did not before; `access`: who gets into the bucket as a whole was changed otherwise.
 * `created` where nothing was, `overwritten` where something was, `written` where nobody can say which of the two:
 * S3 tells only that an object was put.
 */
export const changes = ['opened', 'access', 'created', 'overwritten', 'written', 'deleted', 'expired', 'acl'] as const;
export type Change = (typeof changes)[number];

export type Example = {
  readonly change: Change;
  readonly name: string;
  readonly key: string;
  readonly size: number | null;
  readonly who: string | null;
  readonly address: string | null;
  readonly atMs: number;
};

export type BucketDigest = {
  readonly counts: { readonly [Name in Change]?: number };
  readonly firstMs: number;
  readonly lastMs: number;
};

/** What one owner is told. */
export type Digest = {
  readonly buckets: { readonly [bucket: string]: BucketDigest };
  /** Changes in further buckets than fit. */
  readonly more: number;
  /** The last few of each bucket and change. */
  readonly examples: readonly (Example & { readonly bucket: string })[];
};

export const EMPTY: Digest = { buckets: {}, more: 0, examples: [] };

/** Of one owner. All of them together have to fit into one record. */
const MOST_BUCKETS = 30;
const MOST_EXAMPLES = 12;
/** Of one bucket and change. */
const MOST_ALIKE = 3;
const TEXT_BYTES = 240;

export function withChange(digest: Digest, change: Change, event: ObjectEvent): Digest {
  const { bucket, atMs } = event;
  const before = ofBucket(digest.buckets, bucket);
  if (before === undefined && Object.keys(digest.buckets).length >= MOST_BUCKETS) {
    return { ...digest, more: digest.more + 1 };
  }
  const { counts, firstMs, lastMs } = before ?? { counts: {}, firstMs: atMs, lastMs: atMs };
  const after: BucketDigest = {
    counts: { ...counts, [change]: (counts[change] ?? 0) + 1 },
    firstMs: Math.min(firstMs, atMs),
    lastMs: Math.max(lastMs, atMs),
  };
  return {
    ...digest,
    buckets: { ...digest.buckets, [bucket]: after },
    examples: withExample(digest.examples, { bucket, ...exampleOf(change, event) }),
  };
}

/** A bucket may be called what every object has, such as `constructor`. */
function ofBucket(buckets: Digest['buckets'], bucket: string): BucketDigest | undefined {
  return Object.hasOwn(buckets, bucket) ? buckets[bucket] : undefined;
}

/** Both as one. */
export function merged(one: Digest, other: Digest): Digest {
  let { more } = one;
  const buckets: Record<string, BucketDigest> = { ...one.buckets };
  for (const [bucket, { counts, firstMs, lastMs }] of Object.entries(other.buckets)) {
    const before = ofBucket(buckets, bucket);
    if (before === undefined && Object.keys(buckets).length >= MOST_BUCKETS) {
      more += Object.values(counts).reduce((sum, each) => sum + each, 0);
      continue;
    }
    const both = { ...before?.counts };
    for (const change of changes) {
      if (counts[change] !== undefined) both[change] = (both[change] ?? 0) + counts[change];
    }
    buckets[bucket] = {
      counts: both,
      firstMs: Math.min(before?.firstMs ?? firstMs, firstMs),
      lastMs: Math.max(before?.lastMs ?? lastMs, lastMs),
    };
  }
  const examples = other.examples.filter(({ bucket }) => bucket in buckets).reduce(withExample, one.examples);
  return { buckets, more: more + other.more, examples };
}

/** The newest of its kind takes the place of the oldest; a kind that is new takes a place of the most frequent one. */
function withExample(examples: Digest['examples'], example: Digest['examples'][number]): Digest['examples'] {
  const isAlike = (other: typeof example): boolean =>
    other.bucket === example.bucket && other.change === example.change;
  const alike = examples.filter(isAlike);
  if (alike.length >= MOST_ALIKE) return [...examples.filter((each) => each !== alike[0]), example];
  if (examples.length < MOST_EXAMPLES) return [...examples, example];
  if (alike.length > 0) return [...examples.filter((each) => each !== alike[0]), example];
  const spare = examples.find((each) => examples.some((other) => other !== each && sameKind(other, each)));
  return spare === undefined ? examples : [...examples.filter((each) => each !== spare), example];
}

function sameKind(one: Digest['examples'][number], other: Digest['examples'][number]): boolean {
  return one.bucket === other.bucket && one.change === other.change;
}

function exampleOf(change: Change, { name, key, size, who, address, atMs }: ObjectEvent): Example {
  return {
    ...{ change, size, atMs },
    name: cut(name),
    key: cut(key),
    who: who === null ? null : cut(who),
    address: address === null ? null : cut(address),
  };
}

/** By what it takes where it is kept: JSON writes a control character with six bytes. */
function cut(text: string): string {
  if (jsonBytes(text) <= TEXT_BYTES) return text;
  let [kept, size] = ['', 0];
  for (const point of text) {
    size += jsonBytes(point);
    if (size > TEXT_BYTES - 3) break;
    kept += point;
  }
  return `${kept}…`;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

/** How many changes it tells of. */
export function changesIn({ buckets, more }: Digest): number {
  const counted = Object.values(buckets).flatMap(({ counts }) => Object.values(counts));
  return counted.reduce((sum, each) => sum + each, more);
}
