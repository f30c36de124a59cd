import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readException } from './exception.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const YEAR = 366 * 86_400_000;

test('an exception counts with owner, reason and a day to come, in any order', () => {
  const expected = { owner: 'ada@example.org', until: '2027-01-31', reason: 'press kit' };
  for (const value of [
    'owner=ada@example.org until=2027-01-31 reason=press kit',
    'reason=press kit until=2027-01-31 owner=ada@example.org',
  ]) {
    assert.deepEqual(readException(value, NOW, YEAR), { exception: expected, invalid: null });
  }
  const today = readException('owner=ada until=2026-11-28 reason=kit', NOW, YEAR);
  assert.notEqual(today.exception, null, 'the last day is still within it');
  assert.deepEqual(readException(undefined, NOW, YEAR), { exception: null, invalid: null });
});

test('an exception that lacks a part, has ended or runs too long does not count, and says why', () => {
  for (const [value, why] of [
    ['', /owner/],
    ['yes', /owner/],
    ['until=2027-01-31 reason=kit', /owner/],
    ['owner=ada until=2027-01-31', /reason/],
    ['owner=ada reason= until=2027-01-31', /reason/],
    ['owner=ada reason=kit', /until when/],
    ['owner=ada until=2027-13-31 reason=kit', /until when/],
    ['owner=ada until=tomorrow reason=kit', /until when/],
    ['owner=ada until=2026-11-27 reason=kit', /ended/],
    ['owner=ada until=2099-01-01 reason=kit', /runs beyond 2027-11-29/],
  ] as const) {
    const { exception, invalid } = readException(value, NOW, YEAR);
    assert.equal(exception, null, value);
    assert.match(invalid ?? '', why, value);
  }
});
