import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { pathOfFileUrl } from '../../file-url.ts';
import { refused } from '../../objects/contract-support.ts';
import { openRowReader } from './row-reader.ts';
import { openSqliteRecordStore } from './sqlite.ts';

async function storeFor(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'rows-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const store = await openSqliteRecordStore({
    path: join(folder, 'records.sqlite'),
    clock: systemClock,
    log: silentLog,
  });
  const put = (sk: string, value: object, expiresAtMs?: number) =>
    store.transact([
      { op: 'put', pk: 'p', sk, value: { ...value }, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) },
    ]);
  return { folder, store, put };
}

test('what was written is read, the moment its transaction is done, short values and long ones', async (t) => {
  const { store, put } = await storeFor(t);
  await using _store = store;
  using rows = openRowReader(store.properties.url);
  const value = (sk: string) => rows.atOnce((get) => get<{ text: string }>('p', sk))?.text ?? null;
  assert.equal(value('a'), null);
  for (const text of ['one', 'two', 'three '.repeat(5000)]) {
    await put('a', { text });
    assert.equal(value('a'), text);
  }
  await store.transact([{ op: 'delete', pk: 'p', sk: 'a' }]);
  assert.equal(value('a'), null);
});

test('rows that are read in one go are of one moment', async (t) => {
  const { store, put } = await storeFor(t);
  await using _store = store;
  await put('a', { text: 'before' });
  await put('b', { text: 'before' });
  using rows = openRowReader(store.properties.url);
  using other = openRowReader(store.properties.url);
  using writer = new DatabaseSync(pathOfFileUrl(store.properties.url), { timeout: 60_000 });
  const both = rows.atOnce((get) => {
    const first = get<{ text: string }>('p', 'a');
    writer.exec(`UPDATE records SET value = '{"text":"after"}'`);
    return [first?.text, get<{ text: string }>('p', 'b')?.text];
  });
  assert.deepEqual(both, ['before', 'before']);
  assert.equal(other.atOnce((get) => get<{ text: string }>('p', 'b'))?.text, 'after');
  assert.equal(rows.atOnce((get) => get<{ text: string }>('p', 'b'))?.text, 'after');
});

test('a row that expires is none, and one that is broken throws and holds nothing up', async (t) => {
  const { store, put } = await storeFor(t);
  await using _store = store;
  await put('ends', { text: 'x' }, Date.now() + 3_600_000);
  await put('broken', { text: 'x' });
  using writer = new DatabaseSync(pathOfFileUrl(store.properties.url), { timeout: 60_000 });
  writer.exec(`UPDATE records SET value = 'no JSON' WHERE sk = 'broken'`);
  using rows = openRowReader(store.properties.url);
  assert.equal(
    rows.atOnce((get) => get('p', 'ends')),
    null,
  );
  assert.throws(() => rows.atOnce((get) => get('p', 'broken')), SyntaxError);
  await put('next', { text: 'y' });
  assert.deepEqual(
    rows.atOnce((get) => get('p', 'next')),
    { text: 'y' },
  );
});

test('a file of another program is not read, and one that is not there is not made', async (t) => {
  const { folder, store } = await storeFor(t);
  await store[Symbol.asyncDispose]();
  const foreign = join(folder, 'foreign.sqlite');
  using made = new DatabaseSync(foreign);
  made.exec('CREATE TABLE theirs (a)');
  assert.throws(() => openRowReader(pathToFileURL(foreign).href), refused('records_foreign'));
  const missing = pathToFileURL(join(folder, 'missing.sqlite')).href;
  assert.throws(() => openRowReader(missing), { code: 'ERR_SQLITE_ERROR' });
  assert.throws(() => openRowReader(missing), { code: 'ERR_SQLITE_ERROR' });
});
