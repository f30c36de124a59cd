import type { AccountCheck } from '../check.ts';
import type { OutsideReference } from '../../facts/bucket-facts.ts';
import { whyUnread } from '../../facts/fact.ts';
import { fail, judge, pass, seen, unknown } from '../judge.ts';
import { prowler } from '../standards.ts';

export const accountDanglingReference: AccountCheck = {
  id: 'account-dangling-reference',
  subject: 'account',
  title: 'Something names a bucket that is not there, or not yours any more',
  looksAt: 'Whether buckets that CloudFront, Route 53 and the given files name are there, and are whose they were',
  severity: 'high',
  rationale:
    'Whoever makes a bucket under a name that was freed gets what is sent to it: visitors of a distribution or a domain, downloads and uploads of a script.',
  remedy:
    'Take the reference out. Where the name is still free you can also make the bucket again, closed, before somebody else does.',
  references: [prowler('cloudfront_distributions_s3_origin_non_existent_bucket')],
  reads: ['outsideReferences'],
  judge: (account) =>
    judge(account.outsideReferences, 'References', ({ found, unread }) => {
      const wrong = found.filter(
        ({ holder, isFreed }) => holder.known && (holder.value === 'nobody' || (holder.value === 'others' && isFreed)),
      );
      if (wrong.length > 0) return fail(...wrong.slice(0, 32).map((each) => seen(each.where, wordsOf(each))));
      const unsure = found.flatMap(({ name, where, holder }) =>
        holder.known ? [] : [seen(where, `${name}: ${whyUnread(holder)}`)],
      );
      const unasked = unread.map(({ source, why }) => seen(source, why));
      return unsure.length + unasked.length > 0
        ? unknown(...unasked, ...unsure.slice(0, 16))
        : pass(seen('Names looked up', String(found.length)));
    }),
};

function wordsOf({ name, holder, isFreed }: OutsideReference): string {
  if (holder.known && holder.value === 'others') return `${name}: it was yours, and is somebody else’s now`;
  return isFreed ? `${name}: it was yours, and anybody can make it now` : `${name}: it is nobody’s`;
}
