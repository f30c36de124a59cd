import { bucketOfArn } from '../../facts/references.ts';
import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen, unlooked } from '../judge.ts';
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
  judge: ({ facts, account, isOurs }) =>
    judge(facts.replication, 'Replication', (replication) => {
      const destinations = (replication?.Rules ?? []).flatMap(({ Status, Destination }) =>
        Status === 'Enabled' ? [{ account: Destination?.Account, arn: Destination?.Bucket ?? '' }] : [],
      );
      if (destinations.length === 0) return pass();
      return judge(account.accountId, 'Account', (own) => {
        // A rule names the account only where copies change their owner: the bucket says whose they are.
        const judged = destinations.map((each) => {
          const name = bucketOfArn(each.arn);
          const isOwn = each.account !== undefined ? each.account === own : name === null ? null : isOurs(name);
          return { ...each, isOwn };
        });
        const foreign = judged.filter(({ isOwn }) => isOwn === false).slice(0, SHOWN);
        if (foreign.length > 0) {
          return fail(
            ...foreign.map(({ account: other, arn }) =>
              seen(other === undefined ? 'Copied to a bucket that is none of this account' : `Account ${other}`, arn),
            ),
          );
        }
        const untold = judged.filter(({ isOwn }) => isOwn === null).slice(0, SHOWN);
        if (untold.length === 0) return pass();
        return unlooked(...untold.map(({ arn }) => seen('Copied to a bucket that was not looked at', arn)));
      });
    }),
};

const SHOWN = 8;
