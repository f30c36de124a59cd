/** What checks say, as findings take it. */
import type { Observation, Resource } from '../../findings/index.ts';
import type { Check } from '../checks/check.ts';
import type { Judgement } from '../checks/judge.ts';
import type { AccountFacts, BucketFacts } from '../facts/bucket-facts.ts';
import type { ReaderPlace } from '../facts/bucket-reader.ts';

const MOST_EVIDENCE = 32;
const LABEL_LENGTH = 128;
const VALUE_LENGTH = 8192;

export function observationOf(check: Check, judgement: Judgement, resource: Resource): Observation {
  const { id, title, looksAt, severity, rationale, remedy, references } = check;
  return {
    kind: 'compliance',
    check: id,
    title: judgement.verdict === 'fail' ? title : looksAt,
    resource,
    severity,
    verdict: judgement.verdict,
    evidence: judgement.evidence.slice(0, MOST_EVIDENCE).map(({ label, value }) => ({
      label: label.slice(0, LABEL_LENGTH) || 'Seen',
      value: value.length > VALUE_LENGTH ? `${value.slice(0, VALUE_LENGTH - 1)}…` : value,
    })),
    rationale,
    remedy,
    references,
  };
}

export function bucketResource(facts: BucketFacts, account: AccountFacts, place: ReaderPlace): Resource {
  const { bucket, region, tags } = facts;
  const kept = tags.known ? Object.entries(tags.value).slice(0, 50) : [];
  return {
    uid: bucketUid(bucket, account.partition, place),
    type: 'bucket',
    name: bucket,
    ...(place.provider === null ? {} : { provider: place.provider }),
    ...(account.accountId.known ? { account: account.accountId.value } : {}),
    ...(region.known ? { region: region.value.slice(0, 64) } : {}),
    ...(kept.length > 0 ? { tags: Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, 256)])) } : {}),
  };
}

export function accountResource(accountId: string, { partition }: AccountFacts): Resource {
  return {
    uid: `arn:${partition}:iam::${accountId}:root`,
    type: 'account',
    name: accountId,
    provider: 'aws',
    account: accountId,
  };
}

/** The ARN; a store that is no part of AWS is named by its address, since two of them may have the same bucket. */
function bucketUid(bucket: string, partition: string, { scope, provider }: ReaderPlace): string {
  if (provider === 'aws') return `arn:${partition}:s3:::${bucket}`;
  return `${scope.replace(/\/+$/, '')}/${bucket}`.slice(0, 1024);
}
