/** Notices of objects on moto: from events of S3, as EventBridge hands them over, to mails of those who own the buckets. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { systemClock } from '../../src/base/clock.ts';
import { newId } from '../../src/base/ids.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { openAwsReader, openNoticeQueue, openWatchedStore } from '../../src/buckets/index.ts';
import { openAccess } from '../../src/buckets/watching/bucket-access.ts';
import { openWatchJournal } from '../../src/buckets/watching/journal.ts';
import { watchBuckets } from '../../src/buckets/watching/watch.ts';
import { namedPlaces } from '../../src/buckets/watching/watchlist.ts';
import { textOf } from '../../src/buckets/notices/events/words.ts';
import type { Place } from '../../src/buckets/notices/switching/switch.ts';
import { bucketsSettings, readOwners } from '../../src/buckets/settings.ts';
import { objectEvent, testNotices } from '../../src/buckets/notices/test-notices.ts';
import type { NoticesReply, NoticeView } from '../../src/notifications/wire.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';
import { motoEndpoint, newQueue, withoutMoto } from '../support/aws/moto.ts';
import { guardInAccount, recorded } from '../support/aws/guard-in-account.ts';
import { s3Server } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';
import { noticesInAccount, recordedObject } from '../support/aws/notices-in-account.ts';

const skip = withoutMoto;
const rgw = s3Server('ceph-rgw');
const gateway = s3Server('versitygw');
const RUN = `notice-${newId().slice(-12)}`;
const at = {
  endpoint: motoEndpoint ?? 'http://127.0.0.1:1',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};
const s3 = new S3Client({ ...at, forcePathStyle: true });
after(() => s3.destroy());
// The URL of a queue of moto names no Region.
process.env['AWS_REGION'] ??= 'us-east-1';

async function newBucket(name: string, owner?: string): Promise<string> {
  const Bucket = `${RUN}-${name}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const TagSet = owner === undefined ? [] : [{ Key: 'owner', Value: owner }];
  if (owner !== undefined) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  return Bucket;
}

test('what happens to objects reaches the owner by mail, and a phone in short', { skip }, async () => {
  await using notices = await noticesInAccount({
    HOLDFAST_GUARD_OWNERS: 'team-a=ada@partner.example;+4915112345678',
  });
  const [theirs, tagged, foreign] = [
    await newBucket('theirs', 'Team-A'),
    await newBucket('tagged', 'bob@example.org'),
    await newBucket('foreign', 'eve@elsewhere.example'),
  ];
  await notices.newBuckets(...[theirs, tagged, foreign].map((bucket) => recorded('create-bucket', bucket)));
  const events = [
    recordedObject('object-created', theirs, 'plans/q3.pdf'),
    recordedObject('object-created', theirs, 'plans/q3.pdf'),
    recordedObject('object-deleted', theirs, 'plans/q3.pdf'),
    recordedObject('object-acl-updated', theirs, 'logo.svg'),
    recordedObject('object-expired', tagged, 'old.log'),
    recordedObject('object-created', foreign, 'a'),
    recordedObject('object-created', `${RUN}-not-switched-on`, 'a'),
  ];
  assert.equal((await notices.objects(...events)).again, 0);
  assert.equal((await notices.objects(...events.slice(0, 3))).again, 0, 'at least once is what SQS promises');
  await notices.minute();
  await notices.minute();
  const mails = await notices.mails();
  const byOwner = Object.fromEntries(mails.map((mail) => [mail.owner, mail]));
  assert.deepEqual(Object.keys(byOwner).toSorted(), ['account', 'ada@partner.example', 'bob@example.org']);
  assert.equal(mails.length, 3);
  const ada = byOwner['ada@partner.example'];
  assert.match(ada?.subject ?? '', /theirs: 1 overwritten, 1 put, 1 deleted, 1 given another ACL$/);
  assert.match(
    ada?.text ?? '',
    /- plans\/q3\.pdf: Object Deleted: DeleteObject by 123456789012 from 192\.0\.2\.7 at 2026/,
  );
  assert.equal(ada?.texted, true);
  assert.match(byOwner['bob@example.org']?.subject ?? '', /tagged: 1 deleted by a lifecycle rule/);
  assert.match(byOwner['account']?.text ?? '', /foreign: 1 put/, 'no tag sends notices out of the house');
});

test('a new bucket sends its events by EventBridge, and keeps the notifications that it has', { skip }, async () => {
  await using notices = await noticesInAccount();
  const Bucket = await newBucket('kept');
  const [own, listening] = [await newQueue(), await newQueue()];
  const QueueConfigurations = [{ QueueArn: own.arn, Events: ['s3:ObjectCreated:*' as const] }];
  const NotificationConfiguration = { QueueConfigurations };
  await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
  using events = disposable(new EventBridgeClient(at));
  const pattern = { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [Bucket] } } };
  await events.send(new PutRuleCommand({ Name: Bucket, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: Bucket, Targets: [{ Id: 'objects', Arn: listening.arn }] }));

  const event = recorded('create-bucket', Bucket);
  assert.equal((await notices.newBuckets(event, event)).again, 0);
  const kept = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  assert.deepEqual(
    kept.QueueConfigurations?.map((each) => each.QueueArn),
    [own.arn],
  );
  await s3.send(new PutObjectCommand({ Bucket, Key: 'report.pdf', Body: 'secret' }));
  const [heard] = await listening.receive();
  // moto writes the time as a number.
  assert.equal((await notices.objects({ ...heard, time: '2026-11-28T10:00:00Z' })).again, 0);
  await notices.minute();
  assert.match((await notices.mails())[0]?.text ?? '', /- report\.pdf: Object Created/);
  await events.send(new RemoveTargetsCommand({ Rule: Bucket, Ids: ['objects'] }));
  await events.send(new DeleteRuleCommand({ Name: Bucket }));
  const gone = recorded('create-bucket', `${RUN}-gone`);
  assert.equal((await notices.newBuckets(gone)).again, 1, 'nobody heard that it was deleted');
  const deleted = recorded('delete-bucket', `${RUN}-gone`);
  const madeMs = Date.parse(gone.detail.eventTime);
  deleted.detail.eventTime = new Date(madeMs + 300_000).toISOString();
  assert.equal((await notices.newBuckets(deleted, deleted)).again, 0);
  assert.equal((await notices.newBuckets(gone)).again, 0, 'it was made and deleted within the grace time');
  const anew = recorded('create-bucket', `${RUN}-gone`);
  anew.detail.eventTime = new Date(madeMs + 600_000).toISOString();
  assert.equal((await notices.newBuckets(anew)).again, 1, 'made again after that');
});

test('a burst is few mails; a workspace that reads along gets each notice once it is told', { skip }, async () => {
  await using notices = await noticesInAccount({ HOLDFAST_OBJECT_NOTICES_BURST: '60' });
  await using server = await startServer({
    environment: { HOLDFAST_GUARD_QUEUE: notices.workspaceQueue, AWS_ENDPOINT_URL: motoEndpoint ?? '' },
  });
  const { token } = await server.signUp();
  const Bucket = await newBucket('burst');
  await notices.newBuckets(recorded('create-bucket', Bucket));
  const events = Array.from({ length: 120 }, (_, index) => recordedObject('object-deleted', Bucket, `${index}`));
  assert.equal((await notices.objects(...events)).again, 0);
  await notices.minute();
  await notices.minute();
  const mails = await notices.mails();
  assert.equal(mails.length, 1);
  assert.match(mails[0]?.subject ?? '', /^ALARM: .*burst: 120 deletions within 5 min/);
  assert.match(mails[0]?.text ?? '', /burst: 120 deleted/);

  await using queue = await openNoticeQueue({
    ...{ url: notices.workspaceQueue, region: 'us-east-1', endpoint: motoEndpoint },
  });
  const notice = { id: 'again', kind: 'objects', about: 'plans', count: 3, lines: ['plans: 3 deleted'] } as const;
  for (let time = 1; time <= 2; time += 1) await queue.send(notice);
  await using guard = await guardInAccount({ HOLDFAST_GUARD_WORKSPACE_QUEUE: notices.workspaceQueue });
  await guard.now(recorded('delete-account-public-access-block'));
  const feed = await until(async () => {
    const found = (await (await server.call('GET', '/api/v1/notices', { token })).json()) as NoticesReply;
    return found.notices.filter(isOfGuard).length >= 3 ? found.notices : undefined;
  });
  const told = feed.filter(isOfGuard);
  assert.deepEqual(told.map(({ kind, count }) => `${kind} ${count}`).toSorted(), [
    'bucket_guard 1',
    'bucket_objects 3',
    'bucket_objects_burst 1',
  ]);
  assert.match(told.find(({ kind }) => kind === 'bucket_objects_burst')?.details[0] ?? '', /^ALARM: .*120 deletions/);
});

test(
  'functions that take the same events at the same time count each once (DynamoDB Local)',
  { skip: skipWithoutDynamo },
  async () => {
    const records = await openDynamoRecordStore({
      ...{ ...dynamoPlace(), clock: systemClock, log: silentLog },
      mayCreate: async () => true,
    });
    await using notices = testNotices({ records });
    const events = Array.from({ length: 500 }, (_, index) => objectEvent({ type: 'Object Deleted', key: `${index}` }));
    const taken = await Promise.all([notices.take(...events.slice(0, 400)), notices.take(...events.slice(100))]);
    assert.equal(taken[0] + taken[1], 500);
    await notices.send();
    assert.equal(notices.told()[0]?.subject, 'plans: 500 deleted');
  },
);

test(
  'buckets watch tells at Ceph RGW who wrote and who deleted, and whose ACL lets in whom',
  { skip: rgw.skip },
  async () => {
    using store = disposable(clientOf('holdfasttest'));
    using partner = disposable(clientOf('holdfastpartner'));
    const Bucket = `${RUN}-watched`;
    const put = (Key: string, Body: string, by = store) => by.send(new PutObjectCommand({ Bucket, Key, Body }));
    const remove = (Key: string, by = store) => by.send(new DeleteObjectCommand({ Bucket, Key }));
    await store.send(new CreateBucketCommand({ Bucket }));
    await store.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const allow = (AWS: string) => ({ Effect: 'Allow', Principal: { AWS }, Action: 's3:*', Resource });
    const Policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const shared = Policy(allow('arn:aws:iam:::user/partner'));
    await store.send(new PutBucketPolicyCommand({ Bucket, Policy: shared }));
    for (const key of ['a/kept', 'a/gone', 'a/changed', 'a/opened', 'b/not watched']) await put(key, 'one');
    const open = Policy(...JSON.parse(shared).Statement, { ...allow('*'), Action: 's3:GetObject' });
    const rounds = [
      async () => {
        await put('a/changed', 'two', partner);
        await put('a/“new”', 'three');
        await put('b/not watched', 'two');
        await remove('a/gone', partner);
        await store.send(new PutObjectAclCommand({ Bucket, Key: 'a/opened', ACL: 'public-read' }));
      },
      async () => void (await store.send(new PutBucketPolicyCommand({ Bucket, Policy: open }))),
    ];
    const said: string[] = [];
    const texts = await watched({ bucket: Bucket, prefix: 'a/' }, rgw.endpoint, rounds, said);
    assert.match(texts[0] ?? '', /watched: 1 opened to everyone, 1 created, 1 overwritten, 1 deleted, from/);
    assert.match(texts[0] ?? '', /- a\/changed: changed by Partner \(partner\) at/);
    assert.match(texts[0] ?? '', /- a\/gone: deleted by Partner \(partner\) at/);
    assert.match(texts[0] ?? '', /- a\/“new”: seen for the first time, owner Test \(holdfast\), at/);
    assert.match(texts[0] ?? '', /- a\/opened: by its ACL everyone may READ at/);
    // What the partner wrote is the partner's, and so is its ACL.
    assert.equal(said.filter((line) => /^Look at the ACLs of .*AccessDenied/.test(line)).length, 1, 'and told once');
    assert.match(texts[1] ?? '', /\(the bucket itself\): policy changed: public, readable, was shared\./);
    await emptied(store, Bucket);
  },
);

test('at a store without ACLs, buckets watch says so once and tells the rest', { skip: gateway.skip }, async () => {
  using store = disposable(clientOf('holdfasttest', gateway.endpoint));
  const Bucket = `${RUN}-watched`;
  await store.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'BucketOwnerPreferred' }));
  const said: string[] = [];
  const put = async () => void (await store.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'one' })));
  const texts = await watched({ bucket: Bucket, prefix: '' }, gateway.endpoint, [put, async () => {}, put], said);
  assert.match(texts[0] ?? '', /- a: seen for the first time, owner holdfasttest, at/);
  assert.deepEqual(said, [`${Bucket}: this store has no ACLs of objects.`]);
  await emptied(store, Bucket);
});

function clientOf(accessKeyId: string, endpoint = rgw.endpoint): S3Client {
  const credentials = { accessKeyId, secretAccessKey: 'holdfast-secret' };
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
}

/** What a watch tells after each of these. */
async function watched(
  place: Place,
  endpoint: string,
  rounds: readonly (() => Promise<void>)[],
  said: string[],
): Promise<string[]> {
  // Tests on moto point the same chain elsewhere.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'holdfasttest', AWS_SECRET_ACCESS_KEY: 'holdfast-secret' });
  const settings = settingsOf(bucketsSettings);
  const at = { endpoint, region: 'us-east-1', awsEndpoint: null, role: null };
  await using store = await openWatchedStore(at, settings);
  await using reader = await openAwsReader(at, settings);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-watch-'));
  const stopping = new AbortController();
  const { signal } = stopping;
  const left = [...rounds];
  const texts: string[] = [];
  const letters = watchBuckets(namedPlaces([place]), {
    ...{ store, settings, clock: systemClock, signal, onReady() {} },
    owners: readOwners('', ''),
    access: openAccess({ reader, endpoint, clock: systemClock }),
    openJournal: (_place, objects) => openWatchJournal(join(folder, 'journal.jsonl'), objects),
    onTrouble: ({ message }) => void said.push(message),
    onNote: (line) => void said.push(line),
    async wait() {
      const next = left.shift();
      if (next === undefined) stopping.abort();
      signal.throwIfAborted();
      await next?.();
    },
  });
  try {
    for await (const letter of letters) texts.push(textOf(letter, settings));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
  return texts;
}

async function emptied(store: S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await store.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await store.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  await store.send(new DeleteBucketCommand({ Bucket }));
}

test('what EventBridge would never send comes again, and ends among the dead letters', { skip }, async () => {
  await using notices = await noticesInAccount();
  assert.equal((await notices.objects([], { source: 'aws.s3' })).again, 1);
});

function disposable<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

function isOfGuard({ kind }: NoticeView): boolean {
  return kind?.startsWith('bucket_') === true;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
}
