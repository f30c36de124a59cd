import type { BucketCheck } from '../check.ts';
import { whyUnread } from '../../facts/fact.ts';
import { fail, judge, notApplicable, pass, seen, unknown } from '../judge.ts';
import { cis, prowler, securityHub } from '../standards.ts';

export const bucketMfaDelete: BucketCheck = {
  id: 'bucket-mfa-delete',
  subject: 'bucket',
  title: 'Versions can be deleted without a second factor',
  looksAt: 'Whether MFA delete is on',
  severity: 'low',
  rationale:
    'With MFA delete stolen keys alone cannot destroy versions. Only the root user can set it, and it excludes lifecycle rules.',
  remedy: 'Switch it on as the root user, or use Object Lock, which does more and needs no root user.',
  references: [
    securityHub('S3.20'),
    ...cis({ '1.4': '2.1.3', '3.0': '2.1.2', '5.0': '2.1.2', '7.0': '3.1.2' }),
    prowler('s3_bucket_no_mfa_delete'),
  ],
  reads: ['versioning', 'lifecycle'],
  judge({ facts }) {
    if (facts.lifecycle.known && (facts.lifecycle.value?.Rules ?? []).length > 0) {
      return notApplicable('the bucket has lifecycle rules, which exclude it');
    }
    return judge(facts.versioning, 'Versioning', ({ Status, MFADelete }) => {
      if (Status !== 'Enabled') return notApplicable('the bucket keeps no versions');
      if (MFADelete === 'Enabled') return pass(seen('MFA delete', MFADelete));
      const off = seen('MFA delete', MFADelete ?? 'off');
      // Lifecycle rules would exclude it.
      const isUnread = !facts.lifecycle.known && facts.lifecycle.reason !== 'not_implemented';
      return isUnread ? unknown(off, seen('Lifecycle', whyUnread(facts.lifecycle))) : fail(off);
    });
  },
};
