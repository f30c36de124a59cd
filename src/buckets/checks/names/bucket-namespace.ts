import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';

export const bucketNamespace: BucketCheck = {
  id: 'bucket-namespace',
  subject: 'bucket',
  title: 'The name is free for everyone once the bucket is deleted',
  looksAt: 'Whether the name belongs to the account for good',
  severity: 'info',
  rationale:
    'Since March 2026 a name may end in -ACCOUNT-REGION-an, and then nobody else can ever make that bucket. Every other name can be taken by whoever comes first after you delete it.',
  remedy: 'Use the namespace of the account for new buckets; before deleting an old one look for what still names it.',
  references: [],
  reads: [],
  judge: ({ facts, account }) =>
    judge(account.accountId, 'Account', () => failIf(!facts.bucket.endsWith('-an'), seen('Name', facts.bucket))),
};
