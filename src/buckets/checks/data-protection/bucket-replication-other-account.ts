import type { BucketCheck } from '../check.ts';
import { failIf, judge, pass, seen } from '../judge.ts';
import { attack } from '../standards.ts';

export const bucketReplicationOtherAccount: BucketCheck = {
  id: 'bucket-replication-other-account',
  subject: 'bucket',
  title: 'Everything that is stored is copied into another account',
  looksAt: 'Whether the bucket is replicated to another account',
  severity: 'medium',
  rationale:
    'As a backup it is the best there is. Set by somebody else it is a leak that runs by itself and shows in no access log.',
  remedy: 'If the account is yours, accept the finding with its name; else remove the rule and look who set it.',
  references: [attack('T1537')],
  reads: ['replication'],
  judge: ({ facts, account }) =>
    judge(facts.replication, 'Replication', (replication) => {
      const named = (replication?.Rules ?? []).filter(
        ({ Status, Destination }) => Status === 'Enabled' && Destination?.Account !== undefined,
      );
      if (named.length === 0) return pass();
      return judge(account.accountId, 'Account', (own) => {
        const foreign = named.filter(({ Destination }) => Destination?.Account !== own);
        return failIf(
          foreign.length > 0,
          ...foreign
            .slice(0, 8)
            .map(({ Destination }) => seen(`Account ${Destination?.Account ?? ''}`, Destination?.Bucket ?? '')),
        );
      });
    }),
};
