import type { AudienceKind } from '../../exposure/ways.ts';
import type { BucketCheck } from '../check.ts';
import { evidenceOf, unlessUnknown } from '../exposed-ways.ts';
import { fail, pass } from '../judge.ts';
import { prowler } from '../standards.ts';

export const bucketCrossAccount: BucketCheck = {
  id: 'bucket-cross-account',
  subject: 'bucket',
  title: 'Other accounts get into the bucket',
  looksAt: 'Whether other accounts are let in',
  severity: 'medium',
  rationale:
    'Whom you let in lets others in: the rights end where their account ends, not yours. Each of them should be known and wanted.',
  remedy: 'Hold the accounts against the partners you have; accept the finding with their names, or take them out.',
  references: [prowler('s3_bucket_cross_account_access')],
  reads: ['exposure'],
  judge({ exposure }) {
    const others = exposure.ways.filter(
      ({ audience, stoppedBy }) => stoppedBy.length === 0 && ACCOUNTS.includes(audience.kind),
    );
    return others.length > 0 ? fail(...evidenceOf(others)) : unlessUnknown(exposure, 'shared', pass());
  },
};

/** Who is another account, or lets those in whom another account names, as its access points do. */
const ACCOUNTS: readonly AudienceKind[] = ['account', 'canonical-user', 'federation', 'organization', 'access-point'];
