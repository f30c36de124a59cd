import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../storage/errors.ts';
import { memoryObjectStore, memoryRecordStore, type ObjectStore, type RecordStore } from '../storage/index.ts';
import { BATCHES, historyOf, keys, PENDING } from './records.ts';
import { backUp, chainOf, FILE, rowsOf, testTrail } from './test-audit.ts';

const heads = async (store: ObjectStore): Promise<string[]> =>
  (await store.list({ prefix: 'audit/heads/' })).objects.map(({ key }) => key.slice(12, 24));

/** Records that tell when a batch with such an event was written. */
function announcing(act: string): { readonly records: RecordStore; readonly linked: Promise<void> } {
  const inner = memoryRecordStore({ clock: Date.now });
  const { promise, resolve } = Promise.withResolvers<void>();
  const records: RecordStore = {
    properties: inner.properties,
    get: (pk, sk) => inner.get(pk, sk),
    query: (pk, options) => inner.query(pk, options),
    async transact(operations) {
      await inner.transact(operations);
      const batches = operations.filter(({ op, pk }) => op === 'put' && pk === BATCHES);
      if (JSON.stringify(batches).includes(`"${act}"`)) resolve();
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  return { records, linked: promise };
}

test('events and notes are linked by themselves', async (t) => {
  const { records, linked } = announcing('version.stored');
  const { act, audit } = testTrail(t, { records, settings: { auditLinkMs: 10, auditNoteMs: 5 } });
  await act();
  await linked;
  assert.equal((await chainOf(records))[0]?.events[0]?.act, 'version.stored');
  await audit[Symbol.asyncDispose]();
});

test('closing links what is pending and leaves the head in both stores', async (t) => {
  const { audit, records, primary, backup, act } = testTrail(t);
  await act();
  await audit[Symbol.asyncDispose]();
  assert.deepEqual(await rowsOf(records, PENDING), []);
  assert.deepEqual([await heads(primary), await heads(backup)], [['000000000001'], ['000000000001']]);
});

test('a head is published once, by whichever server', async (t) => {
  const one = testTrail(t);
  await one.batches(2);
  await one.audit.publish();
  await one.audit.publish();
  const other = testTrail(t, one);
  await other.audit.publish();
  assert.deepEqual(await heads(one.primary), ['000000000002']);
  await one.batches(1);
  await other.audit.publish();
  assert.deepEqual(await heads(one.primary), ['000000000002', '000000000003']);
});

test('a store that fails gets its head at the next call, and the other one has it at once', async (t) => {
  let down = true;
  const inner = memoryObjectStore({ clock: Date.now });
  const backup: ObjectStore = {
    ...inner,
    put: async (key, body, options) => {
      if (down) throw storageErrors('store_unavailable');
      return inner.put(key, body, options);
    },
  };
  const { audit, primary, batches } = testTrail(t, { backup });
  await batches(1);
  await audit.publish();
  assert.deepEqual([await heads(primary), await heads(inner)], [['000000000001'], []]);
  down = false;
  await audit.publish();
  assert.deepEqual(await heads(inner), ['000000000001']);
});

test('records that cannot be written hold up no closing, and their events are linked after the next start', async (t) => {
  let down = false;
  const inner = memoryRecordStore({ clock: Date.now });
  const records: RecordStore = {
    properties: inner.properties,
    get: (pk, sk) => inner.get(pk, sk),
    query: (pk, options) => inner.query(pk, options),
    async transact(operations) {
      if (down) throw storageErrors('records_full');
      await inner.transact(operations);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  const trail = testTrail(t, { records });
  await trail.act();
  down = true;
  await trail.audit[Symbol.asyncDispose]();
  assert.ok(trail.errors.length > 0);
  down = false;
  const again = testTrail(t, { ...trail, records });
  assert.equal((await again.audit.verify()).events, 1);
});

test('after a start on older records the trail itself says that a store knows more', async (t) => {
  const { records, linked } = announcing('audit.fork_found');
  const trail = testTrail(t, { records: memoryRecordStore({ clock: Date.now }) });
  await trail.batches(2);
  const putBack = await backUp(trail.records, [BATCHES, keys.head.pk, PENDING, historyOf(FILE)]);
  await trail.batches(2);
  await trail.audit.publish();
  await putBack();
  for (const pk of [BATCHES, keys.head.pk, historyOf(FILE)]) {
    for (const { sk, value } of await rowsOf(trail.records, pk)) await records.transact([{ op: 'put', pk, sk, value }]);
  }
  const again = testTrail(t, { ...trail, records, settings: { auditLinkMs: 5 } });
  await linked;
  const events = await Array.fromAsync(again.audit.all());
  const found = events.find(({ act }) => act === 'audit.fork_found');
  assert.equal(found?.facts['sequence'], 4);
  assert.ok(again.errors.length > 0);
});
