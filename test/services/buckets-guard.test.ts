/** The guard of an account on moto: from an event of CloudTrail to a bucket that is safe, a receipt and a mail. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newId } from '../../src/base/ids.ts';
import { motoEndpoint, withoutMoto } from '../support/aws/moto.ts';
import { faultyS3, type S3Fault } from '../support/s3/faulty-s3.ts';
import { FIX_ROLE, guardInAccount, recorded } from '../support/aws/guard-in-account.ts';

const skip = withoutMoto;
const RUN = `event-${newId().slice(-12)}`;
const s3 = new S3Client({
  endpoint: motoEndpoint ?? 'http://127.0.0.1:1',
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
after(() => s3.destroy());

const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

async function newBucket(name: string, { isSafe = false } = {}): Promise<string> {
  const Bucket = `${RUN}-${name}`;
  await s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerEnforced' }));
  if (isSafe) {
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: ALL }));
    // On AWS every bucket has it.
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } } as const];
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  }
  return Bucket;
}

async function openToEveryone(Bucket: string): Promise<void> {
  const Statement = [
    { Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

async function policyOf(Bucket: string): Promise<string | null> {
  try {
    return (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? null;
  } catch {
    return null;
  }
}

async function flagsOf(Bucket: string): Promise<object | null> {
  try {
    const answer = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    return answer.PublicAccessBlockConfiguration ?? null;
  } catch {
    return null;
  }
}

test(
  'a new bucket is encrypted at once, and closed after the grace time, with a receipt and mails',
  { skip },
  async () => {
    await using guard = await guardInAccount();
    const Bucket = await newBucket('new');
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    const event = recorded('create-bucket', Bucket);

    assert.equal((await guard.now(event)).again, 0);
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? [];
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256');
    assert.equal(await flagsOf(Bucket), null, 'who made it has the grace time to set it up');
    assert.match((await guard.mails()).join(), /Changed: PutBucketEncryption\./);

    assert.equal((await guard.later(event)).again, 0);
    assert.deepEqual(await flagsOf(Bucket), ALL);
    assert.match((await guard.mails()).join(), /it was mended.*Changed: PutPublicAccessBlock\./s);
    assert.deepEqual(
      (await guard.kept('receipt ')).map(({ state }) => state),
      ['done', 'done'],
    );
  },
);

test('a bucket that strangers are let into is told of at once and closed after the grace time', { skip }, async () => {
  await using guard = await guardInAccount();
  const Bucket = await newBucket('opened', { isSafe: true });
  await guard.later(recorded('create-bucket', Bucket));
  await openToEveryone(Bucket);
  const event = recorded('put-bucket-policy', Bucket);
  await guard.now(event);
  assert.match(
    (await guard.mails()).join(),
    /it is public, readable.*PutBucketPolicy by arn:aws:sts::123456789012:assumed-role\/Developers\/ada from 192\.0\.2\.7/s,
  );
  assert.notEqual(await policyOf(Bucket), null);
  await guard.later(event);
  assert.equal(await policyOf(Bucket), null, 'nothing was left of the policy');
  assert.deepEqual(await flagsOf(Bucket), ALL);
});

test('a bucket that is safe ends in success, and nothing is written to it or told', { skip }, async () => {
  await using guard = await guardInAccount();
  const Bucket = await newBucket('safe', { isSafe: true });
  const event = recorded('create-bucket', Bucket);
  assert.equal((await guard.now(event)).again, 0);
  assert.equal((await guard.later(event)).again, 0);
  assert.deepEqual(await guard.kept('receipt '), []);
  assert.deepEqual(await guard.mails(), []);
});

test('the same event twice, and the second before the first, make one change', { skip }, async () => {
  await using guard = await guardInAccount();
  const Bucket = await newBucket('twice');
  const event = recorded('create-bucket', Bucket);
  await guard.later(event);
  assert.deepEqual(await flagsOf(Bucket), ALL);
  await guard.now(event, event);
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const again = await guard.later(event);
  assert.equal(again.again, 0);
  assert.equal(await flagsOf(Bucket), null, 'an event that was dealt with is not dealt with again');
  assert.equal((await guard.kept('receipt ')).length, 1);
});

test('a bucket that is gone is unknown and comes again, and is no success', { skip }, async () => {
  await using guard = await guardInAccount();
  const event = recorded('create-bucket', `${RUN}-never-made`);
  for (const phase of [guard.now, guard.later, guard.later]) assert.equal((await phase(event)).again, 1);
  assert.match((await guard.mails()).join(), /nobody can say whether it is safe/);
  assert.deepEqual(
    (await guard.kept('bucket ')).map(({ verdict }) => verdict),
    ['unknown'],
  );
});

test('events that are not the guard’s business are ignored with a log line', { skip }, async () => {
  await using guard = await guardInAccount();
  const Bucket = await newBucket('ignored');
  const with_ = (change: object, name = 'create-bucket') => {
    const event = recorded(name, Bucket);
    return { ...event, detail: { ...event.detail, ...change } };
  };
  const own = recorded('create-bucket', Bucket);
  own.detail.userIdentity.sessionContext.sessionIssuer.arn = FIX_ROLE;
  const events = [
    recorded('refused', Bucket),
    with_({ requestParameters: {} }),
    with_({ requestParameters: null }),
    with_({ awsRegion: 'eu-central-1' }),
    with_({ recipientAccountId: '210987654321' }),
    with_({ eventName: 'GetBucketAcl' }),
    own,
  ];
  const { again, log } = await guard.later(...events);
  assert.equal(again, 0);
  assert.deepEqual(
    log.map(({ why }) => why),
    [
      'the call failed: AccessDenied',
      'it names no bucket',
      'it names no bucket',
      'it is of another Region',
      'it is of another account',
      'it is none of the calls that are listened for',
      'it is the guard’s own call',
    ],
  );
  assert.equal(await flagsOf(Bucket), null);
  assert.equal((await guard.later('no event')).again, 1, 'what no EventBridge sends ends among the dead letters');
});

test('an exception by tag leaves a bucket as it is; one without a reason does not count', { skip }, async () => {
  await using guard = await guardInAccount();
  const year = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const tagged = async (name: string, Value: string) => {
    const Bucket = await newBucket(name);
    const Tagging = { TagSet: [{ Key: 'holdfast-exception', Value }] };
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging }));
    await guard.later(recorded('create-bucket', Bucket));
    return await flagsOf(Bucket);
  };
  assert.equal(await tagged('excepted', `owner=ada@example.org until=${year} reason=press kit`), null);
  assert.deepEqual(await tagged('no-reason', `owner=ada@example.org until=${year}`), ALL);
});

test('in mode report nothing is changed, and it is told', { skip }, async () => {
  await using guard = await guardInAccount({ HOLDFAST_GUARD_MODE: 'report' });
  const Bucket = await newBucket('reported');
  await openToEveryone(Bucket);
  const event = recorded('create-bucket', Bucket);
  await guard.now(event);
  await guard.later(event);
  assert.notEqual(await policyOf(Bucket), null);
  assert.match((await guard.mails()).join(), /the guard only reports/);
});

test(
  'a look at all buckets takes what is open as meant the first time, and closes what was opened after that',
  { skip },
  async () => {
    // A Region of its own: the buckets of other tests are none of this guard's.
    const region = 'eu-north-1';
    await using guard = await guardInAccount({}, region);
    const north = new S3Client({
      endpoint: motoEndpoint ?? '',
      region,
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const made = async (name: string) => {
      const Bucket = `${RUN}-${name}`;
      await north.send(
        new CreateBucketCommand({
          Bucket,
          ObjectOwnership: 'BucketOwnerEnforced',
          CreateBucketConfiguration: { LocationConstraint: region },
        }),
      );
      return Bucket;
    };
    const [website, plans] = [await made('website'), await made('plans')];
    await openToEveryone(website);
    await guard.task('sweep');
    assert.notEqual(await policyOf(website), null);
    assert.match((await guard.mails()).join(), /it was open before the guard saw it/);
    await openToEveryone(plans);
    await guard.task('sweep');
    assert.notEqual(await policyOf(website), null);
    assert.equal(await policyOf(plans), null);
    assert.deepEqual(await flagsOf(plans), ALL);
    north.destroy();
  },
);

test('whom a policy names keeps access in mode harmless, and loses it in mode full', { skip }, async () => {
  const shared = async (name: string, mode: string) => {
    await using guard = await guardInAccount({ HOLDFAST_GUARD_MODE: mode });
    const Bucket = await newBucket(name);
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const partner = { AWS: 'arn:aws:iam::210987654321:root' };
    const Statement = [
      { Sid: 'All', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource },
      { Sid: 'Partner', Effect: 'Allow', Principal: partner, Action: 's3:GetObject', Resource },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await guard.later(recorded('create-bucket', Bucket));
    return await policyOf(Bucket);
  };
  for (const mode of ['harmless', 'full']) {
    const left = (await shared(`partner-${mode}`, mode)) ?? '';
    assert.match(left, /Partner/);
    assert.doesNotMatch(left, /"All"/);
  }
});

test('what something keeps undoing is mended three times a day, and then told and left', { skip }, async () => {
  const today = (): number => Math.floor(Date.now() / 86_400_000);
  // The guard goes by the clock: where another day begins meanwhile, it is seen on that one.
  for (let day = 0; day !== today();) {
    day = today();
    await using guard = await guardInAccount();
    const Bucket = await newBucket(`fought-${day}`);
    for (let round = 0; round < 4; round += 1) {
      await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      assert.equal((await guard.later(recorded('create-bucket', Bucket))).again, 0);
    }
    if (day !== today()) continue;
    assert.equal(await flagsOf(Bucket), null);
    assert.equal((await guard.kept('receipt ')).length, 3);
    assert.match((await guard.mails()).join(), /something undid it each time/);
  }
});

test('what CloudFormation or Terraform keeps is left to them in mode harmless', { skip }, async () => {
  await using guard = await guardInAccount();
  const Bucket = await newBucket('terraform');
  const event = recorded('create-bucket', Bucket);
  await guard.later({ ...event, detail: { ...event.detail, userAgent: '[APN/1.0 HashiCorp/1.0 Terraform/1.14.0]' } });
  assert.equal(await flagsOf(Bucket), null);
  assert.match((await guard.mails()).join(), /change it there/);
});

test(
  'a new bucket encrypts under the key that was given, one that is there already keeps what it has',
  { skip },
  async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/0d990263-018e-4e65-a703-eff731de951e';
    await using guard = await guardInAccount({ HOLDFAST_GUARD_KMS_KEY: key });
    const algorithms: (string | undefined)[] = [];
    for (const [name, call] of [
      ['key-new', 'create-bucket'],
      ['key-old', 'put-bucket-acl'],
    ] as const) {
      const Bucket = await newBucket(name, { isSafe: true });
      await guard.now(recorded(call, Bucket));
      const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
      algorithms.push(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm);
    }
    assert.deepEqual(algorithms, ['aws:kms', 'AES256']);
  },
);

test(
  'the canary’s own call is heard when it comes back; when it does not, the guard says that it is deaf',
  { skip },
  async () => {
    const Bucket = await newBucket('canary', { isSafe: true });
    await using guard = await guardInAccount({ HOLDFAST_GUARD_CANARY: Bucket, HOLDFAST_GUARD_CANARY_MS: '60000' });
    await guard.task('canary');
    const call = recorded('delete-bucket-public-access-block', Bucket);
    call.detail['eventName'] = 'PutBucketPublicAccessBlock';
    call.detail.userIdentity.sessionContext.sessionIssuer.arn = FIX_ROLE;
    const { log } = await guard.now(call);
    assert.deepEqual(
      log.map(({ canaryHeard }) => canaryHeard),
      [1],
      'the alarm counts this line',
    );
    assert.deepEqual(await guard.mails(), []);
    await guard.put('canary heard', { atMs: 1 });
    await guard.put('canary sent', { atMs: Date.now() - 61_000 });
    await guard.task('canary');
    assert.match((await guard.mails()).join(), /The guard is deaf/);
  },
);

test('Block Public Access of the account that somebody switches off is told of', { skip }, async () => {
  await using told = await guardInAccount();
  await told.now(recorded('delete-account-public-access-block'));
  assert.match((await told.mails()).join(), /was not asked to keep it on/);
});

test(
  'what may not be read, or is throttled, is unknown, told, and comes again; a refused change comes again too',
  { skip },
  async () => {
    await using s3Server = await faultyS3(motoEndpoint ?? '');
    const settings = { HOLDFAST_BUCKETS_ATTEMPTS: '1', AWS_ENDPOINT_URL: s3Server.endpoint };
    await using guard = await guardInAccount(settings);
    const Bucket = await newBucket('faults', { isSafe: true });
    await openToEveryone(Bucket);
    const event = recorded('create-bucket', Bucket);
    const faults: readonly (readonly [S3Fault, RegExp])[] = [
      [{ answer: 403, code: 'AccessDenied' }, /policy: these credentials may not read it \(AccessDenied, 403\)/],
      [{ answer: 503, code: 'SlowDown' }, /policy: the store asked to slow down/],
    ];
    for (const [fault, told] of faults) {
      s3Server.plan(({ method, query }) => (method === 'GET' && query.has('policy') ? fault : undefined));
      assert.equal((await guard.later(event)).again, 1);
      assert.match((await guard.mails()).join(), told);
      const [row] = await guard.kept(`bucket ${Bucket}`);
      assert.equal(row?.['verdict'], 'unknown');
    }
    s3Server.plan(({ method, query }) =>
      method === 'PUT' && query.has('publicAccessBlock') ? { answer: 403, code: 'AccessDenied' } : undefined,
    );
    assert.equal((await guard.later(event)).again, 1);
    assert.match(
      (await guard.mails()).join(),
      /A change was not made: PutPublicAccessBlock refused: AccessDenied, 403/,
    );
    s3Server.plan(null);
    assert.equal((await guard.later(event)).again, 0);
    assert.deepEqual(await flagsOf(Bucket), ALL);
    assert.equal(await policyOf(Bucket), null);
  },
);
