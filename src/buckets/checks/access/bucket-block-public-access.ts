import { missingFlags } from '../access-flags.ts';
import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen, unknown } from '../judge.ts';
import { whyUnread } from '../../facts/fact.ts';
import { cisBlockPublicAccess, fsbp, prowler } from '../standards.ts';

export const bucketBlockPublicAccess: BucketCheck = {
  id: 'bucket-block-public-access',
  subject: 'bucket',
  title: 'Block Public Access is not wholly on for the bucket',
  looksAt: 'Whether all four flags are on, for the bucket or the account',
  severity: 'high',
  rationale:
    'The four flags catch the mistakes of tomorrow: with them on, no ACL and no policy makes the bucket public.',
  remedy: 'Switch all four on: holdfast buckets fix BUCKET. It says first who would lose access.',
  references: [fsbp('S3.8'), ...cisBlockPublicAccess, prowler('s3_bucket_level_public_access_block')],
  reads: ['publicAccessBlock'],
  judge: ({ facts, account }) =>
    judge(facts.publicAccessBlock, 'Block Public Access', (own) => {
      const missing = missingFlags(own);
      if (missing.length === 0) return pass();
      // The stricter of the two holds, flag by flag; a store without accounts has none of them.
      const block = account.publicAccessBlock;
      if (!block.known && block.reason !== 'not_implemented') {
        return unknown(seen('Off for the bucket', missing.join(', ')), seen('For the account', whyUnread(block)));
      }
      const ofAccount = missingFlags(block.known ? block.value : null);
      const off = missing.filter((flag) => ofAccount.includes(flag));
      return off.length === 0 ? pass() : fail(seen('Off', off.join(', ')));
    }),
};
