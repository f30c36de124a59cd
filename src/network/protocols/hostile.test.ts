import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionSurvives } from '../../../test/support/network/hostile/sessions.ts';

test('sessions of every protocol that chance damaged are read to their end: scripts/fuzz-network.ts goes on for as long as you like', async () => {
  let said = 0;
  for (let seed = 1; seed <= 150; seed += 1) said += await sessionSurvives(seed);
  // Most of it was not refused at the door.
  assert.ok(said > 100, `only ${said} records were made`);
});
