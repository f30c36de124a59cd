/** Audit, fix and undo of many buckets on moto, which keeps every setting that AWS has. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { eachAtOnce } from '../../src/buckets/facts/gather.ts';
import { guardPerson, type AuditJson, type FixJson } from '../support/bucket-guard.ts';
import { motoEndpoint, withoutMoto } from '../support/channels/moto.ts';

const COUNT = 200;
const RUN = `guard-${newId().slice(-12)}`;
const MINE = `${RUN}-*`;
const PARTNER = 'arn:aws:iam::210987654321:root';
const names = Array.from({ length: COUNT }, (_, index) => `${RUN}-${index}`);
const kindOf = (name: string): number => Number(name.split('-').at(-1)) % 4;
const of = (kind: number): string[] => names.filter((name) => kindOf(name) === kind);

const s3 = new S3Client({
  endpoint: motoEndpoint ?? 'http://127.0.0.1:1',
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

const flags = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

function policyOf(bucket: string): string {
  const Resource = `arn:aws:s3:::${bucket}/*`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource },
      { Sid: 'Partner', Effect: 'Allow', Principal: { AWS: PARTNER }, Action: 's3:GetObject', Resource },
    ],
  });
}

/** 0: a public statement beside a partner's. 1: a public ACL. 2: locked. 3: a public statement that a flag holds back. */
async function makeBucket(Bucket: string): Promise<void> {
  const kind = kindOf(Bucket);
  await s3.send(
    new CreateBucketCommand({ Bucket, ObjectOwnership: kind === 1 ? 'ObjectWriter' : 'BucketOwnerEnforced' }),
  );
  if (kind === 0 || kind === 3) await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(Bucket) }));
  if (kind === 1) await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  if (kind >= 2) await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: flags }));
}

async function each(act: (bucket: string) => Promise<void>): Promise<void> {
  for await (const _ of eachAtOnce(names, 8, act));
}

/** Everything that a fix may touch here, as moto has it. */
async function settingsOf(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await each(async (Bucket) => {
    const orNone = (asked: Promise<object>) => asked.catch((error: Error) => ({ none: error.name }));
    const answers = await Promise.all([
      orNone(s3.send(new GetBucketPolicyCommand({ Bucket }))),
      orNone(s3.send(new GetBucketAclCommand({ Bucket }))),
      orNone(s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
      orNone(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
    ]);
    found.set(Bucket, JSON.stringify(answers.map((answer) => ({ ...answer, $metadata: undefined }))));
  });
  return found;
}

after(async () => {
  if (!withoutMoto)
    await each(async (Bucket) => void (await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {})));
  s3.destroy();
});

test(`${COUNT} buckets are audited, mended and brought back`, { skip: withoutMoto, timeout: 240_000 }, async () => {
  await each(makeBucket);
  const before = await settingsOf();
  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });

  const first = await person.json<AuditJson>('audit', '--bucket', MINE);
  assert.equal(first.exitCode, 1);
  const [audit] = first.audits;
  assert.ok(audit);
  assert.equal(audit.scope, 'aws 123456789012');
  assert.equal(audit.buckets.length, COUNT);
  const named = (verdict: string) =>
    audit.buckets
      .filter((line) => line.verdict === verdict)
      .map(({ bucket }) => bucket)
      .toSorted();
  assert.deepEqual(named('public-read'), of(0).toSorted());
  assert.deepEqual(named('public-list'), of(1).toSorted());
  assert.deepEqual(named('private'), of(2).toSorted());
  assert.ok(
    audit.buckets.slice(0, COUNT / 2).every(({ verdict }) => verdict.startsWith('public-')),
    'worst first',
  );

  const dry = await person.json<FixJson>('fix', MINE);
  assert.equal(dry.applied, false);
  assert.deepEqual(await settingsOf(), before, 'a dry run changes nothing');
  const one = dry.buckets.find(({ bucket }) => bucket === of(0)[0]);
  assert.deepEqual(
    one?.calls.map(({ call }) => call),
    ['PutBucketPolicy', 'PutPublicAccessBlock'],
  );
  assert.ok(
    one?.loseAccess.some((sentence) => /everyone/i.test(sentence)),
    String(one?.loseAccess),
  );

  const fixed = await person.json<FixJson>('fix', MINE, '--apply');
  assert.equal(fixed.exitCode, 0, JSON.stringify(fixed.outcome?.filter(({ state }) => state !== 'made').slice(0, 3)));
  const again = await person.json<AuditJson>('audit', '--bucket', MINE, '--severity', 'critical,high');
  assert.equal(again.audits[0]?.buckets.filter(({ verdict }) => verdict.startsWith('public-')).length, 0);
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: of(0)[0] }));
  const { Statement } = JSON.parse(Policy ?? '') as { Statement: { Sid: string }[] };
  assert.deepEqual(
    Statement.map(({ Sid }) => Sid),
    ['Partner'],
  );
  const mended = await settingsOf();

  const receipt = fixed.receiptId ?? '';
  const refused = await person.run('undo', receipt);
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /--accept-exposure/);
  assert.deepEqual(await settingsOf(), mended, 'an undo that would open buckets changes nothing');

  const undone = await person.run('undo', receipt, '--accept-exposure');
  assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
  assert.deepEqual(await settingsOf(), before);
});

test('an undo leaves alone what somebody has changed since', { skip: withoutMoto }, async () => {
  const Bucket = `${RUN}-changed-0`;
  await makeBucket(Bucket);
  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
  const { receiptId } = await person.json<FixJson>('fix', Bucket, '--apply');
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const undone = await person.run('undo', receiptId ?? '', '--accept-exposure');
  assert.equal(undone.exitCode, 3);
  assert.match(undone.stdout, /changed it since/);
  assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

test(
  'findings of an audit are kept on this computer, accepted ones are not mended',
  { skip: withoutMoto },
  async () => {
    const Bucket = `${RUN}-accepted-0`;
    await makeBucket(Bucket);
    await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
    await person.run('audit', '--bucket', Bucket);
    const csv = await person.run('audit', '--bucket', Bucket, '--format', 'csv');
    assert.match(csv.stdout, /bucket-public-read/);
    const html = await person.run('audit', '--bucket', Bucket, '--format', 'html');
    assert.match(html.stdout, /<h1>The bucket is open to everyone\./);
    assert.doesNotMatch(html.stdout, /(src|href)="https?:/);
    const ocsf = await person.run('audit', '--bucket', Bucket, '--format', 'ocsf');
    const events = ocsf.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { class_uid: number });
    assert.ok(events.length >= 40 && events.every((event) => event.class_uid === 2003));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  },
);
