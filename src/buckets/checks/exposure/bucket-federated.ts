import type { BucketCheck } from '../check.ts';
import { failIf, seen } from '../judge.ts';
import { judgeStatements } from '../policy-statements.ts';

export const bucketFederated: BucketCheck = {
  id: 'bucket-federated',
  subject: 'bucket',
  title: 'The policy lets users of an outside login provider in',
  looksAt: 'Whether the policy names login providers',
  severity: 'high',
  rationale:
    'A Federated principal such as graph.facebook.com is everybody who has an account there, unless conditions say which of them.',
  remedy: 'Let a role take the login and give the role the rights; name no login provider in a bucket policy.',
  references: [],
  reads: ['policy'],
  judge: ({ facts }) =>
    judgeStatements(facts.policy, (statements) => {
      const federated = statements.filter(
        ({ Effect, Principal }) =>
          Effect === 'Allow' && typeof Principal === 'object' && Object.hasOwn(Principal ?? {}, 'Federated'),
      );
      return failIf(
        federated.length > 0,
        ...federated.slice(0, 8).map(({ Sid, Principal }) => seen(Sid ?? 'Principal', Principal)),
      );
    }),
};
