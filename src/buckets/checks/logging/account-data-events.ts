import type { AccountCheck } from '../check.ts';
import { fail, judge, pass, seen, unknown } from '../judge.ts';
import { cis, prowler, securityHub } from '../standards.ts';

export const accountDataEvents: AccountCheck = {
  id: 'account-data-events',
  subject: 'account',
  title: 'CloudTrail does not record who reads and writes objects',
  looksAt: 'Whether a trail of all Regions records reads and writes of objects in every bucket',
  severity: 'low',
  rationale:
    'The trail that AWS keeps by itself has changes of buckets and not one object. Access logs come late and by best effort; only these events say for certain which role or key fetched what.',
  remedy:
    'Add data events for S3 to a trail of all Regions. They are charged by their number: where that is too much, record writes everywhere and reads of the buckets that matter, and accept the finding.',
  references: [
    securityHub('S3.22'),
    securityHub('S3.23'),
    ...cis({ '3.0': '3.8', '5.0': '3.8', '7.0': '4.8' }),
    ...cis({ '3.0': '3.9', '5.0': '3.9', '7.0': '4.9' }),
    prowler('cloudtrail_s3_dataevents_write_enabled'),
    prowler('cloudtrail_s3_dataevents_read_enabled'),
  ],
  reads: ['dataEvents'],
  judge: (account) =>
    judge(account.dataEvents, 'Trails', ({ reads, writes, unread }) => {
      const told = [seen('Reads are in', named(reads)), seen('Writes are in', named(writes))];
      if (reads.length > 0 && writes.length > 0) return pass(...told);
      const unasked = unread.slice(0, 16).map(({ trail, why }) => seen(`Trail ${trail}`.slice(0, 128), why));
      return unasked.length > 0 ? unknown(...told, ...unasked) : fail(...told);
    }),
};

function named(trails: readonly string[]): string {
  return trails.length === 0 ? 'no trail of all Regions' : trails.slice(0, 16).join(', ');
}
