import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { storageErrors } from '../storage/errors.ts';
import { bytesBody, type JsonObject, type JsonValue, type ObjectStore } from '../storage/index.ts';
import { BATCHES, historyOf, keys, PENDING, type BatchRow } from './records.ts';
import { batchHash, signerOf } from './signing.ts';
import { backUp, chainOf, FILE, overwrite, rowsOf, stored, testKey, testTrail, type TestTrail } from './test-audit.ts';
import type { VerifyReport } from './verify-report.ts';
import { verifyAudit } from './verify.ts';

const TRAIL = [BATCHES, keys.head.pk, PENDING, historyOf(FILE)];

/** As somebody outside would: with the public keys alone, changing nothing. */
function look(trail: TestTrail): Promise<VerifyReport> {
  const { records, primary, backup, workspaceKey } = trail;
  return verifyAudit({ records, stores: { primary, backup }, publicKeys: signerOf(workspaceKey).publicKeys });
}

const codes = ({ problems }: VerifyReport): string[] => [...new Set(problems.map(({ code }) => code))].toSorted();

/** A chain of five batches whose head lies in both stores. */
async function published(t: TestContext): Promise<TestTrail> {
  const trail = testTrail(t);
  await trail.batches(5);
  await trail.audit.publish();
  return trail;
}

test('a trail that nobody touched is intact, an empty one too', async (t) => {
  const trail = testTrail(t);
  assert.equal((await look(trail)).verdict, 'intact');
  await trail.batches(5);
  const report = await trail.audit.verify();
  assert.equal(report.verdict, 'intact');
  assert.deepEqual([report.batches, report.events, report.head?.sequence], [5, 5, 5]);
  assert.deepEqual(
    report.stores.map(({ name, heads, newest }) => [name, heads, newest?.sequence]),
    [
      ['primary', 1, 5],
      ['backup', 1, 5],
    ],
  );
});

test('a removed batch is named', async (t) => {
  const trail = await published(t);
  await overwrite(trail.records, keys.batch(2), null);
  await overwrite(trail.records, keys.batch(3), null);
  const report = await look(trail);
  assert.equal(report.verdict, 'broken');
  assert.deepEqual(codes(report), ['batch_missing']);
  assert.equal(report.problems[0]?.what, 'Batches 2-3 are missing.');
});

test('a removed beginning is found', async (t) => {
  const trail = await published(t);
  await overwrite(trail.records, keys.batch(1), null);
  assert.deepEqual(codes(await look(trail)), ['batch_missing']);
});

test('a changed event is found in its batch', async (t) => {
  const trail = await published(t);
  const batch = (await chainOf(trail.records))[2];
  assert.ok(batch);
  const events = batch.events.map((event) => ({ ...event, actorId: null }));
  await overwrite(trail.records, keys.batch(3), { ...batch, events });
  const report = await look(trail);
  assert.deepEqual(codes(report), ['batch_altered']);
  assert.equal(report.problems[0]?.sequence, 3);
});

test('batches that changed places are found', async (t) => {
  const trail = await published(t);
  const chain = await chainOf(trail.records);
  await overwrite(trail.records, keys.batch(2), chain[2] ?? {});
  await overwrite(trail.records, keys.batch(3), chain[1] ?? {});
  assert.deepEqual(codes(await look(trail)), ['batch_misplaced']);
});

test('events that changed places within a batch are found', async (t) => {
  const trail = testTrail(t);
  await trail.act({ facts: { number: 1 } });
  await trail.act({ facts: { number: 2 } });
  await trail.audit.verify();
  const batch = (await chainOf(trail.records))[0];
  assert.ok(batch);
  await overwrite(trail.records, keys.batch(1), { ...batch, events: batch.events.toReversed() });
  assert.deepEqual(codes(await look(trail)), ['batch_altered']);
});

test('an end that was cut off is found by the head row', async (t) => {
  const trail = testTrail(t);
  await trail.batches(5);
  await overwrite(trail.records, keys.batch(5), null);
  assert.ok(codes(await look(trail)).includes('tail_missing'));
});

test('an end that was cut off cleanly, head row and all, is found by the heads in the stores', async (t) => {
  const trail = testTrail(t);
  await trail.batches(3);
  const putBack = await backUp(trail.records, TRAIL);
  await trail.batches(2);
  await trail.audit.publish();
  await putBack();
  const report = await look(trail);
  assert.equal(report.verdict, 'broken');
  assert.deepEqual(codes(report), ['tail_missing']);
  assert.match(report.problems[0]?.what ?? '', /ends at batch 3, but the first store holds the signed head of batch 5/);
});

test('a trail that was emptied is found', async (t) => {
  const trail = await published(t);
  for (const pk of TRAIL) for (const row of await rowsOf(trail.records, pk)) await overwrite(trail.records, row, null);
  assert.deepEqual(codes(await look(trail)), ['tail_missing']);
});

test('a fork is found after older records were put back and written on, however long ago', async (t) => {
  const trail = testTrail(t);
  await trail.batches(3);
  const putBack = await backUp(trail.records, TRAIL);
  await trail.batches(2);
  await trail.audit.publish();
  await putBack();
  const again = testTrail(t, trail);
  await again.batches(20);
  await again.audit.publish();
  const report = await look(again);
  assert.deepEqual(codes(report), ['fork']);
  assert.deepEqual(
    report.problems.map(({ sequence, store }) => [sequence, store]),
    [
      [5, 'primary'],
      [5, 'backup'],
    ],
  );
});

test('one store that still knows is enough', async (t) => {
  const trail = await published(t);
  for (const { key } of (await trail.primary.list({ prefix: 'audit/' })).objects) await trail.primary.delete(key);
  const report = await look(trail);
  assert.equal(report.verdict, 'unproven');
  assert.deepEqual(codes(report), ['head_missing']);
  await overwrite(trail.records, keys.batch(5), null);
  await overwrite(trail.records, keys.head, null);
  assert.ok(codes(await look(trail)).includes('tail_missing'));
});

test('a store that cannot be read leaves the trail unproven, never intact', async (t) => {
  const trail = await published(t);
  const broken: ObjectStore = {
    ...trail.backup,
    list: async () => {
      throw storageErrors('store_unavailable');
    },
  };
  const report = await look({ ...trail, backup: broken });
  assert.equal(report.verdict, 'unproven');
  assert.deepEqual(codes(report), ['store_unreadable']);
});

test('a head that somebody made up is called forged, and hides nothing', async (t) => {
  const trail = await published(t);
  const head = Buffer.from(JSON.stringify({ format: 'holdfast-audit-head-1', sequence: 9, hash: 'a'.repeat(64) }));
  await trail.primary.put(`audit/heads/000000000009-${'a'.repeat(16)}.json`, bytesBody(head));
  const report = await look(trail);
  assert.deepEqual(codes(report), ['head_forged']);
  assert.equal(report.stores[0]?.newest?.sequence, 5);
});

test('an event that was taken out of a history, or reads otherwise there, is named', async (t) => {
  const trail = await published(t);
  const [one, two] = await rowsOf<{ event: JsonObject }>(trail.records, historyOf(FILE));
  assert.ok(one && two);
  await overwrite(trail.records, one, null);
  await overwrite(trail.records, two, { ...two.value, event: { ...two.value.event, act: 'version.read' } });
  const report = await look(trail);
  assert.deepEqual(codes(report), ['history_altered', 'history_missing']);
  assert.deepEqual(new Set(report.problems.map(({ eventId }) => eventId)), new Set([one.sk, two.sk]));
});

test('the first public key is enough to follow the chain over every change of key', async (t) => {
  const ring = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const first = testTrail(t, { workspaceKey: testKey(ring.slice(0, 1)) });
  await first.batches(2);
  const last = testTrail(t, { ...first, workspaceKey: testKey(ring) });
  await last.batches(2);
  await last.audit.publish();
  const report = await look({ ...last, workspaceKey: first.workspaceKey });
  assert.equal(report.verdict, 'intact');
  assert.equal(report.publicKeys.length, 3);
});

test('after a change of key the old one signs nothing any more', async (t) => {
  const ring = [randomBytes(32), randomBytes(32)];
  const before = testTrail(t, { workspaceKey: testKey(ring.slice(0, 1)) });
  await before.batches(1);
  const trail = testTrail(t, { ...before, workspaceKey: testKey(ring) });
  await trail.batches(1);
  // A thief of the old key exchanges the newest batch for one of his own.
  const [, link, newest] = await chainOf(trail.records);
  assert.ok(link && newest);
  const { signature: _, ...unsigned } = { ...newest, keyGeneration: 1, events: [] };
  const signature = signerOf(before.workspaceKey).sign(unsigned, 1);
  const forged: BatchRow = { ...unsigned, signature };
  await overwrite(trail.records, keys.batch(3), forged);
  await overwrite(trail.records, keys.head, { sequence: 3, hash: batchHash(forged), events: 2 });
  assert.ok(codes(await look(trail)).includes('key_unexpected'));
});

test('another workspace’s chain is not taken for this one’s', async (t) => {
  const ours = await published(t);
  const theirs = testTrail(t);
  await theirs.batches(5);
  for (const row of await rowsOf(theirs.records, BATCHES)) await overwrite(ours.records, row, row.value);
  assert.ok(codes(await look(ours)).includes('batch_altered'));
});

/** Every text and number in a value, by its path. */
function leavesOf(value: JsonValue, path: readonly string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [[...path]];
  return Object.entries(value).flatMap(([name, member]: [string, JsonValue]) => leavesOf(member, [...path, name]));
}

/** The value with one of its texts or numbers changed by the least bit. */
function changed(value: JsonValue, [name, ...rest]: readonly string[]): JsonValue {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return value.startsWith('1') ? `2${value.slice(1)}` : `1${value.slice(1)}`;
  if (value === null || typeof value !== 'object' || name === undefined) return !value;
  const members = Object.entries(value).map(([key, member]: [string, JsonValue]) => [
    key,
    key === name ? changed(member, rest) : member,
  ]);
  return Array.isArray(value) ? members.map(([, member]) => member as JsonValue) : Object.fromEntries(members);
}

test('whatever text or number of the chain is changed, and whatever row is removed, it is found', async (t) => {
  const trail = await published(t);
  const rows = [...(await rowsOf(trail.records, BATCHES)), ...(await rowsOf(trail.records, historyOf(FILE)))];
  // The MAC of a row in a history is for the readers of that row; the chain vouches for its event.
  const places = rows.flatMap((row) =>
    leavesOf(row.value)
      .filter((path) => path[0] !== 'mac')
      .map((path) => ({ row, path })),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), async ({ row, path }) => {
      await overwrite(trail.records, row, changed(row.value, path) as JsonObject);
      assert.equal((await look(trail)).verdict, 'broken', path.join('.'));
      await overwrite(trail.records, row, null);
      assert.equal((await look(trail)).verdict, 'broken');
      await overwrite(trail.records, row, row.value);
    }),
    { numRuns: 80 },
  );
  assert.equal((await look(trail)).verdict, 'intact');
});

test('events that arrive while it looks do no harm', async (t) => {
  const trail = await published(t);
  const reports = Promise.all([trail.audit.verify(), look(trail), trail.audit.verify()]);
  await trail.batches(10);
  await trail.audit.publish();
  assert.deepEqual(
    (await reports).map(({ verdict }) => verdict),
    ['intact', 'intact', 'intact'],
  );
});

test('of a thousand problems all are counted and a hundred told', async (t) => {
  const trail = testTrail(t);
  for (let each = 0; each < 10; each++) {
    await trail.records.transact(Array.from({ length: 12 }, () => trail.audit.operations(stored())).flat());
  }
  await trail.audit.verify();
  for (const row of await rowsOf(trail.records, historyOf(FILE))) await overwrite(trail.records, row, null);
  const report = await look(trail);
  assert.equal(report.problemCount, 120);
  assert.equal(report.problems.length, 100);
});
