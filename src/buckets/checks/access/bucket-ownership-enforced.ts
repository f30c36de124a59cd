import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketOwnershipEnforced: BucketCheck = {
  id: 'bucket-ownership-enforced',
  subject: 'bucket',
  title: 'ACLs are in force: each object may have rights of its own',
  looksAt: 'Whether ACLs are switched off',
  severity: 'medium',
  rationale:
    'While ACLs are in force whoever uploads decides who reads, object by object, and objects of other accounts are not even yours. No policy shows it.',
  remedy: 'Set object ownership to BucketOwnerEnforced: holdfast buckets fix BUCKET --check bucket-ownership-enforced.',
  references: [fsbp('S3.12'), prowler('s3_bucket_acl_prohibited')],
  reads: ['ownership'],
  judge: ({ facts }) =>
    judge(facts.ownership, 'Object ownership', (ownership) =>
      failIf(ownership !== 'BucketOwnerEnforced', seen('Object ownership', ownership ?? 'not set')),
    ),
};
