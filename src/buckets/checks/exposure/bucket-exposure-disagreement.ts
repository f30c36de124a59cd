import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';

export const bucketExposureDisagreement: BucketCheck = {
  id: 'bucket-exposure-disagreement',
  subject: 'bucket',
  title: 'The store judges the bucket otherwise than this audit',
  looksAt: 'Whether the store calls the policy public where we do not, or the reverse',
  severity: 'low',
  rationale: 'One of the two is wrong about who gets in. Until it is known which, take the worse for true.',
  remedy: 'Read the statements that are named, and try the request that is shown without credentials.',
  references: [],
  reads: ['exposure', 'policyStatus'],
  judge: ({ facts, exposure }) =>
    judge(facts.policyStatus, 'Policy status', () =>
      exposure.disagreements.length > 0
        ? fail(...exposure.disagreements.map(({ with: other, explanation }) => seen(other, explanation)))
        : pass(),
    ),
};
