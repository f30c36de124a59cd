/** What three guards have seen in a team's account and on its hosts, with what people decided about it. */
import type { FindingsReply, ObservationRequest } from '../../../src/findings/wire.ts';
import { bucketFinding, hostFinding, look } from '../clients/guard-over-http.ts';
import type { PersonOverHttp } from '../clients/person-over-http.ts';

const openToAll: ObservationRequest = bucketFinding('acme-photos-2024', {
  check: 'bucket-public-read',
  title: 'Anybody on the internet can read this bucket',
  severity: 'critical',
  evidence: [
    {
      label: 'Bucket policy, statement 1',
      value: JSON.stringify(
        { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme-photos-2024/*' },
        null,
        2,
      ),
    },
    { label: 'Block public access', value: 'off for the bucket and for the account' },
  ],
  rationale:
    'Whoever knows or guesses a name fetches what lies in it, without a login and without a trace in your logs.',
  remedy: 'Switch on “Block public access” for the bucket, or take the statement out of its policy.',
  references: [
    { standard: 'FSBP', id: 'S3.2', url: 'https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html' },
    { standard: 'CIS AWS 3.0', id: '2.1.4' },
    { standard: 'ATT&CK', id: 'T1530', url: 'https://attack.mitre.org/techniques/T1530/' },
  ],
});

const buckets: readonly ObservationRequest[] = [
  openToAll,
  bucketFinding('acme-exports', {
    check: 'bucket-plain-http',
    title: 'The bucket answers over plain HTTP',
    severity: 'medium',
    remedy: 'Add a statement to its policy that denies requests without TLS.',
  }),
  bucketFinding('acme-backup-eu', {
    check: 'bucket-public-read',
    title: 'Whether the bucket is open could not be looked at',
    severity: 'high',
    verdict: 'unknown',
    evidence: [
      { label: 'GetBucketPolicy', value: 'AccessDenied: s3:GetBucketPolicy is not allowed for holdfast-guard' },
    ],
    remedy: 'Let the guard’s role read the policy of this bucket.',
  }),
  bucketFinding('acme-web', {
    check: 'bucket-public-read',
    title: 'Anybody on the internet can read this bucket, as its web site needs',
    severity: 'high',
  }),
  bucketFinding('acme-logs-test', {
    check: 'bucket-logging',
    title: 'The bucket keeps no access log',
    severity: 'low',
  }),
  bucketFinding('acme-mail', {
    check: 'bucket-versioning',
    title: 'Versions are kept',
    severity: 'medium',
    verdict: 'pass',
  }),
];

const hosts: readonly ObservationRequest[] = [
  hostFinding('build-1', '/etc/ssh/sshd_config', {
    check: 'ssh-root-password',
    title: 'root may log in over SSH with a password',
    severity: 'high',
    evidence: [{ label: '/etc/ssh/sshd_config, line 33', value: 'PermitRootLogin yes' }],
    remedy: 'Set PermitRootLogin to prohibit-password, then reload sshd.',
  }),
  hostFinding('build-1', '/home/deploy/.aws/credentials', {
    check: 'cloud-credentials-readable',
    title: 'Everybody on the host can read cloud credentials',
    severity: 'high',
  }),
  hostFinding('db-2', '/etc/mysql', {
    check: 'mysql-no-password',
    title: 'A MySQL account has no password',
    severity: 'medium',
  }),
];

/** Two looks at the buckets, so that there is something to compare. */
export async function fillFindings(admin: PersonOverHttp): Promise<{ readonly findingId: string }> {
  await look(admin, buckets.slice(1));
  await look(admin, buckets);
  await look(admin, hosts, { source: 'host', scope: 'build-1, db-2' });
  const { findings } = await admin.ask<FindingsReply>('GET', '/findings');
  const idOf = (name: string, check: string): string =>
    findings.find(({ resource, check: other }) => resource.name === name && other === check)?.findingId ?? '';
  await admin.ask('POST', `/findings/${idOf('acme-web', 'bucket-public-read')}/accept`, {
    reason: 'It holds the public web site and nothing else',
    until: new Date(Date.now() + 120 * 86_400_000).toISOString(),
  });
  await admin.ask('POST', '/findings/rules', {
    check: 'bucket-logging',
    resource: '*-test',
    path: null,
    tag: null,
    reason: 'Test buckets hold nothing real',
    until: null,
  });
  return { findingId: idOf('acme-photos-2024', 'bucket-public-read') };
}
