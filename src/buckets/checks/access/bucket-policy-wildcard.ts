import type { BucketCheck } from '../check.ts';
import { failIf, seen } from '../judge.ts';
import { judgeStatements } from '../policy-statements.ts';
import { cis } from '../standards.ts';

export const bucketPolicyWildcard: BucketCheck = {
  id: 'bucket-policy-wildcard',
  subject: 'bucket',
  title: 'The policy allows something to everyone, held back only by conditions',
  looksAt: 'Whether the policy allows anything to Principal *',
  severity: 'low',
  rationale:
    'With Principal * the conditions alone keep strangers out. Loosening one of them, or a key that callers may leave out, opens the bucket.',
  remedy: 'Name the principals, and keep the conditions as a second lock.',
  references: [...cis({ '7.0': '2.21' })],
  reads: ['policy'],
  judge: ({ facts }) =>
    judgeStatements(facts.policy, (statements) => {
      const open = statements.filter(
        ({ Effect, Principal, NotPrincipal }) =>
          Effect === 'Allow' && (NotPrincipal !== undefined || JSON.stringify(Principal ?? '').includes('"*"')),
      );
      return failIf(open.length > 0, ...open.slice(0, 8).map((each) => seen('Statement', each)));
    }),
};
