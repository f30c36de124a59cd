import type { BucketCheck } from '../check.ts';
import { judgePoints } from '../each-access-point.ts';

export const accessPointInternet: BucketCheck = {
  id: 'access-point-internet',
  subject: 'bucket',
  title: 'An access point of the bucket can be reached from the internet',
  looksAt: 'Whether access points are bound to a VPC',
  severity: 'info',
  rationale: 'An access point that is bound to a VPC cannot be public, whatever its policy says one day.',
  remedy: 'Where all its users are inside a VPC, make a new access point that is bound to it.',
  references: [],
  reads: ['accessPoints'],
  judge: ({ facts }) =>
    judgePoints(facts, ({ origin }) => (origin.known ? (origin.value === 'VPC' ? null : 'from the internet') : origin)),
};
