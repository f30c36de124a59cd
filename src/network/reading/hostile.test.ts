import assert from 'node:assert/strict';
import { test } from 'node:test';
import { survives } from '../../../test/support/network/hostile/captures.ts';

test('captures that chance damaged are read to their end: scripts/fuzz-network.ts goes on for as long as you like', async () => {
  let packets = 0;
  for (let seed = 1; seed <= 250; seed += 1) packets += await survives(seed);
  // Most of it was not refused at the door.
  assert.ok(packets > 1250, `only ${packets} packets were read`);
});
