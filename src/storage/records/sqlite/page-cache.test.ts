import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLog } from '../../../base/log.ts';
import { movableClock } from '../contract.ts';
import type { RecordItem, RecordStore } from '../record-store.ts';
import { PageCache } from './page-cache.ts';
import { openSqliteRecordStore } from './sqlite.ts';

const item = (sk: string, more: Partial<RecordItem> = {}): RecordItem => ({
  pk: 'p',
  sk,
  value: { list: [1] },
  revision: `of ${sk}`,
  ...more,
});

async function openIn(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  const clock = movableClock();
  const path = join(folder, 'records.sqlite');
  const records = await openSqliteRecordStore({ path, clock: clock.read, log: silentLog });
  context.after(async () => {
    await records[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  return { records, clock, path };
}

const put = (sk: string, n: number) => ({ op: 'put', pk: 'p', sk, value: { n } }) as const;
const namesIn = async (records: RecordStore, prefix = ''): Promise<string[]> =>
  (await records.query<{ n: number }>('p', { prefix })).items.map(({ sk, value }) => `${sk}=${value.n}`);

test('a list that was read before shows what was added, changed and removed since, also in a list with nothing in it', async (context) => {
  const { records } = await openIn(context);
  assert.deepEqual(await namesIn(records), []);
  await records.transact([put('a', 1), put('b', 1)]);
  assert.deepEqual(await namesIn(records), ['a=1', 'b=1']);
  assert.deepEqual(await namesIn(records, 'b'), ['b=1']);
  await records.transact([put('b', 2), { op: 'delete', pk: 'p', sk: 'a' }]);
  assert.deepEqual(await namesIn(records), ['b=2']);
  assert.deepEqual(await namesIn(records, 'b'), ['b=2']);
});

test('a write that was refused changes no list', async (context) => {
  const { records } = await openIn(context);
  await records.transact([put('a', 1)]);
  await namesIn(records);
  await assert.rejects(records.transact([put('b', 1), { ...put('a', 2), if: 'absent' }]), { code: 'record_conflict' });
  assert.deepEqual(await namesIn(records), ['a=1']);
});

test('a list that was read before shows what another program wrote', async (context) => {
  const { records, path } = await openIn(context);
  await records.transact([put('a', 1)]);
  await namesIn(records);
  const other = new DatabaseSync(path);
  other.exec(`UPDATE records SET value = '{"n":2}' WHERE pk = 'p'`);
  other.close();
  await nextTurn();
  assert.deepEqual(await namesIn(records), ['a=2']);
});

test('what expires is gone from a list that was read before', async (context) => {
  const { records, clock } = await openIn(context);
  await records.transact([{ ...put('a', 1), expiresAtMs: clock.read() + 10 }]);
  assert.deepEqual(await namesIn(records), ['a=1']);
  clock.now += 10;
  assert.deepEqual(await namesIn(records), []);
});

test('queries of one partition that ask for different things do not get each other’s answers', async (context) => {
  const { records } = await openIn(context);
  await records.transact([put('a', 1), put('b', 1), put('c', 1)]);
  const ask = async (options: Parameters<RecordStore['query']>[1]) => {
    const { items, next } = await records.query('p', options);
    return [items.map(({ sk }) => sk).join(), next];
  };
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual(await ask({}), ['a,b,c', undefined]);
    assert.deepEqual(await ask({ reverse: true }), ['c,b,a', undefined]);
    assert.deepEqual(await ask({ limit: 2 }), ['a,b', 'b']);
    assert.deepEqual(await ask({ after: 'a' }), ['b,c', undefined]);
    assert.deepEqual(await ask({ after: 'b', reverse: true }), ['a', undefined]);
    assert.deepEqual(await ask({ limit: 3 }), ['a,b,c', undefined]);
  }
});

test('nobody who reads a list can change what others read of it', async (context) => {
  const { records } = await openIn(context);
  await records.transact([{ op: 'put', pk: 'p', sk: 'a', value: { list: [1] } }]);
  const first = await records.query<{ list: number[] }>('p');
  assert.throws(() => first.items[0]?.value.list.push(2), TypeError);
  (first.items as unknown as RecordItem[]).pop();
  assert.equal((await records.query('p')).items.length, 1);
});

test('it holds a bounded amount, and drops the partition that nobody asked for longest ago', () => {
  const cache = new PageCache();
  const names = Array.from({ length: 300 }, (_, n) => `partition ${n}`);
  for (const name of names) {
    cache.keep(name, 'all', [], 8 * 1024);
    cache.get('partition 0', 'all');
  }
  const there = names.filter((name) => cache.get(name, 'all'));
  assert.equal(there.length, Math.floor(2 ** 20 / (8 * 1024 + 256)), '1 MiB in all');
  assert.deepEqual([there[0], there.at(-1)], ['partition 0', 'partition 299']);
});

test('a large list is not kept, nor one with something that expires, and one that is kept again counts once', () => {
  const cache = new PageCache();
  cache.keep('p', 'large', [item('a')], 8 * 1024 + 1);
  cache.keep('p', 'expires', [item('a'), item('b', { expiresAtMs: 1 })], 20);
  assert.equal(cache.get('p', 'large'), undefined);
  assert.equal(cache.get('p', 'expires'), undefined);
  for (let round = 0; round < 300; round += 1) cache.keep('p', 'all', [item('a')], 8 * 1024);
  assert.equal(cache.get('p', 'all')?.length, 1);
  cache.drop('p');
  assert.equal(cache.get('p', 'all'), undefined);
});
