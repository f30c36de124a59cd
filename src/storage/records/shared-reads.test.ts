import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { sharedReads } from './shared-reads.ts';

async function fileFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-reads-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'records.sqlite');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER); INSERT INTO numbers VALUES (1)');
  database.close();
  return path;
}

test('reads in one go see one state of the file, and the next go sees what was written since', async (context) => {
  const path = await fileFor(context);
  using database = new DatabaseSync(path);
  using other = new DatabaseSync(path);
  const reads = sharedReads(database);
  const read = database.prepare('SELECT number FROM numbers');
  const numbers = (): unknown[] => {
    reads.next();
    return read.all().map(({ number }) => number);
  };
  numbers();
  assert.equal(database.isTransaction, false, 'a single read opens nothing');
  assert.deepEqual(numbers(), [1]);
  assert.equal(database.isTransaction, true);
  other.exec('INSERT INTO numbers VALUES (2)');
  assert.deepEqual(numbers(), [1]);
  await Promise.resolve();
  assert.equal(database.isTransaction, false, 'nothing stays open for whoever writes next');
  assert.deepEqual(numbers(), [1, 2]);
});

test('reads inside a transaction leave it to whoever opened it, and a closed file is no trouble', async (context) => {
  const database = new DatabaseSync(await fileFor(context));
  const reads = sharedReads(database);
  database.exec('BEGIN IMMEDIATE');
  for (let count = 0; count < 3; count += 1) reads.next();
  await Promise.resolve();
  assert.equal(database.isTransaction, true);
  database.exec('ROLLBACK');
  for (let count = 0; count < 3; count += 1) reads.next();
  database.close();
  await Promise.resolve();
});
