/** What goes wrong between a store and a real S3 server: typed errors, nothing half-done, nothing acknowledged lost. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { DeleteBucketCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { hasCode, HoldfastError } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { settingsOf } from '../../src/base/settings.ts';
import {
  bytesBody,
  type ObjectStore,
  openS3ObjectStore,
  readBody,
  storageSettings,
  withRetry,
} from '../../src/storage/index.ts';
import { faultyS3, type FaultyS3, type S3Fault } from '../support/s3/faulty-s3.ts';
import { emptyBucket, s3Place, s3Server, testBucket, type TestBucket } from '../support/s3/server.ts';

const ceph = s3Server('ceph-rgw');
const { skip } = ceph;

interface Setup extends AsyncDisposable {
  readonly way: FaultyS3;
  readonly bucket: TestBucket;
  readonly store: ObjectStore;
}

async function setUp(): Promise<Setup> {
  await using opened = new AsyncDisposableStack();
  const way = opened.use(await faultyS3(ceph.endpoint));
  const bucket = opened.use(await testBucket(ceph));
  const store = opened.use(await openStore(way, bucket, {}));
  await store.learn();
  const held = opened.move();
  return { way, bucket, store, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** As patient as by default: under load a real server takes its time, and what it does then is no fault. */
function openStore(way: FaultyS3, bucket: TestBucket, patience: Partial<Record<Patience, number>>) {
  const settings = settingsOf(storageSettings, { s3Attempts: 3, ...patience });
  const place = { ...s3Place(ceph, bucket.name), endpoint: way.endpoint };
  return openS3ObjectStore({ place, settings, log: silentLog });
}

type Patience = 's3StallTimeoutMs' | 's3RequestTimeoutMs';

const refused = (code: string) => (error: unknown) => hasCode(error, code);
const LARGE = randomBytes(9 * 2 ** 20);

async function keysOf({ client, name }: TestBucket): Promise<string[]> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }));
  return Versions.map(({ Key = '' }) => Key);
}

const PASSING: readonly (readonly [string, S3Fault])[] = [
  ['500', { answer: 500, code: 'InternalError' }],
  ['503 SlowDown', { answer: 503, code: 'SlowDown' }],
  ['a reset', 'reset'],
  ['a lost answer', 'lost_answer'],
];

test('what fails once is done all the same', { skip }, async () => {
  await using setup = await setUp();
  const { way, bucket, store } = setup;
  const stored: string[] = [];
  for (const [name, fault] of PASSING) {
    for (const bytes of [Buffer.from('small'), LARGE]) {
      const key = `${name.replaceAll(/\W/g, '-')}/${bytes.length}`;
      stored.push(key);
      // Each request of a put fails at its first try: of a large one the beginning, every part, and the end.
      const tried = new Set<string>();
      way.plan(({ method, key: path, query }) => {
        const call = `${method} ${path} ${query.toString().replaceAll(/uploadId=[^&]*/g, '')}`;
        if (method === 'HEAD' || tried.has(call)) return undefined;
        tried.add(call);
        return fault;
      });
      await store.put(key, bytesBody(bytes), { createOnly: true });
      way.plan(({ nth }) => (nth === 1 ? fault : undefined));
      assert.equal((await store.head(key))?.size, bytes.length, name);
      way.plan(({ nth }) => (nth === 1 ? fault : undefined));
      assert.ok((await readBody((await store.get(key)).body)).equals(bytes), name);
    }
  }
  way.plan(null);
  // A repeated request may leave a twin version where the store ignores conditions, as Ceph 16 does with versioning on.
  assert.deepEqual([...new Set(await keysOf(bucket))], stored.toSorted());
});

test('an object that met another request under its name is stored once that is over', { skip }, async () => {
  await using setup = await setUp();
  const { way, store } = setup;
  const conflict = { answer: 409, code: 'ConditionalRequestConflict' } as const;
  let refusals = 0;
  way.plan(({ method }) => (method === 'PUT' && ++refusals <= 2 ? conflict : undefined));
  await store.put('a', bytesBody(Buffer.from('x')), { createOnly: true });
  way.plan(null);
  assert.equal(refusals, 3);
  assert.equal((await store.head('a'))?.size, 1);
});

test('what goes on failing ends in an error of the right kind, and leaves nothing', { skip }, async () => {
  await using setup = await setUp();
  const { way, bucket, store } = setup;
  const lasting: readonly (readonly [S3Fault, string])[] = [
    [{ answer: 500, code: 'InternalError' }, 'store_unavailable'],
    [{ answer: 503, code: 'SlowDown' }, 'store_unavailable'],
    ['reset', 'store_unavailable'],
    [{ answer: 403, code: 'AccessDenied' }, 'store_denied'],
    [{ answer: 400, code: 'ExpiredToken' }, 'store_denied'],
    [{ answer: 507, code: 'QuotaExceeded' }, 'store_full'],
  ];
  for (const [fault, code] of lasting) {
    way.plan(() => fault);
    for (const act of [
      () => store.put('a', bytesBody(Buffer.from('x'))),
      () => store.put('a', bytesBody(LARGE)),
      () => store.get('a'),
      () => store.list({}),
      () => store.delete('a'),
      () => store.copy('b', 'a'),
      () => store.multipart.create('a'),
    ]) {
      await assert.rejects(act(), refused(code), JSON.stringify(fault));
    }
    // In the middle of an upload: at its parts, and at its end.
    for (const method of ['PUT', 'POST']) {
      way.plan((call) => (call.method === method && !call.query.has('uploads') ? fault : undefined));
      await assert.rejects(store.put('a', bytesBody(LARGE)), refused(code), JSON.stringify(fault));
    }
    way.plan(null);
    assert.deepEqual(await bucket.openUploads(), []);
    assert.equal(await store.head('a'), null);
  }
});

test('a store that takes no unsigned body, as a policy may say, is sent signed ones', { skip }, async () => {
  await using setup = await setUp();
  const { way, store } = setup;
  const unsigned: string[] = [];
  let isForbidden = false;
  way.plan(({ method, key, headers }) => {
    if (method !== 'PUT' || headers['x-amz-content-sha256'] !== 'UNSIGNED-PAYLOAD') return undefined;
    unsigned.push(key);
    return isForbidden ? { answer: 403, code: 'AccessDenied' } : undefined;
  });
  const puts = async (): Promise<void> => {
    await store.put('small', bytesBody(Buffer.from('small')));
    await store.put('large', bytesBody(LARGE));
    assert.ok((await readBody((await store.get('large')).body)).equals(LARGE));
  };
  await puts();
  assert.deepEqual(unsigned, ['small', 'large', 'large'], 'to this machine nothing is signed twice');
  isForbidden = true;
  await puts();
  assert.deepEqual(unsigned.slice(3), ['small'], 'tried once more');
});

test('credentials that have expired are told with what to do', { skip }, async () => {
  await using setup = await setUp();
  setup.way.plan(() => ({ answer: 400, code: 'ExpiredToken' }));
  await assert.rejects(setup.store.list({}), (error) => {
    assert.ok(error instanceof HoldfastError);
    assert.match(error.remedy, /expired: renew them/);
    return true;
  });
});

test('a store that says nothing is given up, and one that falls silent in the middle too', { skip }, async () => {
  await using setup = await setUp();
  const { way, bucket, store } = setup;
  await store.put('a', bytesBody(LARGE));
  await using impatient = await openStore(way, bucket, { s3StallTimeoutMs: 2_000, s3RequestTimeoutMs: 4_000 });
  way.plan(() => 'silence');
  await assert.rejects(impatient.get('a'), refused('store_unavailable'));
  way.plan(() => ({ stallAfter: 1_000_000 }));
  const { body } = await impatient.get('a');
  await assert.rejects(readBody(body), refused('store_unavailable'));
});

test('a read that breaks goes on where it stopped; a short one is never taken for all', { skip }, async () => {
  await using setup = await setUp();
  const { way, store } = setup;
  await store.put('a', bytesBody(LARGE));
  way.plan(() => ({ cutAfter: 3_000_000 }));
  await assert.rejects(readBody((await store.get('a')).body), refused('store_unavailable'));
  way.plan(({ nth }) => (nth <= 2 ? { cutAfter: 3_000_000 } : undefined));
  const patient = withRetry(store, { log: silentLog, baseMs: 1 });
  assert.ok((await readBody((await patient.get('a')).body)).equals(LARGE));
});

test('a conflict that is none of ours is told as one, and nothing is overwritten', { skip }, async () => {
  await using setup = await setUp();
  const { way, store } = setup;
  const put = (bytes: Buffer) => store.put('a', bytesBody(bytes), { createOnly: true });
  for (const bytes of [Buffer.from('x'), LARGE]) {
    for (const [answer, code, expected] of [
      [412, 'PreconditionFailed', 'object_exists'],
      [409, 'ConditionalRequestConflict', 'store_unavailable'],
    ] as const) {
      const isEnd = bytes === LARGE ? 'POST' : 'PUT';
      way.plan(({ method, query }) => (method === isEnd && !query.has('uploads') ? { answer, code } : undefined));
      await assert.rejects(put(bytes), refused(expected));
    }
  }
  way.plan(null);
  assert.equal(await store.head('a'), null);
  assert.deepEqual(await setup.bucket.openUploads(), []);
});

test('a bucket that is deleted under us is a store that is away, never an object that is lost', { skip }, async () => {
  await using setup = await setUp();
  const { bucket, store } = setup;
  await store.put('a', bytesBody(Buffer.from('x')));
  await emptyBucket(bucket.client, bucket.name);
  await bucket.client.send(new DeleteBucketCommand({ Bucket: bucket.name }));
  const gone = refused('store_unavailable');
  try {
    await assert.rejects(store.head('a'), gone);
    await assert.rejects(store.get('a'), gone);
    await assert.rejects(store.put('a', bytesBody(Buffer.from('x'))), gone);
    await assert.rejects(store.put('a', bytesBody(LARGE)), gone);
    await assert.rejects(store.list({}), gone);
    await assert.rejects(store.delete('a'), gone);
  } finally {
    await bucket.restore();
  }
});

test('who stops at the last byte of an object leaves its connection to the next reader', { skip }, async () => {
  await using setup = await setUp();
  const { way, store } = setup;
  const bytes = randomBytes(300_000);
  await store.put('read-often', bytesBody(bytes));
  const before = way.connections;
  for (let n = 0; n < 20; n += 1) {
    let left = bytes.length;
    for await (const piece of (await store.get('read-often')).body) {
      left -= piece.length;
      if (left === 0) break;
    }
  }
  assert.ok(way.connections - before <= 1, `${way.connections - before} connections`);
});
