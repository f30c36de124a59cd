import type { AccountCheck } from '../check.ts';
import { fail, judge, pass, seen, unknown } from '../judge.ts';
import { whyUnread } from '../../facts/fact.ts';
import { prowler } from '../standards.ts';

export const accountServiceNames: AccountCheck = {
  id: 'account-service-names',
  subject: 'account',
  title: 'Somebody else holds a bucket name that a service would use for this account',
  looksAt: 'Whether predictable names of service buckets are free or yours',
  severity: 'high',
  rationale:
    'Some services make a bucket whose name follows from account and Region. Whoever makes it first gets your scripts and data, and can change what the service runs.',
  remedy:
    'Do not use the service in that Region before AWS has freed the name; make the free names yours where you use it.',
  references: [prowler('s3_bucket_shadow_resource_vulnerability')],
  reads: ['serviceNames'],
  judge: (account) =>
    judge(account.serviceNames, 'Names', (names) => {
      const taken = names.filter(({ holder }) => holder.known && holder.value === 'others');
      if (taken.length > 0) return fail(...taken.slice(0, 16).map(({ name, service }) => seen(service, name)));
      const unread = names.filter(({ holder }) => !holder.known);
      const [first] = unread;
      if (first && !first.holder.known) {
        return unknown(
          seen('Names that could not be looked up', `${unread.length} of ${names.length}: ${whyUnread(first.holder)}`),
        );
      }
      return pass(seen('Names looked up', String(names.length)));
    }),
};
