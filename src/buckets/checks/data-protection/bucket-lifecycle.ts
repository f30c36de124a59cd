import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { enabledRules } from '../lifecycle-rules.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketLifecycle: BucketCheck = {
  id: 'bucket-lifecycle',
  subject: 'bucket',
  title: 'Nothing in the bucket ever ends by itself',
  looksAt: 'Whether the bucket has a lifecycle',
  severity: 'info',
  rationale: 'What is kept longer than needed costs money, and is there to be leaked.',
  remedy: 'Decide how long each kind of file is needed, and write it down as lifecycle rules.',
  references: [fsbp('S3.13'), prowler('s3_bucket_lifecycle_enabled')],
  reads: ['lifecycle'],
  judge: ({ facts }) =>
    judge(facts.lifecycle, 'Lifecycle', (lifecycle) => {
      const rules = enabledRules(lifecycle);
      return failIf(rules.length === 0, seen('Rules in force', String(rules.length)));
    }),
};
