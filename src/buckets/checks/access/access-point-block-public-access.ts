import { missingFlags } from '../access-flags.ts';
import type { BucketCheck } from '../check.ts';
import { judgePoints } from '../each-access-point.ts';
import { fsbp, prowler } from '../standards.ts';

export const accessPointBlockPublicAccess: BucketCheck = {
  id: 'access-point-block-public-access',
  subject: 'bucket',
  title: 'An access point of the bucket does not block public access',
  looksAt: 'Whether every access point has all four flags on',
  severity: 'high',
  rationale: 'The flags of an access point are set when it is made and can never be changed: what is off stays off.',
  remedy: 'Make a new access point with all flags on, move its users over, and delete this one.',
  references: [
    fsbp('S3.19'),
    fsbp('S3.24'),
    prowler('s3_access_point_public_access_block'),
    prowler('s3_multi_region_access_point_public_access_block'),
  ],
  reads: ['accessPoints'],
  judge: ({ facts }) =>
    judgePoints(facts, ({ publicAccessBlock }) => {
      if (!publicAccessBlock.known) return publicAccessBlock;
      const missing = missingFlags(publicAccessBlock.value);
      return missing.length === 0 ? null : `off: ${missing.join(', ')}`;
    }),
};
