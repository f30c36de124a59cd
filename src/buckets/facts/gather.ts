/** Reads many buckets, some at a time, and says of each part of each one what is known. */
import type { AbilityRecord } from './abilities.ts';
import {
  partNames,
  type AccessPoint,
  type BucketFacts,
  type BucketReadings,
  type PartName,
  type ReferencedBucket,
} from './bucket-facts.ts';
import type { BucketReader, ListedBucket, PlacedBucket } from './bucket-reader.ts';
import { known, unread, type Fact, type UnreadReason } from './fact.ts';
import { referencesIn } from './references.ts';

/** What checks can ask to be read. */
export type ReadName = PartName | 'accessPoints' | 'references';

export interface GatherOptions {
  readonly reader: BucketReader;
  readonly abilities: AbilityRecord;
  /** What to read; the rest is `not_asked`. */
  readonly reads: ReadonlySet<ReadName>;
  readonly atOnce: number;
  readonly signal?: AbortSignal;
  /** Keeps what the store said of a bucket, call by call. */
  readonly keepRaw?: (bucket: string, raw: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Facts in the order in which buckets are done. The list is read as it is needed. */
export async function* gatherFacts(
  buckets: AsyncIterable<ListedBucket> | Iterable<ListedBucket>,
  options: GatherOptions,
): AsyncGenerator<BucketFacts> {
  const accessPoints = new Map<string, Promise<Fact<ReadonlyMap<string, readonly AccessPoint[]>>>>();
  const pointsIn = (region: string) => {
    const read = accessPoints.get(region) ?? options.reader.accessPoints(region, options.signal);
    accessPoints.set(region, read);
    return read;
  };
  let everywhere: Promise<PointsByBucket> | null = null;
  const multiRegion = () => (everywhere ??= options.reader.multiRegionAccessPoints(options.signal));
  const points: Points = { pointsIn, multiRegion };
  yield* eachAtOnce(buckets, options.atOnce, (listed) => readBucket(listed, options, points));
}

type PointsByBucket = Fact<ReadonlyMap<string, readonly AccessPoint[]>>;

/** Access points are listed for all buckets at once. */
interface Points {
  readonly pointsIn: (region: string) => Promise<PointsByBucket>;
  readonly multiRegion: () => Promise<PointsByBucket>;
}

async function readBucket(listed: ListedBucket, options: GatherOptions, listedPoints: Points): Promise<BucketFacts> {
  const { reader, reads, signal } = options;
  const region = listed.region === null ? await reader.region(listed.name, signal) : known(listed.region);
  const bucket: PlacedBucket = { name: listed.name, region: region.known ? region.value : null };
  const raw: Record<string, unknown> = {};
  const read = <Part extends PartName>(part: Part) => readPart(bucket, part, options, raw);
  // A status is that of a policy: it is asked for where there is one.
  const readStatus = async (policy: Fact<string | null>): Promise<Fact<boolean | null>> => {
    if (!reads.has('policyStatus')) return unread('not_asked');
    return policy.known && policy.value === null ? known(null) : await read('policyStatus');
  };
  const others = partNames.filter((part) => part !== 'policyStatus');
  const [facts, points] = await Promise.all([
    Promise.all(others.map(async (part) => [part, await read(part)] as const)),
    pointsOf(bucket, region, reads, listedPoints),
  ]);
  const settings = Object.fromEntries(facts) as { [Part in PartName]: Fact<BucketReadings[Part]> };
  const policyStatus = await readStatus(settings.policy);
  // They are told of one by one, so that what was said of each is in what is known.
  if (reads.has('accessPoints')) raw['accessPoints'] = points;
  await options.keepRaw?.(listed.name, raw);
  const found = { ...settings, policyStatus, bucket: listed.name, region, accessPoints: points };
  const wanted = reads.has('references') ? referencesIn(found) : null;
  return {
    ...found,
    objects: unread('not_asked'),
    references: wanted === null ? unread('not_asked') : known(wanted),
  };
}

async function readPart<Part extends PartName>(
  bucket: PlacedBucket,
  part: Part,
  { reader, reads, abilities, signal }: GatherOptions,
  raw: Record<string, unknown>,
): Promise<Fact<BucketReadings[Part]>> {
  if (!reads.has(part)) return unread('not_asked');
  if (!abilities.mayAsk(part)) return unread(abilities.instead(part));
  const reading = await reader.read(bucket, part, signal);
  abilities.note(part, reading.fact);
  if (reading.raw !== undefined) raw[part] = reading.raw;
  return reading.fact;
}

async function pointsOf(
  { name }: PlacedBucket,
  region: Fact<string>,
  reads: ReadonlySet<ReadName>,
  { pointsIn, multiRegion }: Points,
): Promise<Fact<readonly AccessPoint[]>> {
  if (!reads.has('accessPoints')) return unread('not_asked');
  if (!region.known) return region;
  const [points, everywhere] = await Promise.all([pointsIn(region.value), multiRegion()]);
  if (!points.known) return points;
  return known([...(points.value.get(name) ?? []), ...multiRegionPointsOf(name, everywhere)]);
}

/** Where they could not be listed, one of which nothing is known stands for them. */
function multiRegionPointsOf(bucket: string, points: PointsByBucket): readonly AccessPoint[] {
  if (points.known) return points.value.get(bucket) ?? [];
  if (points.reason === 'not_implemented') return [];
  return [{ name: 'of several Regions', origin: points, policy: points, publicAccessBlock: points }];
}

export type Holder = Fact<'nobody' | 'us' | 'others'>;

/**
 * Whose a bucket is, which is asked for once. Those that were listed are ours, and no others are where the list was
 * `complete`: whoever has taken a name lets everybody into it.
 */
export function openHolders(
  facts: readonly Pick<BucketFacts, 'bucket'>[],
  complete: boolean,
  { reader, signal }: Pick<GatherOptions, 'reader' | 'signal'>,
): (name: string) => Promise<Holder> {
  const ask = async (name: string): Promise<Holder> => {
    const holder = await reader.holder(name, signal);
    return complete && holder.known && holder.value === 'us' ? known('others') : holder;
  };
  const asked = new Map<string, Promise<Holder>>(facts.map(({ bucket }) => [bucket, Promise.resolve(known('us'))]));
  return (name) => {
    const answer = asked.get(name) ?? ask(name);
    asked.set(name, answer);
    return answer;
  };
}

/** Whether buckets that others name are there; `freed` were ours once. */
export async function checkReferences(
  facts: readonly BucketFacts[],
  holderOf: (name: string) => Promise<Holder>,
  freed: ReadonlySet<string>,
): Promise<BucketFacts[]> {
  return await Promise.all(
    facts.map(async (each): Promise<BucketFacts> => {
      if (!each.references.known) return each;
      const checked = await Promise.all(
        each.references.value.map(async (reference): Promise<ReferencedBucket> => {
          const holder = await holderOf(reference.name);
          const isTaken = freed.has(reference.name) && holder.known && holder.value === 'others';
          return { ...reference, exists: isThere(holder), ...(isTaken && { isTaken }) };
        }),
      );
      return { ...each, references: known(checked) };
    }),
  );
}

function isThere(holder: Holder): Fact<boolean> {
  return holder.known ? known(holder.value !== 'nobody') : holder;
}

/** A bucket of which nothing can be read any more. */
export function isGone(facts: BucketFacts): boolean {
  const reasons = partNames.flatMap((part): UnreadReason[] => (facts[part].known ? [] : [facts[part].reason]));
  return reasons.includes('gone') && partNames.every((part) => !facts[part].known);
}

/** Whether anything was read of a bucket, which is answered for those of the account alone where that is known. */
export function isAnswered(facts: BucketFacts): boolean {
  return partNames.some((part) => facts[part].known);
}

/** Results in the order in which they come; at most `most` are being made. */
export async function* eachAtOnce<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  most: number,
  make: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  type Made = { readonly result: Result; readonly self: Promise<Made> };
  const running = new Set<Promise<Made>>();
  const start = (item: Item): void => {
    const self: Promise<Made> = make(item).then((result) => ({ result, self }));
    // Whoever stops early leaves the others behind, whose failures nobody waits for.
    self.catch(() => {});
    running.add(self);
  };
  for await (const item of items) {
    start(item);
    if (running.size < most) continue;
    const { result, self } = await Promise.race(running);
    running.delete(self);
    yield result;
  }
  while (running.size > 0) {
    const { result, self } = await Promise.race(running);
    running.delete(self);
    yield result;
  }
}
