import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { storageErrors } from '../../errors.ts';
import { groupCommit } from './group-commit.ts';

/** A database, and for each transaction the turn of the event loop in which it was applied: one turn is one COMMIT. */
function watched(rowsOf: (transaction: number) => number) {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE seen (number INTEGER)');
  const insert = database.prepare('INSERT INTO seen VALUES (?)');
  const turns: number[] = [];
  let [turn, isOver] = [0, false];
  const count = (): void => {
    turn += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const transactions = groupCommit<number>(database, {
    apply: (number) => {
      insert.run(number);
      turns.push(turn);
    },
    wasUnsure: () => false,
    rowsOf,
    beginning: () => undefined,
    began: () => {},
    committed: () => {},
    gatherMs: 60_000,
  });
  return {
    turns,
    transactions,
    async run(count: number): Promise<unknown[]> {
      await Promise.all(Array.from({ length: count }, (_, number) => transactions.run(number)));
      isOver = true;
      const rows = database.prepare('SELECT number FROM seen ORDER BY rowid').all();
      database.close();
      return rows.map(({ number }) => number);
    },
  };
}

const inOrder = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

test('hundreds of small transactions that wait together share one commit', async () => {
  const { turns, run } = watched(() => 3);
  assert.deepEqual(await run(300), inOrder(300));
  assert.equal(new Set(turns).size, 1);
});

test('those that come one after the other, in turns that the event loop is busy in, share one too', async () => {
  const { transactions, turns, run } = watched(() => 3);
  const others: Promise<void>[] = [];
  const come = (number: number): void => {
    const began = performance.now();
    while (performance.now() - began < 1);
    others.push(transactions.run(number));
    if (number < 14) setImmediate(come, number + 1);
  };
  setImmediate(come, 10);
  assert.deepEqual(await run(2), [0, 1, 10, 11, 12, 13, 14]);
  await Promise.all(others);
  assert.equal(new Set(turns).size, 1);
});

test('large transactions are spread over commits, in order, so that the event loop turns between them', async () => {
  const { turns, run } = watched(() => 100);
  assert.deepEqual(await run(35), inOrder(35));
  assert.equal(new Set(turns).size, 4);
});

test('a transaction larger than a batch is a batch of its own', async () => {
  const { turns, run } = watched(() => 5000);
  assert.deepEqual(await run(3), inOrder(3));
  assert.equal(new Set(turns).size, 3);
});

test('what was taken for granted in vain is undone, and the batch runs again with everything checked first', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE seen (number INTEGER PRIMARY KEY)');
  const insert = database.prepare('INSERT INTO seen VALUES (?)');
  const has = database.prepare('SELECT 1 FROM seen WHERE number = ?');
  const runs: boolean[] = [];
  const ends: string[] = [];
  const transactions = groupCommit<readonly number[]>(database, {
    apply(numbers, isSure) {
      runs.push(isSure);
      if (!isSure && numbers.some((number) => has.get(number))) throw storageErrors('record_conflict');
      for (const number of numbers) insert.run(number);
    },
    wasUnsure: (error) => error instanceof Error && error.message.includes('UNIQUE'),
    rowsOf: () => 1,
    beginning: () => undefined,
    began: () => void ends.push('began'),
    committed: () => void ends.push('committed'),
    gatherMs: 0,
  });
  await transactions.run([3]);
  const results = await Promise.allSettled([[1, 2], [4, 3], [5]].map((numbers) => transactions.run(numbers)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(runs, [true, true, true, false, false, false]);
  assert.deepEqual(ends, ['began', 'committed', 'began', 'began', 'committed']);
  const rows = database.prepare('SELECT number FROM seen ORDER BY number').all();
  assert.deepEqual(
    rows.map(({ number }) => number),
    [1, 2, 3, 5],
  );
  database.close();
});
