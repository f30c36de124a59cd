import { missingFlags } from '../access-flags.ts';
import type { AccountCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { cisBlockPublicAccess, fsbp, prowler } from '../standards.ts';

export const accountBlockPublicAccess: AccountCheck = {
  id: 'account-block-public-access',
  subject: 'account',
  title: 'Block Public Access is not wholly on for the account',
  looksAt: 'Whether all four flags are on for the account',
  severity: 'medium',
  rationale: 'Set once for the account it holds for every bucket, also for those that somebody makes tomorrow.',
  remedy:
    'If no bucket has to be public, switch all four flags on: holdfast buckets fix --check account-block-public-access. An organisation can prescribe it for all its accounts.',
  references: [fsbp('S3.1'), ...cisBlockPublicAccess, prowler('s3_account_level_public_access_blocks')],
  reads: [],
  judge: (account) =>
    judge(account.publicAccessBlock, 'Block Public Access', (block) => {
      const missing = missingFlags(block);
      return missing.length === 0 ? pass() : fail(seen('Off', missing.join(', ')));
    }),
};
