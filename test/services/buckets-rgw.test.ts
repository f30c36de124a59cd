/** The guard of buckets at Ceph RGW: what it says is held against what somebody without credentials really gets. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { guardPerson, type AuditJson, type FixJson } from '../support/clients/bucket-guard.ts';
import { faultyS3 } from '../support/s3/faulty-s3.ts';
import { s3Server } from '../support/s3/server.ts';

const server = s3Server('ceph-rgw');
const { skip } = server;
const RUN = `guard-${newId().slice(-12)}`;
const [open, listed, closed] = [`${RUN}-open`, `${RUN}-listed`, `${RUN}-closed`];
const buckets = [open, listed, closed];
const s3 = new S3Client({
  endpoint: server.endpoint || 'http://127.0.0.1:1',
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'holdfasttest', secretAccessKey: 'holdfast-secret' },
});

async function makeBuckets(): Promise<void> {
  for (const Bucket of buckets) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plan.txt', Body: 'secret' }));
  }
  const Statement = [
    { Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${open}/*` },
  ];
  await s3.send(
    new PutBucketPolicyCommand({ Bucket: open, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
  await s3.send(new PutBucketAclCommand({ Bucket: listed, ACL: 'public-read' }));
}

/** What a stranger gets: of the list of the bucket, and of the object in it. */
async function strangerGets(bucket: string): Promise<{ list: number; read: number }> {
  const status = async (path: string) => (await fetch(`${server.endpoint}/${path}`)).status;
  return { list: await status(bucket), read: await status(`${bucket}/plan.txt`) };
}

after(async () => {
  if (skip) return;
  for (const Bucket of buckets) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'plan.txt' })).catch(() => {});
    await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {});
  }
  s3.destroy();
});

test(
  'what the audit says at Ceph RGW is what strangers get, before the fix and after it',
  { skip, timeout: 240_000 },
  async () => {
    await makeBuckets();
    await using person = await guardPerson({});
    const at = ['--endpoint', server.endpoint];
    const verdicts = async (): Promise<Record<string, string>> => {
      const { audits } = await person.json<AuditJson>('audit', ...at, '--bucket', `${RUN}-*`);
      return Object.fromEntries((audits[0]?.buckets ?? []).map(({ bucket, verdict }) => [bucket, verdict]));
    };
    assert.deepEqual(await verdicts(), { [open]: 'public-read', [listed]: 'public-list', [closed]: 'private' });
    assert.deepEqual(await strangerGets(open), { list: 403, read: 200 });
    assert.deepEqual(await strangerGets(listed), { list: 200, read: 403 });
    assert.deepEqual(await strangerGets(closed), { list: 403, read: 403 });

    const fixed = await person.json<FixJson>('fix', `${RUN}-*`, ...at, '--apply');
    assert.equal(fixed.exitCode, 0, JSON.stringify(fixed.outcome));
    for (const bucket of buckets) assert.deepEqual(await strangerGets(bucket), { list: 403, read: 403 }, bucket);
    assert.ok(Object.values(await verdicts()).every((verdict) => !verdict.startsWith('public-')));

    const undone = await person.run('undo', fixed.receiptId ?? '', '--accept-exposure');
    assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
    assert.deepEqual(await strangerGets(open), { list: 403, read: 200 });
    assert.deepEqual(await strangerGets(listed), { list: 200, read: 403 });
  },
);

test('access denied half-way through an audit of Ceph RGW leaves things unknown, never private', { skip }, async () => {
  await using proxy = await faultyS3(server.endpoint);
  proxy.plan(({ query, nth }) => (query.size > 0 && nth > 12 ? { answer: 403, code: 'AccessDenied' } : undefined));
  await using person = await guardPerson({});
  const { audits } = await person.json<AuditJson>(
    'audit',
    '--endpoint',
    proxy.endpoint,
    ...buckets.flatMap((name) => ['--bucket', name]),
  );
  const seen = audits[0]?.buckets ?? [];
  assert.equal(seen.length, buckets.length);
  assert.ok(seen.some(({ verdict }) => verdict === 'unknown'));
  const unknown = audits[0]?.findings.filter(({ verdict }) => verdict === 'unknown') ?? [];
  assert.ok(unknown.length > 0);
});

test(
  'with --probe a bucket whose policy cannot be read is told by what strangers get, and the disagreement is a finding',
  { skip },
  async () => {
    await using proxy = await faultyS3(server.endpoint);
    proxy.plan(({ query }) => (query.has('policy') ? { answer: 403, code: 'AccessDenied' } : undefined));
    await using person = await guardPerson({});
    const at = ['--endpoint', proxy.endpoint, '--bucket', open, '--bucket', closed];
    const look = async (...more: string[]) => {
      const { audits } = await person.json<AuditJson>('audit', ...at, ...more);
      const [audit] = audits;
      assert.ok(audit);
      const verdicts = Object.fromEntries(audit.buckets.map(({ bucket, verdict }) => [bucket, verdict]));
      const failed = audit.findings.filter(({ verdict, resource }) => verdict === 'fail' && resource.name === open);
      return { verdicts, failed: failed.map(({ check }) => check) };
    };
    const blind = await look();
    assert.deepEqual(blind.verdicts, { [open]: 'unknown', [closed]: 'unknown' });

    // No stranger sees the name of the object: it is asked for because it is known to be there.
    const seen = await look('--probe');
    assert.deepEqual(seen.verdicts, { [open]: 'public-read', [closed]: 'unknown' });
    assert.ok(seen.failed.includes('bucket-public-read'), String(seen.failed));
    assert.ok(seen.failed.includes('bucket-exposure-disagreement'), String(seen.failed));
  },
);

test('a probe of Ceph RGW agrees with what was read, and leaves nothing behind', { skip }, async () => {
  await using person = await guardPerson({});
  const names = buckets.flatMap((name) => ['--bucket', name]);
  const { audits } = await person.json<AuditJson>('audit', '--endpoint', server.endpoint, ...names, '--probe');
  const told = audits[0]?.findings.filter(({ check }) => check === 'bucket-exposure-disagreement') ?? [];
  assert.deepEqual(
    told.map(({ verdict }) => verdict),
    ['pass', 'pass', 'pass'],
  );
  for (const Bucket of buckets) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      ['plan.txt'],
    );
  }
});
