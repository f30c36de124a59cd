import type { BucketCheck } from '../check.ts';
import { evidenceOf, unlessUnknown } from '../exposed-ways.ts';
import { fail, pass } from '../judge.ts';
import { fsbp } from '../standards.ts';

export const bucketCrossAccountControl: BucketCheck = {
  id: 'bucket-cross-account-control',
  subject: 'bucket',
  title: 'Another account can change who gets into the bucket, or how it is protected',
  looksAt: 'Whether other accounts can change policy, ACL or protection',
  severity: 'high',
  rationale:
    'With s3:PutBucketPolicy, PutBucketAcl, PutObjectAcl, DeleteBucketPolicy or PutEncryptionConfiguration somebody else decides over your data.',
  remedy: 'Take these actions out of the statement; other accounts need objects, never the settings.',
  references: [fsbp('S3.6')],
  reads: ['exposure'],
  judge({ exposure }) {
    const control = exposure.ways.filter(
      ({ level, stoppedBy, abilities, audience }) =>
        level === 'shared' &&
        stoppedBy.length === 0 &&
        audience.kind !== 'service' &&
        abilities.some((ability) => ['acl-write', 'policy-write', 'control'].includes(ability)),
    );
    return control.length > 0 ? fail(...evidenceOf(control)) : unlessUnknown(exposure, 'shared', pass());
  },
};
