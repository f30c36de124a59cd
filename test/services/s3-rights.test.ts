/**
 * The policy that the doctor prints is all that a workspace needs and holds nothing that it does not use; what is missing
 * of it, and keys that are refused, the doctor tells. Ceph, unlike versitygw, holds a person to a policy.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { probeStoreOffline } from '../../src/compose.ts';
import type { DoctorCheck } from '../../src/compose/doctor/check.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import { hasCode } from '../../src/base/errors.ts';
import { faultyS3, type FaultyS3 } from '../support/s3/faulty-s3.ts';
import { allowOnly, type Allowed, partner, printedPolicy, rightsOf } from '../support/s3/rights.ts';
import { s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { keysIn } from '../support/stores/stored-objects.ts';
import { type StartedServer, startServer } from '../support/servers/start-server.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const ceph = s3Server('ceph-rgw');
const versity = s3Server('versitygw');
const skip = ceph.skip || versity.skip;
const owner = {
  AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'] ?? '',
  AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
};
// The server and the probe run in this process and read its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];

/** From now on the servers of this process are somebody else. */
const become = (credentials: Readonly<Record<string, string>>): void => void Object.assign(process.env, credentials);

type Checks = Map<string, DoctorCheck>;

async function examine(server: StartedServer, token: string): Promise<Checks> {
  const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
  return new Map(report.checks.map((check) => [check.id, check]));
}

/** As the doctor prints them for a bucket; asked of somebody who may do everything there. */
async function printed(url: string): Promise<Allowed[]> {
  become(owner);
  const { checks } = await probeStoreOffline({ url, signal: AbortSignal.timeout(60_000) });
  return printedPolicy(checks.find(({ id }) => id === 'bucket_permissions')?.what);
}

const without = (allowed: readonly Allowed[], ...rights: readonly string[]): Allowed[] =>
  allowed.map((each) => ({ ...each, Action: each.Action.filter((right) => !rights.includes(right)) }));

/** A workspace in two places of one bucket, seen through `way`. */
const placesIn = (bucket: TestBucket, way: FaultyS3) => {
  const url = (prefix: string) => bucket.url(prefix).replace(ceph.endpoint, way.endpoint);
  return { objects: url('work/space'), backup: url('work/copies') };
};

/** What guards the workspace's own buckets has rights of its own, and begins half a minute after a start. */
const notGuarded = { HOLDFAST_OWN_BUCKETS_FIRST_MS: '3600000' };

test(
  'a workspace lives on exactly the printed policy, and uses every right in it',
  { skip, timeout: 240_000 },
  async () => {
    await using way = await faultyS3(ceph.endpoint);
    await using bucket = await testBucket(ceph);
    const places = placesIn(bucket, way);
    const policy = await printed(places.objects);
    await allowOnly(bucket, [...policy, ...(await printed(places.backup))]);
    become(partner.credentials);
    const used = new Set<string>();
    const partOfBroken = Promise.withResolvers<void>();
    let parts = 0;
    way.plan((call) => {
      for (const right of rightsOf(call)) used.add(right);
      // The large file has two.
      if (call.query.has('partNumber') && (parts += 1) > 2) partOfBroken.resolve();
      return undefined;
    });
    const environment = { HOLDFAST_OBJECTS: places.objects, HOLDFAST_BACKUP: places.backup, ...notGuarded };
    await using server = await startServer({ environment });
    const { token } = await server.signUp();
    const drive = await personalDrive(server, token);
    const large = randomBytes(9 * 2 ** 20);
    const small = await drive.put('root', 'small.txt', Buffer.from('small'));
    const whole = await drive.put('root', 'large.bin', large);
    assert.ok((await drive.read(whole.id)).equals(large));
    await server.workspace.files.copyDue();
    const keys = await keysIn(server.workspace.stores.primary, `drives/${drive.driveId}/o/`);
    for (const key of keys) {
      for (const store of ['work/space', 'work/copies']) {
        await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: `${store}/${key}` }));
      }
    }
    assert.ok((await drive.read(whole.id)).equals(large), 'from what the bucket keeps of both');
    // One that breaks off once a part of it is there: its parts are taken out again.
    let pieces = 0;
    const broken = new ReadableStream({
      async pull(controller) {
        if ((pieces += 1) <= 3) return controller.enqueue(large.subarray(0, 8 * 2 ** 20));
        await partOfBroken.promise;
        controller.error(new Error('as planned'));
      },
    });
    const at = `/api/v1/drives/${drive.driveId}`;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=broken',
    };
    await assert.rejects(server.call('POST', `${at}/folders/root/files`, { token, body: broken, headers }));
    for (let tries = 0; tries < 1000 && !used.has('s3:AbortMultipartUpload'); tries += 1) await delay(20);
    await server.workspace.files.copyDue();
    for (const [method, path] of [
      ['POST', `entries/${small.id}/trash`],
      ['DELETE', `trash/${small.id}`],
    ] as const) {
      assert.ok((await server.call(method, `${at}/${path}`, { token })).ok);
    }
    await server.workspace.files.purgeDue();
    assert.deepEqual(server.workspace.stores.primary.properties.versions, true, 'switched on by the start');
    // The parts of an upload are asked for by the port alone, which the probe below goes through.
    const needed = policy.filter(({ Sid }) => Sid !== 'HoldfastDoctorLooks').flatMap(({ Action }) => Action);
    const idle = needed.filter((right) => !used.has(right) && right !== 's3:ListMultipartUploadParts');
    assert.deepEqual(idle, [], 'rights that work itself does not use');
    const checks = await examine(server, token);
    for (const store of ['objects', 'backup']) {
      // Not whether it is public: Ceph 16 takes every policy that allows anything to anybody for one of everybody.
      for (const id of ['permissions', 'versions', 'lifecycle', 'clock']) {
        assert.equal(checks.get(`${store}_${id}`)?.verdict, 'pass', checks.get(`${store}_${id}`)?.what);
      }
    }
    await server.stop();
    const probe = await probeStoreOffline({ url: places.objects, signal: AbortSignal.timeout(60_000) });
    const failed = probe.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
    assert.deepEqual(failed, ['bucket_public_access']);
    assert.deepEqual([...used].toSorted(), policy.flatMap(({ Action }) => Action).toSorted());
  },
);

test('every right that is taken away is told by the doctor, by its name and with the policy', { skip }, async () => {
  await using way = await faultyS3(ceph.endpoint);
  await using bucket = await testBucket(ceph);
  const places = placesIn(bucket, way);
  const policy = await printed(places.objects);
  await allowOnly(bucket, policy);
  become(partner.credentials);
  await using server = await startServer({ environment: { HOLDFAST_OBJECTS: places.objects } });
  const { token } = await server.signUp();
  // Ceph lets an owner read what it wrote, whatever a policy says: those are refused on the way.
  const spoiled = {
    's3:GetObject': ({ method, key, query }) =>
      /HEAD|GET/.test(method) && key.includes('probe-') && !query.has('uploadId') && !query.has('versionId'),
    's3:GetObjectVersion': ({ method, query }) => /HEAD|GET/.test(method) && query.has('versionId'),
    's3:ListMultipartUploadParts': ({ method, query }) => method === 'GET' && query.has('uploadId'),
  } satisfies Record<string, (call: Parameters<Parameters<FaultyS3['plan']>[0] & object>[0]) => boolean>;
  for (const [right, isIt] of Object.entries(spoiled)) {
    way.plan((call) => (isIt(call) ? { answer: 403, code: 'AccessDenied' } : undefined));
    assert.match((await examine(server, token)).get('objects_permissions')?.what ?? '', new RegExp(`: ${right}\\.$`));
  }
  way.plan(null);
  for (const right of [
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:ListBucketMultipartUploads',
    's3:GetBucketVersioning',
    's3:PutObject',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:AbortMultipartUpload',
  ]) {
    await allowOnly(bucket, without(policy, right));
    const told = (await examine(server, token)).get('objects_permissions');
    assert.equal(told?.verdict, 'fail', right);
    assert.ok(told.what.includes(`: ${right}`) || told.what.includes(`, ${right}`), `${right}: ${told.what}`);
    assert.deepEqual(printedPolicy(told.remedy), policy);
  }
  const looks = [
    's3:GetLifecycleConfiguration',
    's3:GetBucketPolicyStatus',
    's3:GetBucketAcl',
    's3:GetBucketObjectLockConfiguration',
  ];
  await allowOnly(bucket, without(policy, ...looks));
  const blind = await examine(server, token);
  assert.equal(blind.get('objects_permissions')?.verdict, 'pass', 'a workspace works without them');
  for (const [id, right] of [
    ['objects_lifecycle', 's3:GetLifecycleConfiguration'],
    ['objects_public_access', 's3:GetBucketPolicyStatus and s3:GetBucketAcl'],
    ['objects_lock', 's3:GetBucketObjectLockConfiguration'],
  ] as const) {
    assert.equal(blind.get(id)?.verdict, 'warn', 'what nobody may look at is not said to be safe');
    assert.ok(blind.get(id)?.remedy?.includes(`${right} on the bucket`), blind.get(id)?.remedy ?? '');
  }
  await server.stop();

  await allowOnly(bucket, without(policy, 's3:ListBucket'));
  await assert.rejects(
    startServer({ data: server.data, environment: { HOLDFAST_OBJECTS: places.objects } }),
    (error) => {
      assert.ok(hasCode(error, 'store_denied'));
      assert.deepEqual(printedPolicy(error.remedy), policy);
      return true;
    },
  );
});

test('keys that the store refuses are told as such, and not as missing rights', { skip }, async () => {
  become(owner);
  await using objects = await testBucket(ceph);
  await using backup = await testBucket(versity);
  await using server = await startServer({
    environment: { HOLDFAST_OBJECTS: objects.url(), HOLDFAST_BACKUP: backup.url() },
  });
  const { token } = await server.signUp();
  try {
    for (const [wrong, remedy] of [
      [{ AWS_ACCESS_KEY_ID: 'nobody' }, /does not know the access key/],
      [{ AWS_SECRET_ACCESS_KEY: 'another' }, /secret key does not fit/],
    ] as const) {
      become({ ...owner, ...wrong });
      const checks = await examine(server, token);
      for (const store of ['objects', 'backup']) {
        const told = checks.get(`${store}_permissions`);
        assert.equal(told?.verdict, 'fail', store);
        assert.match(
          told.what,
          /^Could not look: .*(InvalidAccessKeyId, 403|XAdminUserNotFound, 404|SignatureDoesNotMatch, 403)/,
        );
        assert.match(told.remedy ?? '', remedy);
      }
    }
  } finally {
    become(owner);
  }
  assert.equal((await examine(server, token)).get('objects_permissions')?.verdict, 'pass');
});
