/** Whole workspaces whose objects and second copies lie on other people's S3 servers. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ListObjectsV2Command, PutBucketAclCommand, PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { DriveList, FileView, StoredView, VersionList } from '../../src/files/wire.ts';
import { faultyS3 } from '../support/s3/faulty-s3.ts';
import { s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { type StartedServer, startServer } from '../support/servers/start-server.ts';

const ceph = s3Server('ceph-rgw');
const versity = s3Server('versitygw');
const skip = ceph.skip || versity.skip;

async function dataFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const onStores = (objects: TestBucket, backup: TestBucket) => ({
  HOLDFAST_OBJECTS: objects.url('work/space'),
  HOLDFAST_BACKUP: backup.url(),
});

async function drive(server: StartedServer, token: string): Promise<string> {
  const list = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as DriveList;
  return `/api/v1/drives/${list.drives[0]?.id}`;
}

async function put(server: StartedServer, token: string, name: string, bytes: Buffer): Promise<FileView> {
  const answer = await server.call('POST', `${await drive(server, token)}/folders/root/files`, {
    token,
    body: bytes,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${name}`,
    },
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return ((await answer.json()) as StoredView).entry;
}

async function get(server: StartedServer, token: string, id: string, query = '', headers = {}): Promise<Buffer> {
  const path = `${await drive(server, token)}/files/${id}/content${query}`;
  const answer = await server.call('GET', path, { token, headers });
  assert.ok(answer.ok, `${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

test('a workspace on two S3 stores: sign-up, files, versions, ranges, second copies, restart', { skip }, async (t) => {
  await using objects = await testBucket(ceph);
  await using backup = await testBucket(versity);
  const data = await dataFolder(t);
  const environment = onStores(objects, backup);
  const large = randomBytes(20 * 2 ** 20 + 1234);
  await using server = await startServer({ data, environment });
  const { token } = await server.signUp();
  const first = await put(server, token, 'plan.bin', Buffer.from('first'));
  const second = await put(server, token, 'plan.bin', large);
  assert.equal(second.id, first.id);
  assert.ok((await get(server, token, first.id)).equals(large));
  const range = await get(server, token, first.id, '', { range: 'bytes=9000000-9000999' });
  assert.ok(range.equals(large.subarray(9_000_000, 9_001_000)));
  const versions = (await (
    await server.call('GET', `${await drive(server, token)}/files/${first.id}/versions`, { token })
  ).json()) as VersionList;
  assert.equal(versions.versions.length, 2);
  await server.workspace.files.copyDue();
  await server.stop();
  // While no server runs: one writes of its own accord, and a copy comes later than its object.
  const keys = async (bucket: TestBucket, prefix: string) =>
    ((await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name, Prefix: prefix }))).Contents ?? []).map(
      ({ Key = '' }) => Key.slice(prefix.length),
    );
  assert.deepEqual(await keys(objects, 'work/space/'), await keys(backup, ''));
  assert.deepEqual(await objects.openUploads(), []);

  await using again = await startServer({ data, environment });
  assert.ok((await get(again, token, first.id)).equals(large));
});

test('the doctor looks into the buckets, and says what is wrong there', { skip }, async (t) => {
  await using objects = await testBucket(ceph);
  await using backup = await testBucket(versity);
  await using server = await startServer({ data: await dataFolder(t), environment: onStores(objects, backup) });
  const { token } = await server.signUp();
  const verdicts = async () => {
    const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
    return new Map(report.checks.map((each) => [each.id, each]));
  };
  const before = await verdicts();
  for (const id of ['permissions', 'lifecycle', 'public_access', 'clock']) {
    for (const store of ['objects', 'backup']) {
      assert.equal(before.get(`${store}_${id}`)?.verdict, 'pass', before.get(`${store}_${id}`)?.what);
    }
  }
  assert.equal(before.get('objects_versions')?.verdict, 'pass');
  assert.equal(before.get('backup_versions')?.verdict, 'warn', 'versitygw runs without versions');
  assert.equal(before.get('separate_disks')?.verdict, 'pass');

  const { client, name: Bucket } = objects;
  const rule = { ID: 'tidy up', Status: 'Enabled', Filter: { Prefix: 'work/' }, Expiration: { Days: 1 } } as const;
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }));
  await client.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }));
  const after = await verdicts();
  assert.equal(after.get('objects_lifecycle')?.verdict, 'fail');
  assert.match(after.get('objects_lifecycle')?.what ?? '', /tidy up/);
  assert.equal(after.get('objects_public_access')?.verdict, 'fail');
  const keys = (await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
  assert.deepEqual(
    keys.filter(({ Key = '' }) => Key.includes('probe')),
    [],
    'looking leaves nothing behind',
  );
});

test('a clock that is far from that of the store is told, and to which side', { skip }, async (t) => {
  await using way = await faultyS3(ceph.endpoint);
  await using objects = await testBucket(ceph);
  const environment = { HOLDFAST_OBJECTS: objects.url().replace(ceph.endpoint, way.endpoint) };
  await using server = await startServer({ data: await dataFolder(t), environment });
  const { token } = await server.signUp();
  const clockCheck = async () => {
    const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
    return report.checks.find(({ id }) => id === 'objects_clock');
  };
  assert.equal((await clockCheck())?.verdict, 'pass');
  for (const [aheadMs, side] of [
    [20 * 60_000, 'behind'],
    [-20 * 60_000, 'ahead of'],
  ] as const) {
    // The last that the doctor asks: the SDK signs by the time of the store, and would go on with this one.
    way.plan(({ method, key }) =>
      method === 'HEAD' && key === '' ? { date: new Date(Date.now() + aheadMs) } : undefined,
    );
    const told = await clockCheck();
    assert.equal(told?.verdict, 'fail');
    assert.match(told.what, new RegExp(`The clock is 20 minutes ${side} that of the bucket`));
    assert.match(told.remedy ?? '', /timedatectl/);
  }
});

test('an upload asks the store once: nobody else can have the key that was made for it', { skip }, async (t) => {
  await using way = await faultyS3(ceph.endpoint);
  await using objects = await testBucket(ceph);
  const environment = { HOLDFAST_OBJECTS: objects.url().replace(ceph.endpoint, way.endpoint) };
  await using server = await startServer({ data: await dataFolder(t), environment });
  const { token } = await server.signUp();
  assert.equal(server.workspace.stores.primary.properties.createOnly, false, 'a store that would have to be looked at');
  const asked: string[] = [];
  way.plan(({ method, key }) => {
    if (method !== 'GET' && key.endsWith('.age')) asked.push(method);
    return undefined;
  });
  await put(server, token, 'once.txt', Buffer.from('once'));
  assert.deepEqual(asked, ['PUT']);
});
