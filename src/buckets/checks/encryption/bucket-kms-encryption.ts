import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { failIf, judge, seen } from '../judge.ts';
import { prowler, securityHub } from '../standards.ts';

export const bucketKmsEncryption: BucketCheck = {
  id: 'bucket-kms-encryption',
  subject: 'bucket',
  title: 'The bucket is not encrypted with a KMS key',
  looksAt: 'Whether default encryption uses KMS',
  severity: 'low',
  rationale:
    'With SSE-S3 whoever may read the bucket may read its content. A KMS key is a second lock with its own rights and its own log.',
  remedy: 'Set default encryption to aws:kms with a key of yours, and a bucket key against the cost.',
  references: [securityHub('S3.17'), prowler('s3_bucket_kms_encryption')],
  reads: ['encryption'],
  judge: ({ facts }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { algorithm } = defaultOf(encryption);
      return failIf(!algorithm?.startsWith('aws:kms'), seen('Default encryption', algorithm ?? 'none'));
    }),
};
