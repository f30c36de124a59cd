import type { BucketCheck } from '../check.ts';
import { isToEveryone } from '../everyone.ts';
import { failIf, judge, seen } from '../judge.ts';
import { fsbp, prowler } from '../standards.ts';

export const bucketAclOtherAccounts: BucketCheck = {
  id: 'bucket-acl-other-accounts',
  subject: 'bucket',
  title: 'The ACL of the bucket lets other accounts in',
  looksAt: 'Whether the ACL names other accounts',
  severity: 'medium',
  rationale: 'Canonical ids say nothing to a reader, and nobody sees from an ACL who a partner is or still should be.',
  remedy: 'Name the accounts in the policy, with the least they need, and switch ACLs off.',
  references: [fsbp('S3.12'), prowler('s3_bucket_acl_prohibited')],
  reads: ['acl'],
  judge: ({ facts }) =>
    judge(facts.acl, 'ACL', ({ Owner, Grants = [] }) => {
      const others = Grants.filter(
        (grant) => grant.Grantee?.ID !== undefined && grant.Grantee.ID !== Owner?.ID && !isToEveryone(grant),
      );
      return failIf(
        others.length > 0,
        ...others.slice(0, 16).map(({ Grantee, Permission = '' }) => seen(`Grant ${Permission}`, Grantee?.ID ?? '')),
      );
    }),
};
