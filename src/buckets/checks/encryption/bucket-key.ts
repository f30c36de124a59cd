import type { BucketCheck } from '../check.ts';
import { defaultOf } from '../encryption-default.ts';
import { failIf, judge, notApplicable, seen } from '../judge.ts';

export const bucketKey: BucketCheck = {
  id: 'bucket-key',
  subject: 'bucket',
  title: 'Each object asks KMS for a key of its own',
  looksAt: 'Whether a bucket key is on',
  severity: 'info',
  rationale: 'With a bucket key KMS is asked far less: it costs up to 99 % less and does not slow down under load.',
  remedy: 'Switch the bucket key on: holdfast buckets fix BUCKET --check bucket-key.',
  references: [],
  reads: ['encryption'],
  judge: ({ facts }) =>
    judge(facts.encryption, 'Default encryption', (encryption) => {
      const { algorithm, hasBucketKey } = defaultOf(encryption);
      // A bucket key and the double encryption of DSSE exclude each other.
      if (algorithm !== 'aws:kms') return notApplicable('default encryption uses no KMS key that it would help');
      return failIf(!hasBucketKey, seen('Bucket key', hasBucketKey ? 'on' : 'off'));
    }),
};
