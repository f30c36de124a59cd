import type { BucketCheck } from '../check.ts';
import { isToEveryone } from '../everyone.ts';
import { failIf, judge, seen } from '../judge.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketAclPublicGrant: BucketCheck = {
  id: 'bucket-acl-public-grant',
  subject: 'bucket',
  title: 'The ACL of the bucket names everyone, or everyone with an AWS account',
  looksAt: 'Whether the ACL grants anything to everyone',
  severity: 'high',
  rationale:
    'A grant to AuthenticatedUsers reads like “my users” and means every AWS account of the world. Flags may hold the grant back today; it is no way to give access at all.',
  remedy: 'Remove the grant and switch ACLs off (BucketOwnerEnforced): holdfast buckets fix BUCKET.',
  references: [fsbp('S3.12'), prowler('s3_bucket_public_list_acl'), prowler('s3_bucket_public_write_acl')],
  reads: ['acl'],
  judge: ({ facts }) =>
    judge(facts.acl, 'ACL', ({ Grants = [] }) => {
      const open = Grants.filter(isToEveryone);
      const told = open.map(({ Grantee, Permission = '' }) =>
        seen(`Grant ${Permission}`, Grantee?.URI ?? Grantee?.ID ?? ''),
      );
      return failIf(open.length > 0, ...told);
    }),
};
