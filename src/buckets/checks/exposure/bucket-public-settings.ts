import type { BucketCheck } from '../check.ts';
import { judgeAbilities } from '../exposed-ways.ts';
import { prowler } from '../standards.ts';

export const bucketPublicSettings: BucketCheck = {
  id: 'bucket-public-settings',
  subject: 'bucket',
  title: 'Anyone can read how the bucket is set up',
  looksAt: 'Whether strangers can read ACL, policy or settings',
  severity: 'medium',
  rationale: 'ACL and policy name accounts, roles and networks: the map for whoever looks for a way in.',
  remedy: 'Take READ_ACP and s3:GetBucket* away from everyone; holdfast buckets fix BUCKET does it.',
  references: [prowler('s3_bucket_public_access')],
  reads: ['exposure'],
  judge: (subject) => judgeAbilities(subject, ['settings'], 'public-list'),
};
