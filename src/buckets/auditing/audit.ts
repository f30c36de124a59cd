/** Looks at every bucket of one account or store: reads, judges, and says what is wrong. Changes nothing. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Observation } from '../../findings/index.ts';
import { looksAtObjects, type AccountCheck, type BucketCheck, type Check } from '../checks/check.ts';
import { strangersRead } from '../exposure/strangers-read.ts';
import type { Probe } from '../exposure/anonymous-probe.ts';
import type { Exposure } from '../exposure/ways.ts';
import { withProbe } from '../exposure/with-probe.ts';
import type { Abilities, AbilityRecord } from '../facts/abilities.ts';
import { nothingLookedUp, type AccountFacts, type BucketFacts, type ObjectSample } from '../facts/bucket-facts.ts';
import type { BucketReader, ListedBucket } from '../facts/bucket-reader.ts';
import { exposureFactsOf, exposureReads, type JudgedPlace } from '../facts/exposure-facts.ts';
import { known, unread } from '../facts/fact.ts';
import {
  checkReferences,
  eachAtOnce,
  gatherFacts,
  isAnswered,
  isGone,
  openHolders,
  type GatherOptions,
  type ReadName,
} from '../facts/gather.ts';
import { namesAfter, NO_NAMES, type KnownNames } from '../references/freed-names.ts';
import type { NamedBucket } from '../references/named-buckets.ts';
import { lookUpServiceNames } from '../facts/service-names.ts';
import type { BucketsSettings } from '../settings.ts';
import { accountResource, bucketResource, observationOf, unnamedAccount } from './observations.ts';
import { outsideReferencesOf } from './outside-references.ts';
import { probeBucket, type Probing } from './probing.ts';
import { exposureOfFacts, judgementOf, orUnjudged } from './unjudged.ts';

export interface AuditRequest {
  readonly checks: readonly Check[];
  /** Names or patterns with `*`; empty: every bucket. */
  readonly buckets: readonly string[];
  /** Empty: every Region. */
  readonly regions: readonly string[];
  /** Objects that are looked at in each bucket; 0: checks that look at objects are not made. */
  readonly sample: number;
}

export interface AuditDeps {
  readonly reader: BucketReader;
  readonly abilities: AbilityRecord;
  /** `null`: AWS. */
  readonly endpoint: string | null;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly keepRaw?: GatherOptions['keepRaw'];
  /** Each bucket is asked as a stranger would as well. */
  readonly probing?: Probing;
  /** What earlier looks saw: names of theirs that are gone are watched for. */
  readonly names?: KnownNames;
  /** Buckets that files name. */
  readonly inFiles?: readonly NamedBucket[];
  /** Hears of every bucket that is done. */
  readonly onBucket?: (name: string) => void;
}

export interface AuditedBucket {
  readonly facts: BucketFacts;
  /** What was read, together with what the probe found. */
  readonly exposure: Exposure;
  /** `null`: none was made. */
  readonly probe: Probe | null;
  readonly observations: readonly Observation[];
  /** Ids of checks that rest on a bucket that was left out of this look: what is known of them stays as it is. */
  readonly unlooked: readonly string[];
}

export interface Audit {
  readonly scope: string;
  /** Ids of the checks that were made: what others found before stays as it is. */
  readonly checks: readonly string[];
  readonly account: AccountFacts;
  readonly buckets: readonly AuditedBucket[];
  /** What was found of the account itself. */
  readonly accountObservations: readonly Observation[];
  /** Deleted while they were looked at. */
  readonly gone: readonly string[];
  readonly abilities: Abilities;
  /** Every bucket was looked at, so that what was not seen is not there. */
  readonly complete: boolean;
  /** What the next look should know of names. */
  readonly names: KnownNames;
}

/** Throws `buckets_unlisted`, `buckets_no_credentials`; whatever else cannot be read is unknown. */
export async function auditBuckets(request: AuditRequest, deps: AuditDeps): Promise<Audit> {
  const { reader, settings, abilities } = deps;
  const bucketChecks = request.checks
    .filter((check) => check.subject === 'bucket')
    // What was found in objects stays as it is until objects are looked at again.
    .filter((check) => request.sample > 0 || !looksAtObjects(check));
  const complete = request.buckets.length === 0 && request.regions.length === 0;
  const accountChecks = request.checks
    .filter((check) => check.subject === 'account')
    // Who looks at some buckets asks nothing of other services.
    .filter(({ reads }) => complete || !reads.some((name) => OF_OTHER_SERVICES.has(name)));
  const named = await reader.account(deps.signal);
  const place: JudgedPlace = {
    account: { ...named, ...nothingLookedUp },
    endpoint: deps.endpoint,
    atMs: deps.clock(),
  };
  const gather: GatherOptions = {
    ...{ reader, abilities, reads: readsOf(bucketChecks), atOnce: settings.bucketsAtOnce },
    ...(deps.signal ? { signal: deps.signal } : {}),
    ...(deps.keepRaw ? { keepRaw: deps.keepRaw } : {}),
  };

  const found: BucketFacts[] = [];
  const probes = new Map<string, Probe>();
  const gone: string[] = [];
  const looked = eachAtOnce(gatherFacts(chosen(request, deps), gather), settings.bucketsAtOnce, async (read) => {
    const facts = await withSample(read, request, deps, place);
    return { facts, probe: isGone(facts) ? null : await probed(facts, deps, place) };
  });
  for await (const { facts, probe } of looked) {
    deps.onBucket?.(facts.bucket);
    if (isGone(facts)) gone.push(facts.bucket);
    else found.push(facts);
    if (probe) probes.set(facts.bucket, probe);
  }
  const names = namesNow(found, complete, deps);
  const freed = new Set(Object.keys(names.freed));
  const holderOf = openHolders(found, complete, gather);
  const all = gather.reads.has('references') ? await checkReferences(found, holderOf, freed) : found;
  const looksOutside = accountChecks.some(({ reads }) => reads.includes('outsideReferences'));
  const account: AccountFacts = {
    ...place.account,
    serviceNames: await serviceNames(accountChecks, all, place, deps),
    outsideReferences: looksOutside
      ? known(
          await outsideReferencesOf({
            sources: await reader.outside(deps.signal),
            ...{ inFiles: deps.inFiles ?? [], freed, holderOf },
          }),
        )
      : unread('not_asked'),
    dataEvents: accountChecks.some(({ reads }) => reads.includes('dataEvents'))
      ? await reader.dataEvents(deps.signal)
      : unread('not_asked'),
  };
  return {
    scope: reader.place.scope,
    checks: [...bucketChecks, ...accountChecks].map(({ id }) => id),
    account,
    buckets: await judgeBuckets(all, bucketChecks, { ...place, account }, { reader, probes, complete }),
    accountObservations: judgeAccount(account, accountChecks, reader.place.scope),
    gone,
    abilities: abilities.all(),
    ...{ complete, names },
  };
}

const OF_OTHER_SERVICES: ReadonlySet<AccountCheck['reads'][number]> = new Set(['outsideReferences', 'dataEvents']);

function namesNow(
  found: readonly BucketFacts[],
  complete: boolean,
  { names = NO_NAMES, settings, clock }: AuditDeps,
): KnownNames {
  if (!complete) return names;
  const times = { nowMs: clock(), keptMs: settings.bucketsFreedKeptMs };
  return namesAfter(
    names,
    found.map(({ bucket }) => bucket),
    times,
  );
}

type Probes = ReadonlyMap<string, Probe>;

/** After so long others have their turn: an intricate policy takes a tenth of a second. */
const TURN_MS = 20;

async function judgeBuckets(
  all: readonly BucketFacts[],
  checks: readonly BucketCheck[],
  place: JudgedPlace,
  { reader, probes, complete }: Pick<AuditDeps, 'reader'> & Pick<Audit, 'complete'> & { readonly probes: Probes },
): Promise<AuditedBucket[]> {
  let sinceMs = performance.now();
  const breathe = async (): Promise<void> => {
    if (performance.now() - sinceMs < TURN_MS) return;
    await turn();
    sinceMs = performance.now();
  };
  const exposures = new Map<string, Exposure>();
  for (const facts of all) {
    const probe = probes.get(facts.bucket);
    const exposure = exposureOfFacts(facts, place);
    exposures.set(facts.bucket, probe ? withProbe(exposure, probe) : exposure);
    await breathe();
  }
  const exposureOfBucket = (name: string): Exposure | null => exposures.get(name) ?? null;
  const ours = new Set(all.filter((facts) => complete || isAnswered(facts)).map(({ bucket }) => bucket));
  const isOurs = (name: string): boolean | null => ours.has(name) || (complete ? false : null);
  const judged: AuditedBucket[] = [];
  for (const facts of all) {
    const exposure = exposures.get(facts.bucket) ?? exposureOfFacts(facts, place);
    const probe = probes.get(facts.bucket) ?? null;
    const resource = bucketResource(facts, place.account, reader.place);
    const subject = {
      ...{ facts, exposure, probe, account: place.account, exposureOfBucket, isOurs },
      strangersRead: (key: string) =>
        probe?.requests.some((each) => each.key === key && each.ability === 'read' && each.outcome === 'let-in') ===
          true || strangersRead(exposureFactsOf(facts, place), key),
    };
    const judgements = checks.map((check) => ({ check, judgement: judgementOf(check, subject) }));
    const observations = judgements.map((each) => observationOf(each.check, each.judgement, resource));
    const isLeftOut = ({ judgement }: (typeof judgements)[number]): boolean => judgement.isUnlooked === true;
    const unlooked = complete ? [] : judgements.filter(isLeftOut).map(({ check }) => check.id);
    judged.push({ facts, exposure, probe, observations, unlooked });
    await breathe();
  }
  return judged;
}

/** Of an account that does not say which one it is it says what is not known; a store without accounts has none. */
function judgeAccount(account: AccountFacts, checks: readonly AccountCheck[], scope: string): Observation[] {
  const { accountId } = account;
  if (!accountId.known && accountId.reason === 'not_implemented') return [];
  const resource = accountId.known ? accountResource(accountId.value, account) : unnamedAccount(scope);
  return checks.map((each) => observationOf(each, each.judge(account), resource));
}

/** Everything that the checks want to know, and nothing more. */
function readsOf(checks: readonly BucketCheck[]): ReadonlySet<ReadName> {
  // Who gets in is said of every bucket, and rules of findings go by tags, whatever else is looked for.
  const reads = new Set<ReadName>([...exposureReads, 'tags']);
  for (const name of checks.flatMap((check) => check.reads)) {
    if (name !== 'exposure' && name !== 'objects') reads.add(name);
  }
  return reads;
}

async function* chosen(
  { buckets, regions }: AuditRequest,
  { reader, signal }: AuditDeps,
): AsyncGenerator<ListedBucket> {
  const isEach = buckets.length > 0 && buckets.every((name) => !name.includes('*'));
  // Who names buckets need not be allowed to list them all.
  const listed = isEach ? buckets.map((name) => ({ name, region: null })) : reader.list(signal);
  const patterns = buckets.map(patternOf);
  for await (const bucket of listed) {
    if (patterns.length > 0 && !patterns.some((pattern) => pattern.test(bucket.name))) continue;
    if (regions.length === 0) {
      yield bucket;
      continue;
    }
    const region = bucket.region === null ? await reader.region(bucket.name, signal) : known(bucket.region);
    // One whose Region cannot be read may be meant.
    if (!region.known || regions.includes(region.value))
      yield { ...bucket, region: region.known ? region.value : null };
  }
}

function patternOf(text: string): RegExp {
  return new RegExp(
    `^${text
      .split('*')
      .map((part) => part.replace(/[^a-zA-Z0-9]/g, '\\$&'))
      .join('.*')}$`,
  );
}

async function probed(
  facts: BucketFacts,
  { probing, reader, settings, signal }: AuditDeps,
  { account }: JudgedPlace,
): Promise<Probe | null> {
  if (!probing) return null;
  const most = settings.bucketsProbedKeys;
  return await probeBucket(facts, account.partition, probing, { reader, most, signal: signal ?? NEVER });
}

const NEVER = new AbortController().signal;

/** Looks at some objects, and into those that strangers can read anyway. */
async function withSample(
  facts: BucketFacts,
  { sample, checks }: AuditRequest,
  { reader, settings, signal }: AuditDeps,
  place: JudgedPlace,
): Promise<BucketFacts> {
  if (sample === 0 || !checks.some(looksAtObjects) || isGone(facts)) return facts;
  const isWanted = ({ key, acl }: Pick<ObjectSample, 'key' | 'acl'>): boolean => {
    const objects = known([{ key, acl, head: unread('not_asked') }]);
    // What is in an object is read only where strangers are known to read it.
    return orUnjudged(
      () => strangersRead(exposureFactsOf({ ...facts, objects }, place), key),
      () => false,
    );
  };
  const options = { most: sample, headBytes: settings.bucketsSampleHeadBytes, isWanted };
  const bucket = { name: facts.bucket, region: facts.region.known ? facts.region.value : null };
  return { ...facts, objects: await reader.sample(bucket, options, signal) };
}

async function serviceNames(
  checks: readonly AccountCheck[],
  all: readonly BucketFacts[],
  { account }: JudgedPlace,
  { reader, settings, signal }: AuditDeps,
): Promise<AccountFacts['serviceNames']> {
  if (!checks.some(({ reads }) => reads.includes('serviceNames'))) return unread('not_asked');
  if (!account.accountId.known) return account.accountId;
  const regions = [...new Set(all.flatMap(({ region }) => (region.known ? [region.value] : [])))];
  const names = await lookUpServiceNames({
    ...{ reader, accountId: account.accountId.value, regions },
    ours: new Set(all.map(({ bucket }) => bucket)),
    atOnce: settings.bucketsAtOnce,
    ...(signal ? { signal } : {}),
  });
  return known(names);
}
