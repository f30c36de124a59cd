import type { BucketCheck } from '../check.ts';
import { failIf, seen } from '../judge.ts';

export const bucketNameDots: BucketCheck = {
  id: 'bucket-name-dots',
  subject: 'bucket',
  title: 'The name of the bucket has dots, so that its host name fits no certificate',
  looksAt: 'Whether the name works with TLS',
  severity: 'low',
  rationale:
    'A certificate for *.s3.amazonaws.com covers no further dot: programs then fall back to path style, or to no TLS.',
  remedy: 'Use names without dots for new buckets; accept the finding where the bucket serves a website of that name.',
  references: [],
  reads: [],
  judge: ({ facts }) => failIf(facts.bucket.includes('.'), seen('Name', facts.bucket)),
};
