import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { prowler, securityHub } from '../standards.ts';

export const bucketReplication: BucketCheck = {
  id: 'bucket-replication',
  subject: 'bucket',
  title: 'There is no second copy of the bucket',
  looksAt: 'Whether the bucket is replicated',
  severity: 'info',
  rationale: 'Versions do not help when the bucket, the account or the Region is gone.',
  remedy: 'Replicate what you cannot lose into another Region, best into another account.',
  references: [securityHub('S3.7'), prowler('s3_bucket_cross_region_replication')],
  reads: ['replication'],
  judge: ({ facts }) =>
    judge(facts.replication, 'Replication', (replication) => {
      const rules = (replication?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
      return failIf(rules.length === 0, seen('Rules in force', String(rules.length)));
    }),
};
