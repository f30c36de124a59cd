/** What a bucket can do is found out by trying it, told with what follows from it, and kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { doctorOffline, probeStoreOffline } from '../../src/compose.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import type { StoreProbe } from '../../src/compose/stores/probe-store.ts';
import { faultyS3, type S3Call } from '../support/s3/faulty-s3.ts';
import { EMPTY_LIST, type ScriptedAnswer, scriptedS3 } from '../support/s3/scripted-s3.ts';
import { s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { s3ServerNames } from '../support/s3/server-names.ts';
import { startServer } from '../support/servers/start-server.ts';

const ceph = s3Server('ceph-rgw');
const { signal } = new AbortController();
// The probe runs in this process and reads its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];

/** Those of the services, or of nobody where none runs. */
const credentialsOfThisProcess = () => ({
  AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'] ?? 'local',
  AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
});

const probe = (url: string): Promise<StoreProbe> => probeStoreOffline({ url, signal });
const failed = ({ checks }: StoreProbe): string[] =>
  checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

async function everythingIn({ client, name }: TestBucket): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}

for (const name of s3ServerNames) {
  const server = s3Server(name);
  test(`${name} is good for a workspace, and is left as it was`, { skip: server.skip }, async () => {
    await using bucket = await testBucket(server);
    const found = await probe(bucket.url('some/where'));
    assert.deepEqual(failed(found), []);
    assert.equal(found.abilities?.conditionalWrites, true);
    assert.equal(found.abilities.maxParts, 10_000);
    assert.equal(found.checks.filter(({ id }) => id === 'ranges').length, 1);
    assert.equal(found.abilities?.versions, false, 'versions are not switched on by a probe');
    assert.match(found.checks.find(({ id }) => id === 'versions')?.what ?? '', /deletes is gone there/);
    assert.deepEqual(await everythingIn(bucket), []);
    assert.deepEqual(await bucket.openUploads(), []);
    const { Status } = await bucket.client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }));
    assert.notEqual(Status, 'Enabled');
  });
}

test('conditions that a store takes no notice of are found out', { skip: ceph.skip }, async () => {
  await using bucket = await testBucket(ceph);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await bucket.client.send(new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration }));
  const found = await probe(bucket.url());
  assert.deepEqual(failed(found), []);
  assert.deepEqual(
    [found.abilities?.versions, found.abilities?.deletesVersions, found.abilities?.conditionalWrites],
    [true, true, false],
  );
  assert.match(found.checks.find(({ id }) => id === 'conditional_writes')?.what ?? '', /one request more/);
  assert.deepEqual(await everythingIn(bucket), []);
});

test('a bucket that locks every object is told: nothing could be removed there', { skip: ceph.skip }, async () => {
  await using bucket = await testBucket(ceph, { lockable: true });
  assert.equal((await probe(bucket.url())).abilities?.objectLock, 'on');
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
  const lock = (ObjectLockConfiguration: object) =>
    bucket.client.send(new PutObjectLockConfigurationCommand({ Bucket: bucket.name, ObjectLockConfiguration }));
  await lock({ ObjectLockEnabled: 'Enabled', Rule });
  const found = await probe(bucket.url());
  assert.equal(found.abilities?.objectLock, 'always');
  assert.ok(failed(found).includes('object_lock') && failed(found).includes('delete_by_version'));
});

test('a probe that is stopped while the store says nothing ends at once, and says nothing of the store', async () => {
  const away = new AbortController();
  const reason = new Error('stopped by whoever waited');
  let isSilent = false;
  await using setup = await scriptedS3(() => {
    if (!isSilent) return EMPTY_LIST;
    away.abort(reason);
    return Promise.withResolvers<ScriptedAnswer>().promise;
  }, credentialsOfThisProcess());
  isSilent = true;
  const url = `s3://team?endpoint=${setup.place.endpoint}&region=us-east-1`;
  await assert.rejects(probeStoreOffline({ url, signal: away.signal }), reason);
});

test('a bucket that is not there is a failed check that says so', { skip: ceph.skip }, async () => {
  const found = await probe(`s3://no-such-bucket?endpoint=${ceph.endpoint}&region=us-east-1`);
  assert.equal(found.abilities, null);
  assert.match(found.checks[0]?.what ?? '', /there is no bucket no-such-bucket/);
});

test('what a start found out is not tried again by the next one', { skip: ceph.skip }, async () => {
  await using way = await faultyS3(ceph.endpoint);
  await using bucket = await testBucket(ceph);
  const url = bucket.url('work').replace(encodeURI(ceph.endpoint), way.endpoint);
  const calls: S3Call[] = [];
  way.plan((call) => void calls.push(call));
  const trials = () => calls.filter(({ method, key }) => method === 'PUT' && /probe-[0-9a-f]{8}-/.test(key)).length;
  await using first = await startServer({ environment: { HOLDFAST_OBJECTS: url } });
  assert.ok(trials() >= 4, 'several writers of one name');
  const { properties } = first.workspace.stores.primary;
  assert.deepEqual([properties.ranges, properties.parts, properties.maxParts], [true, true, 10_000]);
  assert.deepEqual(await bucket.openUploads(), []);
  assert.deepEqual(
    [first.workspace.stores.primary.properties.versions, first.workspace.stores.primary.properties.createOnly],
    [true, false],
  );
  const { token } = await first.signUp();
  const told = (checks: DoctorReport['checks']) =>
    checks.filter(({ id }) => /^objects_(conditional_writes|ranges|limits|delete_by_version)$/.test(id));
  const report = (await (await first.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
  assert.match(told(report.checks)[0]?.what ?? '', /does not obey conditional writes.+one request more/);
  assert.equal(told(report.checks).length, 4);
  await first.stop();
  process.env['HOLDFAST_OBJECTS'] = url;
  const stopped = await doctorOffline(first.data).finally(() => delete process.env['HOLDFAST_OBJECTS']);
  assert.deepEqual(told(stopped.checks), told(report.checks), 'a doctor who tries nothing tells what was found');
  calls.length = 0;
  await using again = await startServer({ data: first.data, environment: { HOLDFAST_OBJECTS: url } });
  assert.equal(trials(), 0);
  assert.deepEqual(again.workspace.stores.primary.properties, properties);
});
