import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_SCHEDULE, firstWaitMs, scheduleFrom, type Schedule } from './schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('whatever a server says, a host scans at most every 5 minutes and at least every 7 days', () => {
  const every = (scanEveryMs: unknown): number => scheduleFrom({ scanEveryMs }, FIRST_SCHEDULE).scanEveryMs;
  assert.equal(every(1), 5 * MINUTE);
  assert.equal(every(-1), 5 * MINUTE);
  assert.equal(every(HOUR), HOUR);
  assert.equal(every(Number.MAX_VALUE), 7 * 24 * HOUR);
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, '60000', null, {}, [HOUR]]) {
    assert.equal(every(odd), FIRST_SCHEDULE.scanEveryMs);
  }
});

test('of what a server says nothing but the schedule is taken', () => {
  const before: Schedule = { scanEveryMs: HOUR, startMs: 7, with: ['host'] };
  for (const told of [undefined, null, 'now', 7, [], { run: 'rm -rf /' }]) {
    assert.deepEqual(scheduleFrom(told, before), before);
  }
  const told = { scanEveryMs: 2 * HOUR, startMs: 9, with: ['buckets', 'shell', 3], run: 'reboot' };
  assert.deepEqual(scheduleFrom(told, before), { scanEveryMs: 2 * HOUR, startMs: 9, with: ['buckets'] });
});

test('the first scan after a start keeps the pace, whatever the clock says, and never waits longer than one interval', () => {
  const schedule: Schedule = { scanEveryMs: HOUR, startMs: 17 * MINUTE, with: ['host'] };
  const now = 1_000 * HOUR;
  const wait = (startedMs: number, isDone = true): number => firstWaitMs({ startedMs, isDone }, schedule, now);
  assert.equal(firstWaitMs(null, schedule, now), 0, 'a host that never scanned does so at once');
  assert.equal(wait(now - 20 * MINUTE), 40 * MINUTE);
  assert.equal(wait(now - 3 * HOUR), 2 * MINUTE, 'overdue: soon, and not all hosts at once');
  assert.equal(wait(now + 500 * HOUR), 2 * MINUTE, 'a scan that lies in the future tells nothing');
  assert.equal(wait(now - MINUTE, false), 4 * MINUTE, 'what was killed in the midst of it is made again, not at once');
});
