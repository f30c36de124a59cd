import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { conditionValues, listOf, statementsOf, type WrittenStatement } from '../policy-statements.ts';
import { cis, fsbp, prowler } from '../standards.ts';

export const bucketTlsOnly: BucketCheck = {
  id: 'bucket-tls-only',
  subject: 'bucket',
  title: 'The bucket answers over plain HTTP',
  looksAt: 'Whether the policy refuses requests without TLS',
  severity: 'medium',
  rationale: 'Over plain HTTP everybody on the way reads objects and signed addresses, and can change what arrives.',
  remedy:
    'Add a statement that denies s3:* when aws:SecureTransport is false: holdfast buckets fix BUCKET --check bucket-tls-only.',
  references: [
    fsbp('S3.5'),
    ...cis({ '1.4': '2.1.2', '3.0': '2.1.1', '5.0': '2.1.1', '7.0': '3.1.1' }),
    prowler('s3_bucket_secure_transport_policy'),
  ],
  reads: ['policy'],
  judge: ({ facts }) =>
    judge(facts.policy, 'Policy', (policy) => {
      if (policy === null) return fail(seen('Policy', 'none'));
      const refused = (statementsOf(policy) ?? []).some((each) => refusesPlainHttp(each, facts.bucket));
      return refused ? pass() : fail(seen('Policy', 'no statement denies aws:SecureTransport = false to everyone'));
    }),
};

function refusesPlainHttp(statement: WrittenStatement, bucket: string): boolean {
  const { Effect, Principal, Action, Resource, Condition } = statement;
  if (Effect !== 'Deny' || !isEveryone(Principal)) return false;
  if (!listOf(Action).some((action) => action === '*' || action.toLowerCase() === 's3:*')) return false;
  // Any further condition makes it deny less than all.
  if (Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys)).length !== 1) return false;
  const values = conditionValues(statement, /^bool(ifexists)?$/i, /^aws:securetransport$/i);
  if (!values.includes('false')) return false;
  const covered = listOf(Resource).map((arn) => arn.replace(/^arn:[a-z-]+:s3:::/, ''));
  const all = covered.includes('*');
  return all || covered.includes(`${bucket}/*`) || covered.includes(`${bucket}*`);
}

function isEveryone(principal: unknown): boolean {
  if (principal === '*') return true;
  const aws = (principal as { AWS?: string | string[] } | undefined)?.AWS;
  return listOf(aws).includes('*');
}
