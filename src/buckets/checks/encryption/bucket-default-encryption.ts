import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { cis, prowler } from '../standards.ts';

export const bucketDefaultEncryption: BucketCheck = {
  id: 'bucket-default-encryption',
  subject: 'bucket',
  title: 'What is stored without asking for encryption is not encrypted at rest',
  looksAt: 'Whether the bucket encrypts by default',
  severity: 'medium',
  rationale:
    'On AWS every bucket has had it since January 2023. Elsewhere disks are sold, broken and stolen with what they hold.',
  remedy:
    'Set default encryption to AES256 or a KMS key: holdfast buckets fix BUCKET --check bucket-default-encryption.',
  references: [...cis({ '1.4': '2.1.1' }), prowler('s3_bucket_default_encryption')],
  reads: ['encryption'],
  judge: ({ facts }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { algorithm } = defaultOf(encryption);
      return algorithm === null
        ? fail(seen('Default encryption', 'none'))
        : pass(seen('Default encryption', algorithm));
    }),
};
