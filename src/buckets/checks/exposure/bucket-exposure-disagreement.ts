import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';

export const bucketExposureDisagreement: BucketCheck = {
  id: 'bucket-exposure-disagreement',
  subject: 'bucket',
  title: 'The store, or a probe, judges the bucket otherwise than this audit',
  looksAt: 'Whether the store, or a stranger’s request, says otherwise than what was read',
  severity: 'low',
  rationale: 'One of the two is wrong about who gets in. Until it is known which, take the worse for true.',
  remedy: 'Read the statements that are named, and try the request that is shown without credentials.',
  references: [],
  reads: ['exposure', 'policyStatus'],
  judge({ facts, exposure: { disagreements }, probe }) {
    const told = disagreements.map(({ with: other, explanation }) => seen(WORDS[other], explanation));
    if (told.length > 0) return fail(...told);
    // A probe that agrees has looked, whatever the store says of its policies.
    return probe === null ? judge(facts.policyStatus, 'Policy status', () => pass()) : pass();
  },
};

const WORDS = { 'policy-status': 'Policy status', probe: 'Probe' } as const;
