import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryHealth } from './examine.ts';

const HOUR = 3_600_000;

test('a guard hears only when its last call came back, and it is broken only after that had its time', () => {
  const health = (sentMs: number | null, heardMs: number | null) =>
    canaryHealth({ sentMs, heardMs }, 10 * HOUR, HOUR).health;
  assert.equal(health(null, null), 'unknown');
  assert.equal(health(8 * HOUR, 8 * HOUR + 1), 'works');
  assert.equal(health(9.5 * HOUR, 8 * HOUR), 'unknown');
  assert.equal(health(8 * HOUR, null), 'broken');
  assert.equal(health(8 * HOUR, 7 * HOUR), 'broken');
});
