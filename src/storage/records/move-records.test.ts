import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { movableClock } from './contract.ts';
import { acquireLease } from './lease.ts';
import { type MovableRecords, moveKey, moveRecords } from './move-records.ts';
import type { RecordItem } from './record-store.ts';
import { openSqliteRecordStore } from './sqlite/sqlite.ts';
import type { SqliteRecordStore } from './sqlite/store.ts';

const clock = movableClock();
const signal = new AbortController().signal;

async function twoStores(t: TestContext): Promise<{ from: SqliteRecordStore; to: SqliteRecordStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-move-'));
  const open = (name: string) => openSqliteRecordStore({ path: join(folder, name), clock: clock.read, log: silentLog });
  const [from, to] = [await open('from.sqlite'), await open('to.sqlite')];
  t.after(async () => {
    await from[Symbol.asyncDispose]();
    await to[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return { from, to };
}

async function fill(records: MovableRecords, count: number): Promise<void> {
  for (let at = 0; at < count; at += 100) {
    await records.transact(
      Array.from({ length: Math.min(100, count - at) }, (_, n) => ({
        op: 'put' as const,
        pk: `drive ${(at + n) % 7}`,
        sk: `item ${String(at + n).padStart(5, '0')}`,
        value: { n: at + n, text: 'ü'.repeat(n) },
        ...(n % 10 === 0 ? { expiresAtMs: clock.now + 1_000_000 } : {}),
      })),
    );
  }
}

async function everything(records: MovableRecords): Promise<RecordItem[]> {
  const all: RecordItem[] = [];
  for (let after = null; ;) {
    const page: Awaited<ReturnType<MovableRecords['readAll']>> = await records.readAll(after);
    all.push(...page.items);
    if (page.next === null) return all;
    after = page.next as never;
  }
}

test('moveRecords() brings every record over as it is, revisions too, and leaves the source as it was', async (t) => {
  const { from, to } = await twoStores(t);
  await fill(from, 1234);
  const before = await everything(from);
  const { records } = await moveRecords({ from, to, clock: clock.read, signal });
  assert.equal(records, 1234);
  assert.deepEqual(await everything(to), before);
  assert.deepEqual(await everything(from), before);
});

test('leases and what has expired are left out', async (t) => {
  const { from, to } = await twoStores(t);
  await fill(from, 20);
  const expiresAtMs = clock.now + 10;
  await from.transact([{ op: 'put', pk: 'gone', sk: '1', value: {}, expiresAtMs }]);
  await (
    await acquireLease(from, 'copier', { ttlMs: 60_000, holder: 'x', clock: clock.read })
  )?.[Symbol.asyncDispose]();
  clock.now = expiresAtMs;
  assert.equal((await moveRecords({ from, to, clock: clock.read, signal })).records, 20);
  assert.deepEqual(
    (await everything(to)).filter(({ pk }) => pk === 'gone' || pk.startsWith('lease#')),
    [],
  );
});

test('a target that holds anything is refused, and left as it was', async (t) => {
  const { from, to } = await twoStores(t);
  await fill(from, 5);
  await to.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]);
  const before = await everything(to);
  const move = moveRecords({ from, to, clock: clock.read, signal });
  await assert.rejects(move, (error) => hasCode(error, 'records_not_empty'));
  assert.deepEqual(await everything(to), before);
});

test('a move that was broken off goes on where it was, and another one into the same place is refused', async (t) => {
  const { from, to } = await twoStores(t);
  await fill(from, 1600);
  const broken = new AbortController();
  let told = 0;
  const onProgress = (_step: string, records: number): void => {
    told = records;
    if (records >= 1000) broken.abort(new Error('stopped by hand'));
  };
  const first = moveRecords({ from, to, clock: clock.read, signal: broken.signal, onProgress });
  await assert.rejects(first, /stopped by hand/);
  assert.equal(told, 1000);
  assert.ok(await to.get(moveKey.pk, moveKey.sk));

  const { from: other } = await twoStores(t);
  const wrong = moveRecords({ from: other, to, clock: clock.read, signal });
  await assert.rejects(wrong, (error) => hasCode(error, 'records_not_empty'));

  const steps: number[] = [];
  const resumed = await moveRecords({
    from,
    to,
    clock: clock.read,
    signal,
    onProgress: (step, records) => void (step === 'moved' && steps.push(records)),
  });
  assert.equal(resumed.records, 1600);
  assert.equal(steps[0], 1500, 'what was moved before was moved again');
  assert.deepEqual(await everything(to), await everything(from));
});

test('a source that a server uses, or that changed during the move, is told', async (t) => {
  {
    const { from, to } = await twoStores(t);
    await fill(from, 5);
    await acquireLease(from, 'copier', { ttlMs: 60_000, holder: 'a server', clock: clock.read, autoRenew: false });
    const move = moveRecords({ from, to, clock: clock.read, signal });
    await assert.rejects(move, (error) => hasCode(error, 'records_in_use') && /a server/.test(error.message));
  }
  const { from, to } = await twoStores(t);
  await fill(from, 900);
  const changing: MovableRecords = {
    properties: from.properties,
    get: (pk, sk) => from.get(pk, sk),
    query: (pk, options) => from.query(pk, options),
    transact: (operations) => from.transact(operations),
    restore: (items) => from.restore(items),
    async readAll(after) {
      const page = await from.readAll(after);
      await from.transact([{ op: 'put', pk: 'drive 0', sk: 'item 00000', value: { changed: true } }]);
      return page;
    },
    [Symbol.asyncDispose]: () => from[Symbol.asyncDispose](),
  };
  const move = moveRecords({ from: changing, to, clock: clock.read, signal });
  await assert.rejects(move, (error) => hasCode(error, 'records_differ'));
});
