import { missingFlags } from '../access-flags.ts';
import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { cis, fsbp, prowler } from '../standards.ts';

export const bucketBlockPublicAccess: BucketCheck = {
  id: 'bucket-block-public-access',
  subject: 'bucket',
  title: 'Block Public Access is not wholly on for the bucket',
  looksAt: 'Whether all four flags are on, for the bucket or the account',
  severity: 'high',
  rationale:
    'The four flags catch the mistakes of tomorrow: with them on, no ACL and no policy makes the bucket public.',
  remedy: 'Switch all four on: holdfast buckets fix BUCKET. It says first who would lose access.',
  references: [fsbp('S3.8'), cis('3.0', '2.1.4'), prowler('s3_bucket_level_public_access_block')],
  reads: ['publicAccessBlock'],
  judge: ({ facts, account }) =>
    judge(facts.publicAccessBlock, 'Block Public Access', (own) => {
      // The stricter of the two holds, flag by flag.
      const ofAccount = account.publicAccessBlock.known ? account.publicAccessBlock.value : null;
      const missing = missingFlags(own).filter((flag) => missingFlags(ofAccount).includes(flag));
      if (missing.length === 0) return pass();
      return fail(seen('Off', missing.join(', ')));
    }),
};
