import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { silentLog } from '../../../base/log.ts';
import { readTurn } from './read-turn.ts';
import { openSqliteRecordStore } from './sqlite.ts';

function pathFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-read-turn-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'records.sqlite');
}

test('all that is read in a turn of the event loop is read in one transaction, which ends with it', async (t) => {
  using database = new DatabaseSync(pathFor(t));
  const reading = readTurn(database);
  reading.begin();
  reading.begin();
  assert.equal(database.isTransaction, true);
  await turn();
  assert.equal(database.isTransaction, false);
  reading.begin();
  reading.end();
  reading.end();
  assert.equal(database.isTransaction, false, 'before something is written');
  reading.begin();
  await turn();
  assert.equal(database.isTransaction, false);
});

test('a turn whose transaction has failed, or whose file is closed by then, leaves the next one as it is', async (t) => {
  const database = new DatabaseSync(pathFor(t));
  const reading = readTurn(database);
  reading.begin();
  database.exec('ROLLBACK');
  await turn();
  reading.begin();
  assert.equal(database.isTransaction, true);
  database.close();
  await turn();
});

test('what is read and written in one turn is written, and read from the next on; so is what somebody else writes', async (t) => {
  const path = pathFor(t);
  await using records = await openSqliteRecordStore({ path, clock: Date.now, log: silentLog });
  const put = (sk: string, n: number) => records.transact([{ op: 'put', pk: 'a', sk, value: { n } }]);
  await put('1', 1);
  for (let n = 2; n < 5; n += 1) {
    const [before, , missing] = await Promise.all([records.get('a', '1'), put('1', n), records.get('a', `${n}`)]);
    assert.deepEqual([before?.value, missing], [{ n: n - 1 }, null]);
    assert.deepEqual((await records.get('a', '1'))?.value, { n });
  }
  await records.get('a', 'looked for');
  await records.endLeases();
  await records.get('b', 'looked for');
  await records.removeExpired(10);
  await records.get('c', 'looked for');
  await records.restore([{ pk: 'a', sk: 'restored', value: {}, revision: 'r' }]);
  assert.equal((await records.get('a', 'restored'))?.revision, 'r');
  await turn();
  using other = new DatabaseSync(path);
  await records.query('a', {});
  other.exec(`UPDATE records SET value = '{"n":9}' WHERE pk = 'a' AND sk = '1'`);
  await turn();
  assert.deepEqual((await records.get('a', '1'))?.value, { n: 9 });
});
