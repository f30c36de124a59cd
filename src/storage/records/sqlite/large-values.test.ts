import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { movableClock } from '../contract.ts';
import type { RecordOperation } from '../record-store.ts';
import { migrate, pragma } from './schema.ts';
import { openSqliteRecordStore } from './sqlite.ts';

const clock = movableClock();
const code = (expected: string) => (error: unknown) => hasCode(error, expected);

async function pathFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'records.sqlite');
}

const openAt = (path: string) => openSqliteRecordStore({ path, clock: clock.read, log: silentLog });

/** Lengths around what a page keeps of a row, up to the largest value. */
const LENGTHS = [0, 1, 500, 800, 890, 900, 910, 920, 930, 940, 950, 1000, 1100, 4000, 5000, 100_000, 350_000];
const valueOf = (length: number) => ({
  text: 'é'.repeat(length / 4) + 'x'.repeat(length - 2 * Math.floor(length / 4)),
});
const skOf = (length: number): string => `item ${String(length).padStart(6, '0')}`;
const put = (length: number, more?: { readonly expiresAtMs: number }): RecordOperation => ({
  op: 'put',
  pk: 'a',
  sk: skOf(length),
  value: valueOf(length),
  ...more,
});

/** How a file looks from outside. */
function lookAt(path: string) {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = (query: string): number => Number(database.prepare(`SELECT count(*) AS n FROM ${query}`).get()?.['n']);
  const seen = {
    large: count('large_values'),
    spilled: count(`dbstat WHERE name = 'records' AND pagetype = 'overflow'`),
  };
  database.close();
  return seen;
}

test('a key is looked for without reading large values: none lies between the keys', async (context) => {
  const path = await pathFor(context);
  await using records = await openAt(path);
  for (const length of LENGTHS) await records.transact([put(length)]);
  for (const length of LENGTHS) {
    assert.deepEqual((await records.get('a', skOf(length)))?.value, valueOf(length), `${length}`);
  }
  const { items } = await records.query('a');
  assert.deepEqual(
    items.map(({ value }) => value),
    LENGTHS.map(valueOf),
  );
  const { large, spilled } = lookAt(path);
  assert.equal(spilled, 0);
  assert.ok(large >= LENGTHS.filter((length) => length > 1000).length && large < LENGTHS.length, `${large}`);
});

test('nothing is left of a large value that was replaced, removed, or has expired', async (context) => {
  const path = await pathFor(context);
  await using records = await openAt(path);
  const expiresAtMs = clock.read() + 10;
  await records.transact([put(5000), put(4000), put(100_000), put(350_000, { expiresAtMs }), put(1)]);
  await records.transact([{ ...put(5000), value: { n: 1 } } as RecordOperation, put(4000)]);
  await records.transact([{ op: 'delete', pk: 'a', sk: skOf(100_000) }]);
  assert.equal(lookAt(path).large, 2);
  clock.now += 10;
  assert.equal(await records.removeExpired(10), 1);
  assert.equal(lookAt(path).large, 1);
  assert.deepEqual((await records.get('a', skOf(5000)))?.value, { n: 1 });
  assert.deepEqual((await records.get('a', skOf(4000)))?.value, valueOf(4000));
});

test('a record whose large value is gone is told as damaged, and found by a check', async (context) => {
  const path = await pathFor(context);
  await using records = await openAt(path);
  await records.transact([put(5000), put(1)]);
  assert.deepEqual(await records.check(), []);
  const other = new DatabaseSync(path);
  other.exec('DELETE FROM large_values');
  other.close();
  await assert.rejects(records.get('a', skOf(5000)), code('records_damaged'));
  await assert.rejects(records.query('a'), code('records_damaged'));
  assert.deepEqual(await records.check(), ['1 records without their value']);
  assert.deepEqual((await records.get('a', skOf(1)))?.value, valueOf(1));
});

const FIRST_SCHEMA = `
  CREATE TABLE records (pk TEXT NOT NULL, sk TEXT NOT NULL, value TEXT NOT NULL, revision TEXT NOT NULL,
    expires_at INTEGER, PRIMARY KEY (pk, sk)) STRICT, WITHOUT ROWID;
  CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;
  PRAGMA application_id = 1212576628; PRAGMA user_version = 1;`;

test('a file of the first schema keeps all it holds when it is brought to the present one', async (context) => {
  const path = await pathFor(context);
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; ${FIRST_SCHEMA}`);
  const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
  for (const pk of ['b', 'a']) {
    for (const length of LENGTHS)
      insert.run(pk, skOf(length), JSON.stringify(valueOf(length)), `${pk} ${length}`, null);
  }
  insert.run('c', '1', JSON.stringify(valueOf(5000)), 'c', clock.read() + 10);
  database.close();

  const before = await readFile(path);
  const readOnly = openSqliteRecordStore({ path, clock: clock.read, log: silentLog, readOnly: true });
  await assert.rejects(readOnly, code('records_too_old'));
  assert.deepEqual(await readFile(path), before);

  for (const _ of ['brought', 'opened again']) {
    await using records = await openAt(path);
    for (const pk of ['a', 'b']) {
      const { items } = await records.query(pk);
      const expected = LENGTHS.map((length) => ({
        ...{ pk, sk: skOf(length), value: valueOf(length) },
        revision: `${pk} ${length}`,
      }));
      assert.deepEqual(items, expected);
    }
    assert.equal((await records.get('c', '1'))?.expiresAtMs, clock.read() + 10);
    assert.deepEqual(await records.check(), []);
    assert.equal(lookAt(path).spilled, 0);
  }
  const { size } = await stat(path);
  const largest = Math.max(...LENGTHS);
  assert.ok(size < before.length + 1.2 * largest, `each takes the place of others: ${before.length}, then ${size}`);
});

test('a disk without room for the present schema leaves a file of the first one as it was', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(FIRST_SCHEMA);
  const insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
  for (let n = 0; n < 200; n += 1) insert.run('a', `${n}`, JSON.stringify(valueOf(5000)), 'r', null);
  const all = () => [
    database.prepare('SELECT name FROM sqlite_schema').all(),
    database.prepare('SELECT * FROM records').all(),
  ];
  const before = all();
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  // Stands for a full disk: SQLite answers SQLITE_FULL when the file may not grow.
  database.exec(`PRAGMA max_page_count = ${Number(pages) + 10}`);
  assert.throws(() => migrate(database, 'test'), /full/);
  assert.equal(pragma(database, 'user_version'), 1);
  assert.deepEqual(all(), before);
  database.close();
});
