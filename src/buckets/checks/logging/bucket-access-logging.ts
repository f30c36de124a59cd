import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketAccessLogging: BucketCheck = {
  id: 'bucket-access-logging',
  subject: 'bucket',
  title: 'Nobody will know who read the bucket',
  looksAt: 'Whether access is logged',
  severity: 'medium',
  rationale:
    'After a leak the first question is who read what. Without a log the only honest answer is: perhaps everyone, everything.',
  remedy: 'Send server access logs, or CloudTrail data events, to a bucket that only few can read and none can change.',
  references: [fsbp('S3.9'), prowler('s3_bucket_server_access_logging_enabled')],
  reads: ['logging'],
  judge: ({ facts }) =>
    judge(facts.logging, 'Access log', (logging) =>
      failIf(!logging?.TargetBucket, seen('Access log', logging?.TargetBucket ?? 'none')),
    ),
};
