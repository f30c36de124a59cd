import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { failIf, judge, notApplicable, pass, seen } from '../judge.ts';

export const bucketKmsForeignKey: BucketCheck = {
  id: 'bucket-kms-foreign-key',
  subject: 'bucket',
  title: 'The bucket is encrypted with a key of another account',
  looksAt: 'Whether the KMS key belongs to the same account',
  severity: 'high',
  rationale:
    'Whoever owns the key decides whether you can read your own files: this is how buckets are held to ransom.',
  remedy: 'If you do not know the account, copy what is readable at once and encrypt it with a key of your own.',
  references: [],
  reads: ['encryption'],
  judge: ({ facts, account }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { keyId } = defaultOf(encryption);
      const owner = /^arn:[a-z-]+:kms:[a-z0-9-]*:(\d{12}):/.exec(keyId ?? '')?.[1];
      if (owner === undefined) return notApplicable('no key is named by its ARN');
      return judge(account.accountId, 'Account', (accountId) =>
        owner === accountId ? pass() : failIf(true, seen('Key', keyId), seen('Account of the key', owner)),
      );
    }),
};
