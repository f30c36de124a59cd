import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';

export const bucketNameAccount: BucketCheck = {
  id: 'bucket-name-account',
  subject: 'bucket',
  title: 'The name of the bucket tells the number of the account',
  looksAt: 'Whether the name gives the account away',
  severity: 'info',
  rationale: 'With the number strangers guess names of roles and of the buckets that services make.',
  remedy:
    'Leave the number out of new names, unless the name lies in the namespace of the account (…-an), where it must stand.',
  references: [],
  reads: [],
  judge: ({ facts, account }) =>
    judge(account.accountId, 'Account', (accountId) =>
      failIf(facts.bucket.includes(accountId) && !facts.bucket.endsWith('-an'), seen('Name', facts.bucket)),
    ),
};
