import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, formatBytes, formatClock, formatDuration, formatRelative, formatTime } from './quantities.ts';

test('sizes have at most three digits and no size is shown as 1000 of anything', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1_340_000_000, '1.3 GB'],
    [9_940, '9.9 kB'],
    [9_960, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
  assert.match(formatBytes(Number.MAX_SAFE_INTEGER), /PB$/);
});

test('durations are as exact as a person wants them', () => {
  assert.equal(formatDuration(0), '0.0 s');
  assert.equal(formatDuration(8_240), '8.2 s');
  assert.equal(formatDuration(43_400), '43 s');
  assert.equal(formatDuration(125_000), '2 min 5 s');
  assert.equal(formatDuration(12_000_000), '3 h 20 min');
  assert.equal(formatClock(9_000), '0:09');
  assert.equal(formatClock(3_729_000), '1:02:09');
});

test('times are relative up to a week, then a date', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  assert.equal(formatRelative(now - 59_000, now), 'just now');
  assert.equal(formatRelative(now - 60_000, now), '1 minute ago');
  assert.equal(formatRelative(now - 3 * 3_600_000, now), '3 hours ago');
  assert.equal(formatRelative(now - 6.9 * 86_400_000, now), '6 days ago');
  assert.equal(formatRelative(now + 2 * 3_600_000, now), 'in 2 hours');
  assert.equal(formatRelative(now - 8 * 86_400_000, now), formatTime(now - 8 * 86_400_000));
  assert.equal(formatRelative(Number.NaN, now), 'unknown');
});

test('one is singular', () => {
  assert.equal(count(1, 'copy', 'copies'), '1 copy');
  assert.equal(count(0, 'copy', 'copies'), '0 copies');
  assert.equal(count(1234, 'file'), '1,234 files');
});
