import type { BucketCheck } from '../check.ts';
import { failIf, judge, seen } from '../judge.ts';
import { conditionValues, statementsOf } from '../policy-statements.ts';

export const bucketTlsVersion: BucketCheck = {
  id: 'bucket-tls-version',
  subject: 'bucket',
  title: 'The policy does not ask for TLS 1.2 or newer',
  looksAt: 'Whether old versions of TLS are refused',
  severity: 'info',
  rationale:
    'AWS itself refuses TLS older than 1.2 by now; other stores may not, and the policy says it for all of them.',
  remedy: 'Add a statement that denies s3:* when s3:TlsVersion is below 1.2.',
  references: [],
  reads: ['policy'],
  judge: ({ facts }) =>
    judge(facts.policy, 'Policy', (policy) => {
      const statements = policy === null ? [] : (statementsOf(policy) ?? []);
      const asked = statements.some(
        (each) =>
          each.Effect === 'Deny' &&
          conditionValues(each, /^numericlessthan(ifexists)?$/i, /^s3:tlsversion$/i).some(
            (least) => Number(least) >= 1.2,
          ),
      );
      return failIf(!asked, ...(asked ? [] : [seen('Policy', policy === null ? 'none' : 'no such statement')]));
    }),
};
