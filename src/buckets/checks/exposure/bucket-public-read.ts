import type { BucketCheck } from '../check.ts';
import { judgeAbilities } from '../exposed-ways.ts';
import { attack, fsbp, prowler } from '../standards.ts';

export const bucketPublicRead: BucketCheck = {
  id: 'bucket-public-read',
  subject: 'bucket',
  title: 'Anyone can read objects of the bucket',
  looksAt: 'Whether strangers can read objects',
  severity: 'critical',
  rationale:
    'Objects whose names are known or guessed can be fetched without a login. This is how most leaks from buckets happen, also where the list itself is closed.',
  remedy:
    'Run holdfast buckets fix BUCKET: it takes out the one statement or grant and keeps the rest. What shall be public belongs behind a content network, or in a bucket that is accepted with a reason.',
  references: [fsbp('S3.2'), prowler('s3_bucket_public_access'), attack('T1530')],
  reads: ['exposure'],
  judge: (subject) => judgeAbilities(subject, ['read'], 'public-read'),
};
