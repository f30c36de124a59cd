import assert from 'node:assert/strict';
import { mkdir, mkdtemp, open, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { hasCode } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { movableClock, recordStoreContract } from '../contract.ts';
import { startExpirySweep, sweepExpired } from '../expiry-sweep.ts';
import { openDatabase, openSqliteRecordStore } from './sqlite.ts';
import { SqliteRecords } from './store.ts';
import { migrate, pragma } from './schema.ts';

const clock = movableClock();

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const openAt = (path: string, at = clock) => openSqliteRecordStore({ path, clock: at.read, log: silentLog });
const code = (expected: string) => (error: unknown) => hasCode(error, expected);

recordStoreContract('openSqliteRecordStore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'records-'));
  const own = movableClock();
  const records = await openAt(join(folder, 'records.sqlite'), own);
  const close = records[Symbol.asyncDispose].bind(records);
  records[Symbol.asyncDispose] = async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  };
  return { records, clock: own };
});

test('records are there after closing and opening again, also by URL', async (context) => {
  const path = join(await folderFor(context), 'deep', 'er', 'records.sqlite');
  {
    await using records = await openAt(path);
    await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 } }]);
  }
  await using records = await openSqliteRecordStore({
    url: pathToFileURL(path).href,
    clock: clock.read,
    log: silentLog,
  });
  assert.deepEqual((await records.get('a', '1'))?.value, { n: 1 });
  assert.equal(records.properties.url, pathToFileURL(path).href);
});

test('the file and its companions are readable by their owner only, even when they were not before', async (context) => {
  const path = join(await folderFor(context), 'sub', 'records.sqlite');
  const modes = () => Promise.all(['', '-wal', '-shm'].map(async (end) => (await stat(path + end)).mode & 0o777));
  {
    await using records = await openAt(path);
    await records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]);
    assert.deepEqual(await modes(), [0o600, 0o600, 0o600]);
    assert.equal((await stat(join(path, '..'))).mode & 0o777, 0o700);
  }
  const loose = join(await folderFor(context), 'records.sqlite');
  await writeFile(loose, '', { mode: 0o644 });
  await using records = await openAt(loose);
  assert.equal((await stat(loose)).mode & 0o777, 0o600);
  assert.deepEqual(await records.query('a'), { items: [] });
});

test('every commit is synced to the disk, and the log is written ahead', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  const database = openDatabase(path, { timeout: 0, readOnly: false }, silentLog, 'test');
  const setting = (name: string) => database.prepare(`PRAGMA ${name}`).get()?.[name];
  assert.equal(setting('journal_mode'), 'wal');
  assert.equal(setting('synchronous'), 2, 'FULL');
  database.close();
});

test('a file with a newer schema is refused by name and left as it was', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await (await openAt(path))[Symbol.asyncDispose]();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const before = await readFile(path);
  await assert.rejects(openAt(path), code('records_too_new'));
  assert.deepEqual(await readFile(path), before);
});

test('a fresh file is made without a word; one that is older is told of when it is brought to the present schema', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  const told: object[] = [];
  const log = { ...silentLog, info: (facts: object) => void told.push(facts) };
  await (await openSqliteRecordStore({ path, clock: clock.read, log }))[Symbol.asyncDispose]();
  assert.deepEqual(told, []);
  const database = new DatabaseSync(path);
  database.exec(`DROP TRIGGER records_replaced; DROP TRIGGER records_removed; DROP VIEW whole_records;
    DROP TABLE large_values; ALTER TABLE records DROP COLUMN large; PRAGMA user_version = 1`);
  database.close();
  await (await openSqliteRecordStore({ path, clock: clock.read, log }))[Symbol.asyncDispose]();
  assert.deepEqual(told, [{ from: 1 }]);
});

test('the database of another program is refused and left as it was', async (context) => {
  const path = join(await folderFor(context), 'places.sqlite');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE bookmarks (url TEXT)');
  database.close();
  const before = await readFile(path);
  await assert.rejects(openAt(path), code('records_foreign'));
  assert.deepEqual(await readFile(path), before);
});

test('migrations run in order, once each, and a failing one leaves the version before it', () => {
  const database = new DatabaseSync(':memory:');
  const first = 'CREATE TABLE one (n INTEGER);';
  migrate(database, 'test', [first]);
  assert.throws(() => migrate(database, 'test', [first, 'CREATE TABLE two (n INTEGER); nonsense;']));
  assert.equal(pragma(database, 'user_version'), 1);
  const steps: number[] = [];
  const all = [first, 'CREATE TABLE two (n INTEGER);', 'CREATE TABLE three (n INTEGER);'];
  migrate(database, 'test', all, (from) => void steps.push(from));
  migrate(database, 'test', all, (from) => void steps.push(from));
  assert.deepEqual(steps, [1, 2]);
  database.close();
});

test('a file that is no database, or was damaged, is told as damaged', async (context) => {
  const folder = await folderFor(context);
  const nonsense = join(folder, 'nonsense.sqlite');
  await writeFile(nonsense, 'this is a shopping list and not a database. '.repeat(200));
  await assert.rejects(openAt(nonsense), code('records_damaged'));

  const path = join(folder, 'records.sqlite');
  {
    await using records = await openAt(path);
    for (let n = 0; n < 20; n += 1) {
      const operations = Array.from({ length: 50 }, (_, i) => ({
        op: 'put' as const,
        pk: `p${n}`,
        sk: `s${i}`,
        value: { text: 'x'.repeat(200) },
      }));
      await records.transact(operations);
    }
    assert.deepEqual(await records.check(), []);
  }
  const handle = await open(path, 'r+');
  const { size } = await handle.stat();
  for (let at = 3 * 4096; at < size; at += 4096) await handle.write(Buffer.alloc(4096, 0xa5), 0, 4096, at);
  await handle.close();
  await using records = await openAt(path);
  assert.ok((await records.check()).length > 0);
  await assert.rejects(records.query('p7'), code('records_damaged'));
  await assert.rejects(records.transact([{ op: 'put', pk: 'p7', sk: 'new', value: {} }]), code('records_damaged'));
});

test('a disk without room fails the write with records_full, takes nothing, and the others go on', async () => {
  const database = new DatabaseSync(':memory:');
  migrate(database, 'test');
  // Stands for a full disk: SQLite answers SQLITE_FULL when the file may not grow.
  database.exec('PRAGMA max_page_count = 12');
  await using records = new SqliteRecords(database, '/memory', clock.read, silentLog);
  const put = (sk: string, value = {}) => records.transact([{ op: 'put', pk: 'a', sk, value }]);
  await put('before');
  const results = await Promise.allSettled([put('small 1'), put('big', { text: 'x'.repeat(60_000) }), put('small 2')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const [, big] = results;
  assert.ok(big?.status === 'rejected' && hasCode(big.reason, 'records_full'));
  assert.deepEqual(
    (await records.query('a')).items.map(({ sk }) => sk),
    ['before', 'small 1', 'small 2'],
  );
  await put('after');
});

test('a file locked by another program is unavailable after the timeout, and works again later', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await using records = await openSqliteRecordStore({
    path,
    clock: clock.read,
    log: silentLog,
    recordsBusyTimeoutMs: 20,
  });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const put = () => records.transact([{ op: 'put', pk: 'a', sk: '1', value: {} }]);
  await assert.rejects(put(), code('records_unavailable'));
  assert.equal(await records.get('a', '1'), null);
  other.exec('ROLLBACK');
  other.close();
  await put();
  assert.notEqual(await records.get('a', '1'), null);
});

test('what another program wrote is read, also of items that were read before', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await using records = await openAt(path);
  await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 } }]);
  const before = await records.get('a', '1');
  const other = new DatabaseSync(path);
  other.exec(`UPDATE records SET value = '{"n":2}' WHERE pk = 'a'`);
  other.close();
  await nextTurn();
  assert.deepEqual([before?.value, (await records.get('a', '1'))?.value], [{ n: 1 }, { n: 2 }]);
});

test('what was looked for in vain is there once it is written, by whomever, and not where its transaction was refused', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await using records = await openAt(path);
  const put = (sk: string) => ({ op: 'put', pk: 'a', sk, value: { n: 1 }, if: 'absent' }) as const;
  const there = async (): Promise<string> => {
    const found = await Promise.all(['1', '2', '3'].map((sk) => records.get('a', sk)));
    return found.map((item) => item?.sk ?? '-').join('');
  };
  for (let look = 0; look < 2; look += 1) assert.equal(await there(), '---');
  await records.transact([put('1')]);
  assert.equal(await there(), '1--');
  // Both of one batch, of which one is refused.
  const refused = assert.rejects(records.transact([put('2'), put('1')]), code('record_conflict'));
  await Promise.all([refused, records.transact([put('3')])]);
  assert.equal(await there(), '1-3');
  await records.transact([{ op: 'delete', pk: 'a', sk: '1' }]);
  assert.equal(await there(), '--3');
  const other = new DatabaseSync(path);
  other.exec(`INSERT INTO records (pk, sk, value, revision) VALUES ('a', '2', '{}', 'another')`);
  other.close();
  await nextTurn();
  assert.equal(await there(), '-23');
});

test('a condition is held against what another program wrote a moment ago, not against what was read before', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await using records = await openAt(path);
  await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 } }]);
  const before = await records.get('a', '1');
  const other = new DatabaseSync(path);
  other.exec(`UPDATE records SET value = '{"n":2}', revision = 'another' WHERE pk = 'a'`);
  other.close();
  // In the same turn of the event loop, in which nobody has looked for other writers again.
  const revision = before?.revision ?? '';
  await assert.rejects(
    records.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 3 }, if: { revision } }]),
    code('record_conflict'),
  );
  assert.deepEqual((await records.get('a', '1'))?.value, { n: 2 });
});

test('an item that was read before is gone once its time is over', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  await using records = await openAt(path);
  await records.transact([{ op: 'put', pk: 'a', sk: '1', value: {}, expiresAtMs: clock.read() + 10 }]);
  assert.notEqual(await records.get('a', '1'), null);
  clock.now += 10;
  assert.equal(await records.get('a', '1'), null);
});

test('an item that nobody wrote since is one object for all who read it, which none can change', async (context) => {
  await using records = await openAt(join(await folderFor(context), 'records.sqlite'));
  await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { list: [1] } }]);
  await records.get('a', '1');
  const item = await records.get<{ list: number[] }>('a', '1');
  assert.equal(await records.get('a', '1'), item, 'from its second reading on');
  assert.throws(() => item?.value.list.push(2), TypeError);
  await records.transact([{ op: 'put', pk: 'a', sk: '1', value: { list: [2] } }]);
  assert.deepEqual((await records.get('a', '1'))?.value, { list: [2] });
});

test('what is asked again and again is planned once, whatever is asked for', async (context) => {
  const path = join(await folderFor(context), 'records.sqlite');
  const database = openDatabase(path, { timeout: 0, readOnly: false }, silentLog, 'Open');
  await using records = new SqliteRecords(database, path, clock.read, silentLog);
  let planned = 0;
  // Asked for every part of a statement that is planned.
  database.setAuthorizer(() => {
    planned += 1;
    return constants.SQLITE_OK;
  });
  const askAll = async (number: number): Promise<void> => {
    const pk = `asked for ${number}`;
    await records.transact([
      { op: 'put', pk, sk: 'a', value: {}, expiresAtMs: clock.read() + 1000 + number, if: 'absent' },
    ]);
    await records.transact([{ op: 'put', pk, sk: 'a', value: { number }, if: 'present' }]);
    await records.get(pk, 'b');
    for (const reverse of [false, true]) await records.query(pk, { reverse, limit: 10 + number });
    await records.removeExpired(10 + number);
    await records.transact([{ op: 'delete', pk, sk: 'a' }]);
  };
  await askAll(0);
  const first = planned;
  assert.ok(first > 0, 'an authorizer has all planned anew');
  for (const number of [1, 2, 3]) await askAll(number);
  assert.equal(planned, first);
});

test('opened for reading only, it reads beside a writer, changes nothing and refuses every write', async (context) => {
  const folder = await folderFor(context);
  const path = join(folder, 'records.sqlite');
  const open = (log = silentLog) => openSqliteRecordStore({ path, clock: clock.read, log, readOnly: true });
  await assert.rejects(open(), code('records_denied'));
  assert.deepEqual(await readdir(folder), []);
  {
    await using writer = await openAt(path);
    await writer.transact([{ op: 'put', pk: 'a', sk: '1', value: { n: 1 } }]);
    await using reader = await open();
    assert.deepEqual((await reader.get('a', '1'))?.value, { n: 1 });
  }
  const warnings: string[] = [];
  const before = await readFile(path);
  {
    await using reader = await open({ ...silentLog, warn: (_fields, message) => void warnings.push(message) });
    await assert.rejects(reader.transact([{ op: 'put', pk: 'a', sk: '2', value: {} }]), code('records_denied'));
    await assert.rejects(reader.removeExpired(1), code('records_denied'));
    assert.deepEqual(await reader.check(), []);
  }
  assert.deepEqual(await readFile(path), before);
  assert.deepEqual(warnings, []);
});

test('a sweep removes what has expired, oldest first and in slices, and nothing else', async (context) => {
  const own = movableClock();
  await using records = await openAt(join(await folderFor(context), 'records.sqlite'), own);
  const put = (sk: string, after?: number) =>
    records.transact([
      { op: 'put', pk: 'a', sk, value: {}, ...(after === undefined ? {} : { expiresAtMs: own.now + after }) },
    ]);
  await put('stays');
  for (let n = 0; n < 10; n += 1) await put(`item ${n}`, 100 - n);
  own.now += 95;
  assert.equal(await records.removeExpired(2), 2);
  assert.equal(await sweepExpired(records), 3);
  assert.equal(await sweepExpired(records), 0);
  assert.equal((await records.query('a')).items.length, 6);
});

test('a running sweep survives a failing store and ends when disposed', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  let calls = 0;
  const store = {
    removeExpired: async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return 0;
    },
  };
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) };
  const sweep = startExpirySweep(store, { everyMs: 10, log });
  context.mock.timers.tick(10);
  await new Promise((resolve) => setImmediate(resolve));
  context.mock.timers.tick(10);
  await sweep[Symbol.asyncDispose]();
  context.mock.timers.tick(100);
  assert.equal(calls, 2);
  assert.equal(warnings.length, 1);
});

test('a folder that may not be written is told as denied', { skip: process.getuid?.() === 0 }, async (context) => {
  const folder = join(await folderFor(context), 'closed');
  await mkdir(folder, { mode: 0o500 });
  await assert.rejects(openAt(join(folder, 'records.sqlite')), code('records_denied'));
});
