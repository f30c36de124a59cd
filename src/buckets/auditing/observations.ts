/** What checks say, as findings take it. */
import type { Evidence, Observation, Resource } from '../../findings/index.ts';
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
    evidence: judgement.evidence.flatMap(piecesOf).slice(0, MOST_EVIDENCE),
    rationale,
    remedy,
    references,
  };
}

/** A policy has up to 20 KiB and is shown whole: what is longer than one value may be goes on in the next. */
function piecesOf({ label, value }: Evidence): readonly Evidence[] {
  const name = label.slice(0, LABEL_LENGTH) || 'Seen';
  if (value.length <= VALUE_LENGTH) return [{ label: name, value }];
  const pieces: string[] = [];
  for (let from = 0; from < value.length;) {
    // Never between the two halves of one character.
    const isSplit = /[\ud800-\udbff]/.test(value.charAt(from + VALUE_LENGTH - 1));
    const end = from + VALUE_LENGTH - (isSplit ? 1 : 0);
    pieces.push(value.slice(from, end));
    from = end;
  }
  return pieces.map((piece, at) => ({
    label: `${name.slice(0, LABEL_LENGTH - 16)} (${at + 1} of ${pieces.length})`,
    value: piece,
  }));
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

const UNNAMED = 'unknown account';

/** An account of AWS that did not say which one it is, called like the place that was looked at. */
export function unnamedAccount(scope: string): Resource {
  return { uid: scope, type: 'account', name: UNNAMED, provider: 'aws' };
}

export function isUnnamed({ type, name }: Resource): boolean {
  return type === 'account' && name === UNNAMED;
}

/** The ARN; a store that is no part of AWS is named by its address, since two of them may have the same bucket. */
function bucketUid(bucket: string, partition: string, { scope, provider }: ReaderPlace): string {
  if (provider === 'aws') return `arn:${partition}:s3:::${bucket}`;
  return `${scope.replace(/\/+$/, '')}/${bucket}`.slice(0, 1024);
}
