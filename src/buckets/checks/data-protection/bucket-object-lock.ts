import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { prowler, securityHub } from '../standards.ts';

export const bucketObjectLock: BucketCheck = {
  id: 'bucket-object-lock',
  subject: 'bucket',
  title: 'Nothing in the bucket can be locked against deletion',
  looksAt: 'Whether Object Lock is on',
  severity: 'low',
  rationale: 'What is locked outlives stolen administrators. Backups and audit trails belong into such a bucket.',
  remedy:
    'Switch Object Lock on where deletion must be impossible for some time; it can be set for existing buckets as well.',
  references: [securityHub('S3.15'), prowler('s3_bucket_object_lock')],
  reads: ['objectLock'],
  judge: ({ facts }) =>
    judge(facts.objectLock, 'Object Lock', (lock) =>
      failIf(lock?.ObjectLockEnabled !== 'Enabled', seen('Object Lock', lock?.ObjectLockEnabled ?? 'off')),
    ),
};
