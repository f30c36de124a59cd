import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { storageErrors } from '../errors.ts';
import { bytesBody, readBody } from './body.ts';
import { objectStoreContract } from './contract.ts';
import { read, refused, text } from './contract-support.ts';
import { withLimit } from './limit.ts';
import { memoryObjectStore } from './memory.ts';
import { withMetrics } from './metrics.ts';
import type { ObjectStore } from './object-store.ts';
import { withRetry } from './retry.ts';

const stacked = (store: ObjectStore): ObjectStore =>
  withRetry(withLimit(withMetrics(store), { reads: 4, writes: 4 }), { log: silentLog });

objectStoreContract('a stack of decorators', async () => ({ store: stacked(memoryObjectStore()) }));

test('withLimit lets so many writes through at a time, the others in the order they came', async () => {
  await using inner = memoryObjectStore();
  const running = new Set<string>();
  const begun: string[] = [];
  let most = 0;
  const store = withLimit(
    {
      ...inner,
      put: async (key, body, options) => {
        running.add(key);
        begun.push(key);
        most = Math.max(most, running.size);
        await new Promise((resolve) => setImmediate(resolve));
        running.delete(key);
        if (key === 'k3') throw new Error('broken');
        return inner.put(key, body, options);
      },
    },
    { reads: 1, writes: 2 },
  );
  const keys = Array.from({ length: 9 }, (_, n) => `k${n}`);
  const results = await Promise.allSettled(keys.map((key) => store.put(key, text(key))));
  assert.equal(most, 2);
  assert.deepEqual(begun, keys);
  assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
});

test('withLimit holds a read until its body ended: read, left early, aborted, or refused', async () => {
  await using inner = memoryObjectStore();
  await inner.put('a', bytesBody(Buffer.alloc(10)));
  const store = withLimit(inner, { reads: 1, writes: 1 });
  const first = await store.get('a');
  let second = false;
  const waiting = store.get('a').then((object) => {
    second = true;
    return object;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(second, false);
  await store.put('b', text('writes have turns of their own'));
  await readBody(first.body);
  await (await waiting).body[Symbol.asyncIterator]().return?.();
  const stop = new AbortController();
  await store.get('a', { signal: stop.signal });
  stop.abort();
  await assert.rejects(store.get('nothing'), refused('object_not_found'));
  assert.equal((await read(store, 'a')).length, 10);
});

test('withLimit lets who waits give up, and refuses when too many wait', async () => {
  await using inner = memoryObjectStore();
  await inner.put('a', text('x'));
  const store = withLimit(inner, { reads: 1, writes: 1, maxWaiting: 2 });
  const holder = await store.get('a');
  const stop = new AbortController();
  const patient = store.head('a');
  const impatient = store.head('a', { signal: stop.signal });
  await assert.rejects(store.head('a'), refused('store_unavailable'));
  const reason = new Error('gave up');
  stop.abort(reason);
  await assert.rejects(impatient, reason);
  await readBody(holder.body);
  assert.equal((await patient)?.size, 1);
  assert.equal((await store.head('a'))?.size, 1);
});

test('withMetrics counts calls, bytes, failures by code, and time', async () => {
  let now = 0;
  await using inner = memoryObjectStore();
  const slow: ObjectStore = {
    ...inner,
    head: async (key) => {
      now += 30;
      return inner.head(key);
    },
  };
  const store = withMetrics(slow, () => now);
  await store.put('a', text('12345'));
  await assert.rejects(store.put('a', text('12345'), { size: 4 }), refused('body_size_mismatch'));
  await assert.rejects(store.get('b'), refused('object_not_found'));
  const object = await store.get('a', { start: 1 });
  assert.equal(store.snapshot().get.running, 1);
  await readBody(object.body);
  await store.head('a');
  await store.head('b');
  const { put, get, head, list } = store.snapshot();
  assert.deepEqual(
    { ...put, latencies: [] },
    { calls: 2, running: 0, failures: { body_size_mismatch: 1 }, bytes: 10, totalMs: 0, maxMs: 0, latencies: [] },
  );
  assert.equal(get.bytes, 4);
  assert.equal(get.running, 0);
  assert.deepEqual(get.failures, { object_not_found: 1 });
  assert.deepEqual(head.latencies, [0, 0, 0, 2, 0, 0, 0, 0]);
  assert.equal(head.totalMs, 60);
  assert.equal(list.calls, 0);
});

test('withMetrics counts a body that broke or was left early once', async () => {
  await using inner = memoryObjectStore();
  await inner.put('a', bytesBody(Buffer.alloc(100)));
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(7);
    throw storageErrors('store_unavailable');
  }
  const store = withMetrics({
    ...inner,
    get: async (key, options) => ({ ...(await inner.get(key, options)), body: breaking() }),
  });
  await assert.rejects(read(store, 'a'), refused('store_unavailable'));
  for await (const piece of (await store.get('a')).body) {
    assert.equal(piece.length, 7);
    break;
  }
  const { get } = store.snapshot();
  assert.deepEqual([get.calls, get.running, get.bytes, get.failures], [2, 0, 14, { store_unavailable: 1 }]);
});
