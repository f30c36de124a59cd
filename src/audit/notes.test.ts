import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../storage/errors.ts';
import { acquireLease, memoryRecordStore, type RecordOperation, type RecordStore } from '../storage/index.ts';
import { chainOf, FILE, numbersOf, overwrite, rowsOf, stored, testTrail } from './test-audit.ts';
import { BATCHES, historyOf, keys, PENDING } from './records.ts';

/** Records whose writes somebody looks at first. */
function watched(before: (operations: readonly RecordOperation[], write: () => Promise<void>) => Promise<void>): {
  readonly records: RecordStore;
} {
  const inner = memoryRecordStore({ clock: Date.now });
  return {
    records: {
      properties: inner.properties,
      get: (pk, sk) => inner.get(pk, sk),
      query: (pk, options) => inner.query(pk, options),
      transact: (operations) => before(operations, () => inner.transact(operations)),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    },
  };
}

const read = (number: number) => stored({ act: 'version.read', facts: { number } });

test('a thousand reads are few transactions, and each is linked as it is written, pending nowhere', async (t) => {
  let [writes, pending] = [0, 0];
  const { audit, records } = testTrail(
    t,
    watched(async (operations, write) => {
      writes++;
      pending += operations.filter(({ pk }) => pk === PENDING).length;
      await write();
    }),
  );
  for (let each = 0; each < 1000; each++) audit.note(read(each));
  assert.equal(writes, 0);
  const events = await Array.fromAsync(audit.all());
  assert.equal(pending, 0);
  assert.equal((await rowsOf(records, historyOf(FILE))).length, 1000);
  assert.equal((await audit.verify()).verdict, 'intact');
  assert.deepEqual(
    numbersOf(events),
    Array.from({ length: 1000 }, (_, each) => each),
  );
  assert.ok(writes < 20, `${writes} transactions`);
});

for (const answer of ['is lost', 'says no'] as const) {
  test(`where the answer to many reads ${answer}, each is in the chain once`, async (t) => {
    let failures = 0;
    const { audit, records } = testTrail(
      t,
      watched(async (operations, write) => {
        const isFirstBatch = failures === 0 && operations.some(({ pk }) => pk === BATCHES);
        if (isFirstBatch) failures++;
        if (!isFirstBatch || answer === 'is lost') await write();
        if (isFirstBatch) throw storageErrors('records_unavailable');
      }),
    );
    for (let each = 0; each < 200; each++) audit.note(read(each));
    await audit.link();
    assert.equal(failures, 1);
    assert.deepEqual(
      numbersOf(await Array.fromAsync(audit.all())),
      Array.from({ length: 200 }, (_, each) => each),
    );
    assert.equal((await rowsOf(records, historyOf(FILE))).length, 200);
    assert.equal((await audit.verify()).verdict, 'intact');
  });
}

test('many reads wait for nobody: while another server links, they are pending, and so is what no history tells of', async (t) => {
  const { audit, records } = testTrail(t);
  const other = await acquireLease(records, 'audit-linker', {
    ttlMs: 15_000,
    holder: 'other',
    clock: () => Date.UTC(2026, 5, 1),
  });
  assert.ok(other);
  for (let each = 0; each < 100; each++) audit.note(read(each));
  await audit.history(FILE, {}, { limit: 1 });
  assert.equal((await rowsOf(records, PENDING)).length, 100);
  await other[Symbol.asyncDispose]();
  await audit.link();
  for (let each = 0; each < 100; each++) audit.note({ ...read(each), subjectIds: each % 2 === 0 ? [] : [FILE] });
  await audit.history(FILE, {}, { limit: 1 });
  assert.equal((await rowsOf(records, PENDING)).length, 50);
  assert.equal((await Array.fromAsync(audit.all())).length, 200);
  assert.equal((await audit.verify()).verdict, 'intact');
});

test('many reads wait for what the chain has to say first: that its end was removed', async (t) => {
  const { audit, records, batches } = testTrail(t);
  await batches(2);
  await overwrite(records, keys.batch(2), null);
  for (let each = 0; each < 100; each++) audit.note(read(each));
  const events = await Array.fromAsync(audit.all());
  assert.equal(events.filter(({ act }) => act === 'audit.records_altered').length, 1);
  assert.equal(events.filter(({ act }) => act === 'version.read').length, 100);
});

test('what is still in memory is written when the trail is closed', async (t) => {
  const { audit, records } = testTrail(t);
  audit.note(read(1));
  await audit[Symbol.asyncDispose]();
  assert.equal((await chainOf(records)).length, 1);
});

test('records that do not answer lose no event, nor does an answer that got lost write one twice', async (t) => {
  let failing: 'before' | 'after' | 'no' = 'before';
  const { audit } = testTrail(
    t,
    watched(async (_operations, write) => {
      if (failing === 'before') throw storageErrors('records_unavailable');
      await write();
      if (failing === 'after') throw storageErrors('records_unavailable');
    }),
  );
  audit.note(read(1));
  await assert.rejects(audit.link(), { code: 'records_unavailable' });
  audit.note(read(2));
  failing = 'after';
  await assert.rejects(audit.link(), { code: 'records_unavailable' });
  audit.note(read(3));
  failing = 'no';
  const events = await Array.fromAsync(audit.all());
  assert.deepEqual(numbersOf(events), [1, 2, 3]);
});

test('a store that is down for long does not fill the memory: the rest is dropped, counted, and the count told', async (t) => {
  let down = true;
  const { records } = watched(async (_operations, write) => {
    if (down) throw storageErrors('records_unavailable');
    await write();
  });
  const { audit } = testTrail(t, { records, settings: { auditNotesKept: 100 } });
  for (let each = 0; each < 130; each++) audit.note(read(each));
  down = false;
  const events = await Array.fromAsync(audit.all());
  assert.equal(events.length, 101);
  assert.deepEqual(events.find(({ act }) => act === 'audit.notes_dropped')?.facts, { count: 30 });
});

test('one session reading one version in many parts is one event, until some minutes have passed', async (t) => {
  const { audit, records, advance } = testTrail(t);
  const parts = { ...read(1), sessionId: 'session-1' };
  for (let each = 0; each < 50; each++) audit.note(parts, { seldom: true });
  audit.note({ ...parts, sessionId: 'session-2' }, { seldom: true });
  audit.note({ ...parts, facts: { number: 2 } }, { seldom: true });
  advance(11 * 60_000);
  audit.note(parts, { seldom: true });
  await audit.history(FILE, {}, { limit: 1 });
  assert.equal((await rowsOf(records, PENDING)).length, 4);
});
