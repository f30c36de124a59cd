import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import {
  acquireLease,
  bytesBody,
  memoryObjectStore,
  memoryRecordStore,
  openFolderObjectStore,
  readBody,
  replayableBody,
  storageErrors,
  withRetry,
} from '../../src/storage/index.ts';
import type { ObjectStore } from '../../src/storage/index.ts';
import { withFaults } from '../support/faults/object-faults.ts';
import type { Fault } from '../support/faults/object-faults.ts';
import { withRecordFaults } from '../support/faults/record-faults.ts';

const away = (): Error => storageErrors('store_unavailable');
const code = (expected: string) => (error: unknown) => hasCode(error, expected);
const text = (string: string) => bytesBody(Buffer.from(string));

async function* oneShot(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

/** A store whose first calls of each operation fail, with the retries on top and the waits written down. */
function retried(inner: ObjectStore, faults: readonly Fault[], attempts = 5) {
  const waits: number[] = [];
  const calls: string[] = [];
  const faulty = withFaults(inner, ({ operation, nth }) => {
    calls.push(operation);
    return faults[nth - 1];
  });
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  const store = withRetry(faulty, { log: silentLog, attempts, random: () => 0.5, baseMs: 100, maxMs: 300, sleep });
  return { store, waits, calls };
}

test('what fails for the moment is tried again, with growing waits, and then given up', async () => {
  await using inner = memoryObjectStore();
  await inner.put('a', text('x'));
  const thrice = retried(inner, [{ before: away() }, { before: away() }, { before: away() }]);
  assert.equal((await thrice.store.head('a'))?.size, 1);
  assert.deepEqual(thrice.waits, [50, 100, 150]);
  const always = retried(
    inner,
    Array.from({ length: 9 }, () => ({ before: away() })),
    3,
  );
  await assert.rejects(always.store.list({}), code('store_unavailable'));
  assert.equal(always.calls.length, 3);
  for (const error of [storageErrors('store_denied'), storageErrors('store_full'), new Error('a mistake')]) {
    const other = retried(inner, [{ before: error }]);
    await assert.rejects(other.store.delete('a'), error);
    assert.equal(other.calls.length, 1);
  }
});

test('an abort ends the waiting between tries', async () => {
  await using inner = memoryObjectStore();
  const stop = new AbortController();
  const faulty = withFaults(inner, () => ({ before: away() }));
  const store = withRetry(faulty, { log: silentLog, baseMs: 3_600_000, maxMs: 3_600_000 });
  const waiting = store.head('a', { signal: stop.signal });
  const reason = new Error('gave up');
  setImmediate(() => stop.abort(reason));
  await assert.rejects(waiting, reason);
});

test('a put is repeated only while its body is untouched, or can be read again', async () => {
  await using inner = memoryObjectStore();
  const bytes = Buffer.alloc(1000, 7);
  const untouched = retried(inner, [{ before: away() }]);
  await untouched.store.put('a', oneShot(bytes), { createOnly: true });
  const middle = { body: { at: 350, error: away() } };
  const consumed = retried(inner, [middle]);
  await assert.rejects(consumed.store.put('b', oneShot(bytes)), code('store_unavailable'));
  assert.equal(await inner.head('b'), null);
  const replayed = retried(inner, [middle, middle]);
  await replayed.store.put(
    'c',
    replayableBody(() => oneShot(bytes)),
  );
  assert.ok((await readBody((await inner.get('c')).body)).equals(bytes));
  const lostAnswer = retried(inner, [{ after: away() }]);
  await assert.rejects(
    lostAnswer.store.put(
      'd',
      replayableBody(() => oneShot(bytes)),
      { createOnly: true },
    ),
    code('store_unavailable'),
  );
  assert.equal(lostAnswer.calls.length, 1, 'a second try would meet its own object and call it somebody else’s');
});

test('parts are repeated like puts; the end of an upload is not', async () => {
  await using inner = memoryObjectStore();
  const { store, calls } = retried(inner, [{ before: away() }]);
  const { uploadId } = await store.multipart.create('a');
  const part = await store.multipart.putPart('a', uploadId, 1, text('x'));
  assert.deepEqual(await store.multipart.listParts('a', uploadId), [part]);
  await assert.rejects(store.multipart.complete('a', uploadId, [part]), code('store_unavailable'));
  assert.equal(calls.filter((operation) => operation === 'complete').length, 1);
  await store.multipart.complete('a', uploadId, [part]);
});

test('a read that breaks in the middle goes on where it stopped, ranges too', async () => {
  await using inner = memoryObjectStore();
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 251));
  await inner.put('a', bytesBody(bytes));
  const faults = [{ body: { at: 400, error: away() } }, { before: away() }, { body: { at: 1, error: away() } }];
  for (const range of [{}, { start: 10, end: 900 }]) {
    const { store } = retried(inner, faults);
    const found = await readBody((await store.get('a', range)).body);
    assert.ok(found.equals(bytes.subarray(range.start ?? 0, range.end ?? 1000)));
  }
  const hopeless = retried(
    inner,
    Array.from({ length: 20 }, () => ({ body: { at: 0, error: away() } })),
  );
  await assert.rejects(async () => readBody((await hopeless.store.get('a')).body), code('store_unavailable'));
});

test('a read never goes on in another object that took the place of the first', async () => {
  let now = 1000;
  await using inner = memoryObjectStore({ clock: () => now });
  await inner.put('a', bytesBody(Buffer.alloc(1000, 1)));
  const { store } = retried(inner, [{ body: { at: 400, error: away() } }]);
  const { body } = await store.get('a');
  now += 1;
  await inner.put('a', bytesBody(Buffer.alloc(1000, 2)));
  await assert.rejects(readBody(body), code('store_unavailable'));
});

test('faults do what they say: short reads, flipped bits, stalls', async () => {
  await using inner = memoryObjectStore();
  await inner.put('a', bytesBody(Buffer.alloc(100)));
  const stall = Promise.withResolvers<void>();
  const faults: Fault[] = [
    { body: { at: 60, end: true } },
    { body: { at: 60, flipBit: true } },
    { body: { at: 60, hold: stall.promise } },
    { hold: stall.promise },
  ];
  const store = withFaults(inner, ({ nth }) => faults[nth - 1]);
  const get = async () => readBody((await store.get('a')).body);
  assert.equal((await get()).length, 60);
  assert.deepEqual(
    [...(await get()).entries()].filter(([, byte]) => byte !== 0),
    [[60, 1]],
  );
  const stalled = [get(), get()];
  assert.equal(
    await Promise.race([...stalled, new Promise((resolve) => setImmediate(() => resolve('stalled')))]),
    'stalled',
  );
  stall.resolve();
  for (const found of await Promise.all(stalled)) assert.equal(found.length, 100);
});

test('a disk that fills up in the middle of a put leaves nothing in the folder', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await using inner = await openFolderObjectStore({ folder, log: silentLog });
  const store = withFaults(inner, () => ({ body: { at: 700_000, error: storageErrors('store_full') } }));
  await assert.rejects(store.put('a/b', bytesBody(Buffer.alloc(2_000_000))), code('store_full'));
  assert.equal(await inner.head('a/b'), null);
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  assert.deepEqual(
    left.filter((entry) => entry.isFile()),
    [],
  );
});

test('a lease survives records that are away for a while', async () => {
  await using inner = memoryRecordStore();
  let broken = false;
  const records = withRecordFaults(inner, () =>
    broken ? { before: storageErrors('records_unavailable') } : undefined,
  );
  const lease = await acquireLease(records, 'job', { ttlMs: 60_000, holder: 'a', autoRenew: false });
  assert.ok(lease);
  broken = true;
  await assert.rejects(lease.renew(), code('records_unavailable'));
  await assert.rejects(records.query('x'), code('records_unavailable'));
  assert.equal(lease.isHeld(), true);
  broken = false;
  assert.equal(await lease.renew(), true);
});
