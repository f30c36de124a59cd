import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOffsets } from './clock-offsets.ts';

const HOUR = 3_600_000;

test('all batches of a host whose clock is wrong are moved by the same, until the clock is set', () => {
  const offset = clockOffsets(120_000);
  const measured = [HOUR, HOUR - 999, HOUR + 4000, HOUR - 9999];
  assert.deepEqual(
    measured.map((ms) => offset('a', ms)),
    [HOUR, HOUR, HOUR, HOUR],
  );
  assert.equal(offset('b', -HOUR), -HOUR, 'each host has its own');
  assert.equal(offset('a', HOUR + 10_000), HOUR + 10_000, 'it was set');
  assert.equal(offset('a', 30_000), 0, 'it is right');
  assert.equal(offset('a', HOUR), HOUR);
});

test('a clock that is off by as much as may be is left as it is, also where that is little', () => {
  assert.equal(clockOffsets(120_000)('a', 120_000), 0);
  const strict = clockOffsets(1000);
  assert.equal(strict('a', 1500), 1500);
  assert.equal(strict('a', 0), 0, 'one that was set right is not moved by what it was');
});

test('so many hosts that their offsets are not all kept are measured anew', () => {
  const offset = clockOffsets(1);
  for (let host = 0; host <= 10_000; host += 1) offset(`host ${host}`, HOUR);
  assert.equal(offset('host 1', HOUR + 0.1), HOUR);
  assert.equal(offset('host 0', HOUR + 0.1), HOUR + 0.1);
});
