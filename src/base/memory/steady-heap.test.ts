import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyHeap } from './steady-heap.ts';

const MIB = 2 ** 20;

test('a heap is collected when it has grown by a quarter since the last time, and a small one never', () => {
  let [used, live] = [10 * MIB, 10 * MIB];
  const collected: number[] = [];
  const look = steadyHeap({
    usedBytes: () => used,
    collect({ type }) {
      assert.equal(type, 'major');
      collected.push(used / MIB);
      used = live;
    },
  });
  for (let each = 0; each < 80; each += 1) {
    used += MIB;
    look();
  }
  assert.deepEqual(collected, [], 'up to 90 MiB');
  live = 90 * MIB;
  for (let each = 0; each < 100; each += 1) {
    used += MIB;
    look();
  }
  assert.deepEqual(collected, [96, 113, 113, 113, 113]);
});
