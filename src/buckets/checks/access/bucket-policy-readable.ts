import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { statementsOf } from '../policy-statements.ts';

/** What S3 itself takes. */
const MOST_BYTES = 20 * 1024;

export const bucketPolicyReadable: BucketCheck = {
  id: 'bucket-policy-readable',
  subject: 'bucket',
  title: 'The policy is malformed or too large, so that nobody can say what it allows',
  looksAt: 'Whether the policy can be understood',
  severity: 'high',
  rationale:
    'What no tool can read is open until somebody has shown that it is not. Stores differ in what they make of it.',
  remedy: 'Write the policy anew; S3 takes at most 20 KiB of valid JSON.',
  references: [],
  reads: ['policy'],
  judge: ({ facts }) =>
    judge(facts.policy, 'Policy', (policy) => {
      if (policy === null) return pass(seen('Policy', 'none'));
      const bytes = Buffer.byteLength(policy);
      if (bytes > MOST_BYTES) return fail(seen('Size', `${bytes} bytes`));
      return statementsOf(policy) === null ? fail(seen('Policy', policy)) : pass();
    }),
};
