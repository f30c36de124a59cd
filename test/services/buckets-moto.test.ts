/**
 * Audit, fix and undo of many buckets on moto, which keeps every setting that AWS has: a few here, and as many as
 * HOLDFAST_TEST_BUCKETS says for who wants to know (`npm run test:buckets` takes 1,000).
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  PutObjectCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  CreateMultiRegionAccessPointCommand,
  DeleteMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointCommand,
  PutMultiRegionAccessPointPolicyCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { newId } from '../../src/base/ids.ts';
import { eachAtOnce } from '../../src/buckets/facts/gather.ts';
import { guardPerson, type AuditJson, type FixJson } from '../support/clients/bucket-guard.ts';
import { motoEndpoint, withoutMoto } from '../support/aws/moto.ts';

const COUNT = Number(process.env['HOLDFAST_TEST_BUCKETS'] ?? 60);
/** moto answers some hundred requests a second, and one bucket takes about ninety. */
const TIMEOUT_MS = 120_000 + COUNT * 2_000;
const RUN = `guard-${newId().slice(-12)}`;
const MINE = `${RUN}-*`;
const PARTNER = 'arn:aws:iam::210987654321:root';
const names = Array.from({ length: COUNT }, (_, index) => `${RUN}-${index}`);
const kindOf = (name: string): number => Number(name.split('-').at(-1)) % 4;
const of = (kind: number): string[] => names.filter((name) => kindOf(name) === kind);

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const s3 = new S3Client({
  endpoint: motoEndpoint ?? 'http://127.0.0.1:1',
  region: 'us-east-1',
  forcePathStyle: true,
  credentials,
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

async function each(act: (bucket: string) => Promise<void>, buckets: readonly string[] = names): Promise<void> {
  for await (const _ of eachAtOnce(buckets, 8, act));
}

/** Looked at where nothing should have changed; the others are looked at before and after all. */
const some = names.slice(0, 60);

/** Everything that a fix may touch here, as moto has it. */
async function settingsOf(buckets: readonly string[]): Promise<Map<string, string>> {
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
  }, buckets);
  return new Map(buckets.map((name) => [name, found.get(name) ?? 'none']));
}

after(async () => {
  if (!withoutMoto)
    await each(async (Bucket) => void (await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {})));
  s3.destroy();
});

test(`${COUNT} buckets are audited, mended and brought back`, { skip: withoutMoto, timeout: TIMEOUT_MS }, async (t) => {
  let sinceMs = performance.now();
  const tell = (what: string): void => {
    t.diagnostic(`${what}: ${((performance.now() - sinceMs) / 1000).toFixed(1)} s`);
    sinceMs = performance.now();
  };
  await each(makeBucket);
  const before = await settingsOf(names);
  tell('made');
  // moto answers with one page whatever there is, and other tests leave buckets there.
  const oneList = { HOLDFAST_BUCKETS_PAGE_SIZE: '10000' };
  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '', ...oneList });

  const first = await person.json<AuditJson>('audit', '--bucket', MINE);
  tell('audit');
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
  tell('fix, dry run');
  assert.equal(dry.applied, false);
  assert.deepEqual([...(await settingsOf(some))], [...before].slice(0, some.length), 'a dry run changes nothing');
  const one = dry.buckets.find(({ bucket }) => bucket === of(0)[0]);
  assert.deepEqual(
    one?.calls.map(({ call }) => call),
    ['PutBucketPolicy', 'PutPublicAccessBlock'],
  );
  assert.ok(
    one?.loseAccess.some((sentence) => /everyone/i.test(sentence)),
    String(one?.loseAccess),
  );

  sinceMs = performance.now();
  const fixed = await person.json<FixJson>('fix', MINE, '--apply');
  tell('fix --apply');
  assert.equal(fixed.exitCode, 0, JSON.stringify(fixed.outcome?.filter(({ state }) => state !== 'made').slice(0, 3)));
  const again = await person.json<AuditJson>('audit', '--bucket', MINE, '--severity', 'critical,high');
  tell('audit of what is critical or high');
  assert.equal(again.audits[0]?.buckets.filter(({ verdict }) => verdict.startsWith('public-')).length, 0);
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: of(0)[0] }));
  const { Statement } = JSON.parse(Policy ?? '') as { Statement: { Sid: string }[] };
  assert.deepEqual(
    Statement.map(({ Sid }) => Sid),
    ['Partner'],
  );
  const mended = await settingsOf(some);

  const receipt = fixed.receiptId ?? '';
  const refused = await person.run('undo', receipt);
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /--accept-exposure/);
  assert.deepEqual(await settingsOf(some), mended, 'an undo that would open buckets changes nothing');

  sinceMs = performance.now();
  const undone = await person.run('undo', receipt, '--accept-exposure');
  tell('undo');
  assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
  assert.deepEqual(await settingsOf(names), before);
});

test('an undo leaves alone what somebody has changed since', { skip: withoutMoto }, async () => {
  const Bucket = `${RUN}-changed-0`;
  await makeBucket(Bucket);
  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
  assert.match((await person.run('fix', Bucket)).stdout, /Nothing is changed without --apply\./);
  const fixed = await person.run('fix', Bucket, '--apply');
  assert.doesNotMatch(fixed.stdout, /without --apply/);
  const receiptId = /holdfast buckets undo (\S+)/.exec(fixed.stdout)?.[1] ?? '';
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const undone = await person.run('undo', receiptId, '--accept-exposure');
  assert.equal(undone.exitCode, 3);
  assert.match(undone.stdout, /changed it since/);
  assert.equal((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy);
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

test(
  'what an audit found is written in each format, and no page loads anything from elsewhere',
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

test(
  'with --role the buckets of the other account are audited and mended, and no others',
  { skip: withoutMoto },
  async () => {
    const RoleArn = 'arn:aws:iam::210987654321:role/audit';
    const sts = new STSClient({ ...{ endpoint: motoEndpoint ?? '', region: 'us-east-1' }, credentials });
    const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    sts.destroy();
    const theirs = new S3Client({
      ...{ endpoint: motoEndpoint ?? '', region: 'us-east-1', forcePathStyle: true },
      credentials: {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
      },
    });
    const Bucket = `${RUN}-theirs-0`;
    await theirs.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
    await theirs.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(Bucket) }));
    await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
    const looked = await person.json<AuditJson>('audit', '--role', RoleArn, '--bucket', MINE);
    const [audit] = looked.audits;
    assert.equal(audit?.scope, 'aws 210987654321');
    assert.deepEqual(
      audit.buckets.map(({ bucket, verdict }) => [bucket, verdict]),
      [[Bucket, 'public-read']],
    );
    const fixed = await person.json<FixJson>('fix', Bucket, '--role', RoleArn, '--apply');
    assert.equal(fixed.exitCode, 0, JSON.stringify(fixed.outcome));
    const { Policy } = await theirs.send(new GetBucketPolicyCommand({ Bucket }));
    assert.doesNotMatch(Policy ?? '', /Everyone/);
    const undone = await person.run('undo', fixed.receiptId ?? '', '--accept-exposure');
    assert.equal(undone.exitCode, 0, undone.stdout + undone.stderr);
    await theirs.send(new DeleteBucketCommand({ Bucket }));
    theirs.destroy();
  },
);

test(
  'a fix of objects that are open by their own ACLs looks at objects without being told how many',
  { skip: withoutMoto },
  async () => {
    const Bucket = `${RUN}-objects-2`;
    await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'plan.txt', Body: 'plan', ACL: 'public-read' }));
    await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
    const calls = async (...more: readonly string[]) => {
      const { buckets } = await person.json<FixJson>('fix', Bucket, '--check', 'object-acl-public', ...more);
      return buckets.flatMap((each) => each.calls.map(({ call }) => call));
    };
    assert.deepEqual(await calls('--sample', '0'), []);
    assert.deepEqual(await calls(), ['PutBucketOwnershipControls']);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'plan.txt' }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  },
);

test('a trail that records objects is seen once it reaches all Regions and runs', { skip: withoutMoto }, async () => {
  const RoleArn = 'arn:aws:iam::345678901234:role/audit';
  const at = { endpoint: motoEndpoint ?? '', region: 'us-east-1' };
  const sts = new STSClient({ ...at, credentials });
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  sts.destroy();
  const theirs = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
  const trails = new CloudTrailClient({ ...at, credentials: theirs });
  const log = new S3Client({ ...at, forcePathStyle: true, credentials: theirs });
  const Bucket = `${RUN}-trail-2`;
  await log.send(new CreateBucketCommand({ Bucket }));
  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
  const verdict = async () => {
    const looked = await person.json<AuditJson>('audit', '--role', RoleArn, '--check', 'account-data-events');
    return looked.audits[0]?.findings.map((each) => each.verdict);
  };
  const Name = `${RUN}-trail`;
  await trails.send(new CreateTrailCommand({ Name, S3BucketName: Bucket, IsMultiRegionTrail: true }));
  const DataResources = [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }];
  const EventSelectors = [{ ReadWriteType: 'All' as const, DataResources }];
  await trails.send(new PutEventSelectorsCommand({ TrailName: Name, EventSelectors }));
  assert.deepEqual(await verdict(), ['fail'], 'it does not run yet');
  await trails.send(new StartLoggingCommand({ Name }));
  assert.deepEqual(await verdict(), ['pass']);
  await trails.send(new DeleteTrailCommand({ Name }));
  await log.send(new DeleteBucketCommand({ Bucket }));
  trails.destroy();
  log.destroy();
});

test('an access point of several Regions lets in what it and the bucket let in', { skip: withoutMoto }, async () => {
  const Bucket = `${RUN}-regions-2`;
  const AccountId = '123456789012';
  const Name = `${RUN}-door`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const control = new S3ControlClient({
    region: 'us-west-2',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpointProvider: () => ({ url: new URL(motoEndpoint ?? '') }),
  });
  await control.send(
    new CreateMultiRegionAccessPointCommand({ AccountId, ClientToken: RUN, Details: { Name, Regions: [{ Bucket }] } }),
  );
  const { AccessPoint } = await control.send(new GetMultiRegionAccessPointCommand({ AccountId, Name }));
  const everyone = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' };
  const arn = `arn:aws:s3::${AccountId}:accesspoint/${AccessPoint?.Alias}`;
  const own = { Version: '2012-10-17', Statement: [{ ...everyone, Resource: `${arn}/object/*` }] };
  await control.send(
    new PutMultiRegionAccessPointPolicyCommand({ AccountId, Details: { Name, Policy: JSON.stringify(own) } }),
  );
  const Condition = { StringEquals: { 's3:DataAccessPointAccount': AccountId } };
  const Statement = [{ ...everyone, Condition, Resource: `arn:aws:s3:::${Bucket}/*` }];
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));

  await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
  const { audits } = await person.json<AuditJson>('audit', '--bucket', Bucket);
  const [line] = audits[0]?.buckets ?? [];
  // moto makes it with all flags on, as AWS does.
  assert.equal(line?.verdict, 'latent');
  assert.match(
    JSON.stringify(line),
    /lets everyone with an AWS account read objects through the access point [^;"]*; RestrictPublicBuckets of the access point stops it/,
  );
  await control.send(new DeleteMultiRegionAccessPointCommand({ AccountId, ClientToken: `${RUN}-`, Details: { Name } }));
  control.destroy();
  await s3.send(new DeleteBucketCommand({ Bucket }));
});

test(
  'a bucket that is named and is not there is told, and neither an audit nor a fix of it passes for good',
  { skip: withoutMoto, timeout: TIMEOUT_MS },
  async () => {
    const [there, typo] = [`${RUN}-there`, `${RUN}-tehre`];
    await s3.send(new CreateBucketCommand({ Bucket: there }));
    try {
      await using person = await guardPerson({ AWS_ENDPOINT_URL: motoEndpoint ?? '' });
      const alone = await person.run('audit', '--bucket', typo);
      assert.deepEqual([alone.exitCode, alone.stdout.includes(`There is no bucket ${typo}.`)], [3, true]);
      const both = await person.run('audit', '--bucket', there, '--bucket', typo);
      assert.deepEqual([both.exitCode, both.stdout.includes(`There is no bucket ${typo}.`)], [3, true]);
      const fixed = await person.run('fix', typo);
      assert.deepEqual([fixed.exitCode, fixed.stderr.includes(`There is no bucket ${typo}.`)], [3, true]);
      const { exitCode } = await person.run('audit', '--bucket', `${RUN}-none-*`);
      assert.equal(exitCode, 0, 'a pattern promises nothing');
    } finally {
      await s3.send(new DeleteBucketCommand({ Bucket: there }));
    }
  },
);
