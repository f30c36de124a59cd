/** What the store is asked to encrypt with, on top of our own encryption: by its own key, or by one of a key service. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import { probeStoreOffline } from '../../src/compose.ts';
import type { DoctorReport } from '../../src/compose/doctor/doctor.ts';
import {
  bytesBody,
  openS3ObjectStore,
  readBody,
  type S3ObjectStore,
  storageSettings,
} from '../../src/storage/index.ts';
import { faultyS3, type FaultyS3 } from '../support/s3/faulty-s3.ts';
import { s3Place, s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';
import { startServer } from '../support/servers/start-server.ts';

const ceph = s3Server('ceph-rgw');
const { skip } = ceph;
// The probe runs in this process and reads its environment, where this name is no setting.
delete process.env['HOLDFAST_SERVICES'];

/** Known to Ceph by its configuration, see scripts/services/ceph-rgw.sh. */
const KEY = 'test-key';
const LARGE = randomBytes(9 * 2 ** 20);

type Encryption = Pick<Parameters<typeof openS3ObjectStore>[0]['place'], 'encryption' | 'kmsKeyId'>;

async function opened(way: FaultyS3, bucket: TestBucket, encryption: Encryption): Promise<S3ObjectStore> {
  const place = { ...s3Place(ceph, bucket.name), endpoint: way.endpoint, ...encryption };
  return openS3ObjectStore({ place, settings: settingsOf(storageSettings), log: silentLog });
}

/** Asks for it with whatever makes an object: one request, an upload in parts, a copy. */
async function storeInEveryWay(store: S3ObjectStore): Promise<void> {
  await store.put('small', bytesBody(Buffer.from('small')));
  await store.put('large', bytesBody(LARGE));
  await store.copy('small', 'copy');
  const { uploadId } = await store.multipart.create('resumed');
  const part = await store.multipart.putPart('resumed', uploadId, 1, bytesBody(Buffer.from('part')));
  await store.multipart.complete('resumed', uploadId, [part]);
}

const WAYS = ['small', 'large', 'copy', 'resumed'];

function encryptionAsked(way: FaultyS3): Map<string, IncomingHttpHeaders> {
  const asked = new Map<string, IncomingHttpHeaders>();
  way.plan(({ method, key, query, headers }) => {
    const makes = (method === 'PUT' && !query.has('partNumber')) || (method === 'POST' && query.has('uploads'));
    if (makes && key !== '') asked.set(key, headers);
    return undefined;
  });
  return asked;
}

test('with a key of a key service, every object is encrypted with that key, and comes back', { skip }, async () => {
  await using way = await faultyS3(ceph.endpoint);
  await using bucket = await testBucket(ceph);
  await using store = await opened(way, bucket, { encryption: 'aws:kms', kmsKeyId: KEY });
  const asked = encryptionAsked(way);
  await storeInEveryWay(store);
  for (const name of WAYS) {
    const headers = asked.get(name);
    assert.equal(headers?.['x-amz-server-side-encryption'], 'aws:kms', name);
    assert.equal(headers['x-amz-server-side-encryption-aws-kms-key-id'], KEY, name);
    const head = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: name }));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', KEY], name);
  }
  assert.ok((await readBody((await store.get('large')).body)).equals(LARGE));
  assert.equal((await readBody((await store.get('copy')).body)).toString(), 'small');
  const range = await readBody((await store.get('large', { start: 8_388_600, end: 8_388_700 })).body);
  assert.ok(range.equals(LARGE.subarray(8_388_600, 8_388_700)));
});

test('a key that the store does not have is an error, and nothing is stored without it', { skip }, async () => {
  await using way = await faultyS3(ceph.endpoint);
  await using bucket = await testBucket(ceph);
  await using store = await opened(way, bucket, { encryption: 'aws:kms', kmsKeyId: 'no-such-key' });
  for (const bytes of [Buffer.from('small'), LARGE]) {
    await assert.rejects(store.put('a', bytesBody(bytes)), (error) =>
      hasCode(error, 'store_denied', 'store_unavailable'),
    );
  }
  assert.equal(await store.head('a'), null);
  assert.deepEqual(await bucket.openUploads(), []);
});

test('the key of the store is asked for by its name, and none where none is wanted', { skip }, async () => {
  await using way = await faultyS3(ceph.endpoint);
  await using bucket = await testBucket(ceph);
  for (const [encryption, expected] of [
    ['AES256', 'AES256'],
    ['none', undefined],
    [null, undefined],
  ] as const) {
    await using store = await opened(way, bucket, { encryption, kmsKeyId: null });
    const asked = encryptionAsked(way);
    // Ceph 16 has no key of its own: what is asked counts, and not what it says.
    if (encryption === 'AES256') {
      way.plan(({ method, key, headers }) => {
        if (key === '' || method !== 'PUT') return undefined;
        asked.set(key, headers);
        return { answer: 400, code: 'InvalidRequest' };
      });
      await assert.rejects(store.put('small', bytesBody(Buffer.from('small'))));
    } else await store.put('small', bytesBody(Buffer.from('small')));
    assert.equal(asked.get('small')?.['x-amz-server-side-encryption'], expected, String(encryption));
  }
});

test(
  'where a bucket takes nothing that is not encrypted so, start, probe and doctor ask for it too',
  { skip },
  async () => {
    await using way = await faultyS3(ceph.endpoint);
    await using bucket = await testBucket(ceph);
    // As a policy of the bucket would have it.
    way.plan(({ method, query, headers, key }) => {
      const makes = (method === 'PUT' && !query.has('partNumber')) || (method === 'POST' && query.has('uploads'));
      if (!makes || key === '' || headers['x-amz-server-side-encryption'] === 'aws:kms') return undefined;
      return { answer: 403, code: 'AccessDenied' };
    });
    const plain = bucket.url().replace(ceph.endpoint, way.endpoint);
    const url = `${plain}&encryption=aws:kms&kmsKey=${KEY}`;
    const { signal } = new AbortController();
    const { checks } = await probeStoreOffline({ url, signal });
    assert.deepEqual(
      checks.filter(({ verdict }) => verdict === 'fail'),
      [],
    );
    await using server = await startServer({ environment: { HOLDFAST_OBJECTS: url } });
    const { token } = await server.signUp();
    const report = (await (await server.call('GET', '/api/v1/doctor', { token })).json()) as DoctorReport;
    const rights = report.checks.find(({ id }) => id === 'objects_permissions');
    assert.equal(rights?.verdict, 'pass', rights?.what);
    assert.match(rights.what, /"kms:GenerateDataKey","kms:Decrypt"\],"Resource":"arn:aws:kms:\*:\*:key\/test-key"/);

    const bare = await probeStoreOffline({ url: plain, signal });
    assert.match(bare.checks[0]?.what ?? '', /AccessDenied/);
    const other = await probeStoreOffline({ url: url.replace(KEY, 'no-such-key'), signal });
    assert.equal(other.checks[0]?.verdict, 'fail');
  },
);
