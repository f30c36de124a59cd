import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, formatDuration, formatSize, formatTime } from './format.ts';

test('sizes are decimal and written as the locale writes them', () => {
  assert.equal(formatSize(0, 'en'), '0 bytes');
  assert.equal(formatSize(1, 'en'), '1 byte');
  assert.equal(formatSize(999, 'en'), '999 bytes');
  assert.equal(formatSize(1_500_000, 'en'), '1.5 MB');
  assert.equal(formatSize(1_500_000, 'de'), '1,5 MB');
  assert.equal(formatSize(999_960, 'en'), '1 MB');
  assert.equal(formatSize(2 ** 52, 'en'), '4.5 PB');
});

test('times are relative up to a week, and a date after that', () => {
  // Noon where this runs: a day is the day of whoever reads.
  const now = new Date(2026, 2, 10, 12).getTime();
  const ago = (ms: number) => formatTime(new Date(now - ms).toISOString(), now, 'en');
  assert.equal(ago(5_000), 'Just now');
  assert.equal(ago(-20_000), 'Just now');
  assert.equal(ago(5 * 60_000), '5 minutes ago');
  assert.equal(ago(26 * 3_600_000), '1 day ago');
  assert.equal(ago(8 * 24 * 3_600_000), 'Mar 2');
  assert.equal(ago(400 * 24 * 3_600_000), 'Feb 3, 2025');
});

test('what is left is told in one unit, and never as nothing', () => {
  assert.equal(formatDuration(200, 'en'), '1 second');
  assert.equal(formatDuration(90_000, 'en'), '2 minutes');
  assert.equal(formatDuration(3 * 3_600_000, 'en'), '3 hours');
});

test('one thing is not counted as many', () => {
  assert.equal(counted(1, 'file'), '1 file');
  assert.equal(counted(2, 'copy', 'copies'), '2 copies');
});
