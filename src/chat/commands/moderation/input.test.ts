import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutesFrom, sequenceFrom } from './input.ts';

test('minutesFrom() takes a number with a unit, up to a year, and nothing else', () => {
  assert.deepEqual(['1m', '90m', '2h', '7d', '52w'].map(minutesFrom), [1, 90, 120, 10_080, 524_160]);
  for (const text of ['', '5', '0m', '1y', '53w', '-1h', '1 h', '9999999m', '1h30m']) {
    assert.throws(() => minutesFrom(text), { code: 'usage_invalid' }, text);
  }
});

test('sequenceFrom() takes the number of a message, with or without #', () => {
  assert.deepEqual(['7', '#12'].map(sequenceFrom), [7, 12]);
  for (const text of ['', '0', '-1', '1.5', 'x']) {
    assert.throws(() => sequenceFrom(text), { code: 'usage_invalid' }, text);
  }
});
