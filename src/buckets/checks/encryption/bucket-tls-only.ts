import type { BucketCheck } from '../check.ts';
import { fail, judge, pass, seen } from '../judge.ts';
import { refusesPlainHttp } from '../plain-http.ts';
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
      return refusesPlainHttp(policy, facts.bucket)
        ? pass()
        : fail(
            seen(
              'Policy',
              'no statement denies aws:SecureTransport = false to everyone, for the bucket and its objects',
            ),
          );
    }),
};
