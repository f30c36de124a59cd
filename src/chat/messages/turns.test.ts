import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTurns } from './turns.ts';

test('what was begun first goes first, however long it takes, and one that is given up lets nobody past the others', async () => {
  const turns = openTurns();
  const gone: string[] = [];
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  const go = async (name: string, until?: Promise<void>): Promise<void> => {
    using turn = turns.take('ada in general');
    await until;
    if (name === 'given up') return;
    await turn.come;
    gone.push(name);
  };
  const all = [go('first', slow), go('second'), go('given up'), go('third')];
  using other = turns.take('grace in general');
  await other.come;
  await all[2];
  assert.deepEqual(gone, []);
  resolve();
  await Promise.all(all);
  assert.deepEqual(gone, ['first', 'second', 'third']);
  using again = turns.take('ada in general');
  await again.come;
});
