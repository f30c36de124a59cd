import type { BucketCheck } from '../check.ts';
import { judgeAbilities } from '../exposed-ways.ts';
import { attack, fsbp, prowler } from '../standards.ts';

export const bucketPublicWrite: BucketCheck = {
  id: 'bucket-public-write',
  subject: 'bucket',
  title: 'Anyone can write into the bucket or take it over',
  looksAt: 'Whether strangers can write, delete, or change who gets in',
  severity: 'critical',
  rationale:
    'Whoever can write can replace files with others, delete them, fill the bill, or serve malware under your name; whoever can write the ACL or policy gives themselves the rest.',
  remedy:
    'Run holdfast buckets fix BUCKET: it takes out the one statement or grant and keeps the rest. Where strangers shall upload, hand out signed addresses.',
  references: [
    fsbp('S3.3'),
    prowler('s3_bucket_policy_public_write_access'),
    prowler('s3_bucket_public_write_acl'),
    attack('T1530'),
  ],
  reads: ['exposure'],
  judge: (subject) => judgeAbilities(subject, ['write', 'acl-write', 'policy-write', 'control'], 'public-write'),
};
