import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptFresh } from './kept-fresh.ts';

const MINUTE = 60_000;

/** A role whose n-th answer is given for an hour, or is the n-th error. */
function role(refused: readonly number[]) {
  let now = 0;
  let asked = 0;
  return {
    async ask() {
      asked += 1;
      if (refused.includes(asked)) throw new Error(`refused ${asked}`);
      return { name: asked, expiration: new Date(now + 60 * MINUTE) };
    },
    clock: () => now,
    at: (minutes: number) => void (now = minutes * MINUTE),
    asked: () => asked,
  };
}

test('credentials of a role are asked for again before they end, and once for many requests', async () => {
  const { ask, clock, at, asked } = role([]);
  const credentials = await keptFresh(ask, clock);
  at(54);
  assert.equal((await credentials()).name, 1);
  at(56);
  const many = await Promise.all([credentials(), credentials(), credentials()]);
  assert.deepEqual(
    many.map(({ name }) => name),
    [2, 2, 2],
  );
  assert.equal(asked(), 2);
});

test('when the role is refused in between, the old ones go on for as long as they hold, and it is tried again', async () => {
  const { ask, clock, at } = role([2, 3]);
  const credentials = await keptFresh(ask, clock);
  at(56);
  assert.equal((await credentials()).name, 1);
  at(61);
  await assert.rejects(credentials(), /refused 3/);
  assert.equal((await credentials()).name, 4);
});

test('a role that is refused at once is an error at once', async () => {
  await assert.rejects(keptFresh(role([1]).ask), /refused 1/);
});
