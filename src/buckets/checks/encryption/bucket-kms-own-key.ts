import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { failIf, judge, notApplicable, seen } from '../judge.ts';

export const bucketKmsOwnKey: BucketCheck = {
  id: 'bucket-kms-own-key',
  subject: 'bucket',
  title: "The bucket is encrypted with AWS's own KMS key, whose rights nobody can set",
  looksAt: 'Whether the KMS key is one of yours',
  severity: 'low',
  rationale: 'The key aws/s3 opens to everyone in the account and cannot be shared, restricted or withdrawn.',
  remedy: 'Make a key of your own and name its ARN in the default encryption.',
  references: [],
  reads: ['encryption'],
  judge: ({ facts }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { algorithm, keyId } = defaultOf(encryption);
      if (!algorithm?.startsWith('aws:kms')) return notApplicable('default encryption uses no KMS key');
      return failIf(keyId === null || keyId.includes('alias/aws/s3'), seen('Key', keyId ?? 'aws/s3'));
    }),
};
