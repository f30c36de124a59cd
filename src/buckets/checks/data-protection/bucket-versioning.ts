import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { prowler, securityHub } from '../standards.ts';

export const bucketVersioning: BucketCheck = {
  id: 'bucket-versioning',
  subject: 'bucket',
  title: 'The bucket keeps no versions: what is overwritten or deleted is gone',
  looksAt: 'Whether versioning is on',
  severity: 'medium',
  rationale:
    'Versions are the net under mistakes, broken programs and ransom: without them the last write wins for good.',
  remedy:
    'Switch versioning on: holdfast buckets fix BUCKET --check bucket-versioning; then let a lifecycle rule end old versions.',
  references: [securityHub('S3.14'), prowler('s3_bucket_object_versioning')],
  reads: ['versioning'],
  judge: ({ facts }) =>
    judge(facts.versioning, 'Versioning', ({ Status }) =>
      failIf(Status !== 'Enabled', seen('Versioning', Status ?? 'never switched on')),
    ),
};
