/** A fresh look at one bucket: what an event says is not gone by, since it may be old by now. */
import { auditBuckets, type Audit, type AuditedBucket } from '../auditing/audit.ts';
import type { Check } from '../checks/check.ts';
import { allChecks } from '../checks/registry.ts';
import { openAbilities } from '../facts/abilities.ts';
import { partNames, type BucketFacts } from '../facts/bucket-facts.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import type { JudgedPlace } from '../facts/exposure-facts.ts';
import { whyUnread, type UnreadReason } from '../facts/fact.ts';
import type { Guard } from './guard.ts';

/** What lets in, or is critical or high, and can be told from the settings alone; and encryption, which new buckets get. */
export const guardChecks: readonly Check[] = allChecks.filter(
  (check) =>
    check.subject === 'bucket' &&
    (check.severity === 'critical' || check.severity === 'high' || check.id === 'bucket-default-encryption') &&
    !check.reads.includes('objects') &&
    !check.reads.includes('references'),
);

export interface Look {
  /** `null`: it is gone. */
  readonly bucket: AuditedBucket | null;
  readonly place: JudgedPlace;
  /** What could not be read, and why. One of which something could not be read is never taken for safe. */
  readonly unread: readonly string[];
  /** What was read and nobody can judge: a policy of which no program can say what it lets. */
  readonly unjudged: readonly string[];
}

export async function lookAt(name: string, reader: BucketReader, guard: Guard): Promise<Look> {
  const audit = await auditBuckets(
    { checks: guardChecks, buckets: [name], regions: [], sample: 0 },
    deps(reader, guard),
  );
  const bucket = audit.buckets[0] ?? null;
  return {
    bucket,
    place: { account: audit.account, endpoint: null, atMs: guard.clock() },
    unread: bucket === null ? ['the bucket is gone, or not there yet'] : unreadOf(bucket.facts, audit),
    unjudged: bucket === null ? [] : unjudgedOf(bucket),
  };
}

/** Every bucket of the Region. Throws `buckets_unlisted`. */
export async function lookAtAll(reader: BucketReader, guard: Guard): Promise<readonly Look[]> {
  const request = { checks: guardChecks, buckets: [], regions: [guard.config.region], sample: 0 };
  const audit = await auditBuckets(request, deps(reader, guard));
  const place = { account: audit.account, endpoint: null, atMs: guard.clock() };
  return audit.buckets.map((bucket) => ({
    ...{ bucket, place },
    ...{ unread: unreadOf(bucket.facts, audit), unjudged: unjudgedOf(bucket) },
  }));
}

function deps(reader: BucketReader, { settings, clock }: Guard) {
  return { reader, abilities: openAbilities(), endpoint: null, settings, clock };
}

/** A store that has no such thing hides nothing. */
const HIDES_NOTHING: readonly UnreadReason[] = ['not_implemented', 'not_asked'];

function unreadOf(facts: BucketFacts, { account }: Audit): readonly string[] {
  // One that stands for those of several Regions, where they could not be listed, says nothing of this bucket alone.
  const points = (facts.accessPoints.known ? facts.accessPoints.value : []).filter(({ origin }) => origin.known);
  const parts = [
    ...partNames.map((part) => [part, facts[part]] as const),
    ['accessPoints', facts.accessPoints] as const,
    ...points.map(({ name, policy }) => [`policy of the access point ${name}`, policy] as const),
    ['publicAccessBlock of the account', account.publicAccessBlock] as const,
  ];
  return parts.flatMap(([name, fact]) =>
    fact.known || HIDES_NOTHING.includes(fact.reason) ? [] : [`${name}: ${whyUnread(fact)}`],
  );
}

function unjudgedOf({ facts, exposure }: AuditedBucket): readonly string[] {
  if (!facts.policy.known) return [];
  return exposure.unknowns.filter(({ part }) => part === 'policy').map(({ part, reason }) => `${part}: ${reason}`);
}
