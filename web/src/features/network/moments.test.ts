import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoment, formatSpan } from './moments.ts';

test('durations are told in the two units that matter', () => {
  const told = [0, 0.0004, 0.34, 0.9996, 1.24, 59.97, 184, 3600, 7500, 86_400, 273_600].map(formatSpan);
  assert.deepEqual(told, [
    '0 s',
    '< 1 ms',
    '340 ms',
    '1 s',
    '1.2 s',
    '1 min',
    '3 min 4 s',
    '1 h',
    '2 h 5 min',
    '1 d',
    '3 d 4 h',
  ]);
});

test('a time that no clock shows, as a hostile capture has it, breaks no page', () => {
  assert.equal(formatMoment(1e300), '1e+300');
  assert.equal(formatMoment(Number.NaN), 'NaN');
  assert.match(formatMoment(0), /Jan|1970|Dec/);
});
