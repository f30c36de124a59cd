/** A bucket as an audit leaves it, for the tests of fixes. */
import type { Observation } from '../../findings/index.ts';
import type { AuditedBucket } from '../auditing/audit.ts';
import { bucketResource, observationOf } from '../auditing/observations.ts';
import { allChecks } from '../checks/registry.ts';
import { PARTNER, policyOf, subjectOf, type FactChanges } from '../checks/test-subject.ts';
import type { AccountFacts } from '../facts/bucket-facts.ts';
import type { JudgedPlace } from '../facts/exposure-facts.ts';

const publicStatement = {
  Sid: 'Everyone',
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::plans/*',
};
export const partnerStatement = {
  Sid: 'Partner',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${PARTNER}:root` },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::plans/*',
};
export const publicPolicy = policyOf(publicStatement, partnerStatement);

export interface AuditedForTest {
  readonly audited: AuditedBucket;
  /** What is critical or high. */
  readonly wrong: readonly Observation[];
  readonly place: JudgedPlace;
}

export function auditedBucket(changes: FactChanges, account?: AccountFacts): AuditedForTest {
  const subject = account === undefined ? subjectOf(changes) : subjectOf(changes, account);
  const resource = bucketResource(subject.facts, subject.account, { scope: 'aws', provider: 'aws' });
  const observations = allChecks.flatMap((check) =>
    check.subject === 'bucket' ? [observationOf(check, check.judge(subject), resource)] : [],
  );
  const wrong = observations.filter(
    ({ verdict, severity }) => verdict === 'fail' && (severity === 'critical' || severity === 'high'),
  );
  return {
    audited: { facts: subject.facts, exposure: subject.exposure, probe: null, observations, unlooked: [] },
    wrong,
    place: { account: subject.account, endpoint: null, atMs: 0 },
  };
}
