import type { BucketCheck } from '../check.ts';
import { evidenceOf, unlessUnknown } from '../exposed-ways.ts';
import { fail, judge, pass } from '../judge.ts';
import { prowler } from '../standards.ts';

export const accessPointPublic: BucketCheck = {
  id: 'access-point-public',
  subject: 'bucket',
  title: 'Anyone gets into the bucket through an access point',
  looksAt: 'Whether an access point lets strangers in',
  severity: 'critical',
  rationale: 'A bucket that hands its access control to access points is as open as the most open of them.',
  remedy: 'Take the public statement out of the policy of the access point, or delete the access point.',
  references: [prowler('s3_access_point_public_access_block')],
  reads: ['exposure', 'accessPoints'],
  judge: ({ facts, exposure }) =>
    judge(facts.accessPoints, 'Access points', (points) => {
      const open = exposure.ways.filter(
        ({ from, level, stoppedBy }) => from === 'access-point' && level === 'public' && stoppedBy.length === 0,
      );
      if (open.length > 0) return fail(...evidenceOf(open));
      if (points.length === 0) return pass();
      // ACLs are the bucket's alone; its policy and those of the points let in together.
      const unknowns = exposure.unknowns.filter(({ part }) => part !== 'ACL');
      return unlessUnknown({ ...exposure, unknowns }, 'public-list', pass());
    }),
};
