import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whenLoopRests } from './loop-at-rest.ts';

/** Keeps the event loop busy for so many turns, or until `isOver`. */
function beBusy(turns: number, did: () => void, isOver = () => false): void {
  if (turns === 0 || isOver()) return;
  const began = performance.now();
  while (performance.now() - began < 0.5);
  did();
  setImmediate(() => beBusy(turns - 1, did, isOver));
}

test('it is called when what the event loop has to do is done, and not in between', async () => {
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    whenLoopRests(60_000, () => {
      seen.push('rests');
      resolve();
    });
    setImmediate(() => beBusy(5, () => seen.push('busy')));
  });
  assert.deepEqual(seen, ['busy', 'busy', 'busy', 'busy', 'busy', 'rests']);
});

test('where the event loop never rests it is called when its time is over', async () => {
  let isCalled = false;
  let turns = 0;
  await new Promise<void>((resolve) => {
    whenLoopRests(5, () => {
      isCalled = true;
      resolve();
    });
    const isOver = () => isCalled;
    setImmediate(() => beBusy(20_000, () => (turns += 1), isOver));
  });
  assert.ok(turns < 20_000, 'the loop was busy until it was called');
});
