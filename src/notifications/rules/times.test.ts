import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestamp } from '../../base/clock.ts';
import { leaveMs, timingFor } from './apply.ts';
import { endOfQuiet, isTimeOfDay, isTimeZone, nextHour, nextTimeOfDay } from './times.ts';

const at = (text: string): number => Date.parse(text);
const BERLIN = 'Europe/Berlin';

test('a time of day is the next one there, in summer, in winter, and on the days when clocks change', () => {
  const cases = [
    // now, zone, time, then
    ['2026-07-01T05:59:30Z', BERLIN, '08:00', '2026-07-01T06:00:00.000Z'],
    ['2026-07-01T06:00:00Z', BERLIN, '08:00', '2026-07-02T06:00:00.000Z'],
    ['2026-12-01T05:59:30Z', BERLIN, '08:00', '2026-12-01T07:00:00.000Z'],
    // Clocks go forward at 01:00 UTC on 29 March, and back on 25 October 2026.
    ['2026-03-28T12:00:00Z', BERLIN, '08:00', '2026-03-29T06:00:00.000Z'],
    ['2026-10-24T12:00:00Z', BERLIN, '08:00', '2026-10-25T07:00:00.000Z'],
    ['2026-07-01T00:00:00Z', 'Asia/Kolkata', '08:00', '2026-07-01T02:30:00.000Z'],
    ['2026-07-01T00:00:00Z', 'America/Los_Angeles', '08:00', '2026-07-01T15:00:00.000Z'],
  ] as const;
  for (const [now, zone, time, then] of cases) {
    assert.equal(timestamp(nextTimeOfDay(at(now), zone, time)), then, `${time} in ${zone} after ${now}`);
  }
});

test('every moment of a year has a next time of day that lies ahead, within 25 hours', () => {
  for (const zone of [BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
    for (let now = at('2026-01-01T00:07:00Z'); now < at('2027-01-01T00:00:00Z'); now += 7.3 * 3_600_000) {
      for (const time of ['00:00', '02:30', '08:00']) {
        const distance = nextTimeOfDay(now, zone, time) - now;
        assert.ok(distance > 0 && distance <= 25 * 3_600_000, `${zone} ${timestamp(now)} ${time}`);
      }
    }
  }
});

test('quiet hours go over midnight, begin on their first minute and end on their last', () => {
  const night = { from: '22:00', to: '07:00' };
  const noon = { from: '12:00', to: '13:00' };
  const end = (now: string, hours: typeof night) => {
    const ms = endOfQuiet(at(now), BERLIN, hours);
    return ms === null ? null : timestamp(ms);
  };
  assert.equal(end('2026-12-01T20:59:59Z', night), null);
  assert.equal(end('2026-12-01T21:00:00Z', night), '2026-12-02T06:00:00.000Z');
  assert.equal(end('2026-12-02T05:59:59Z', night), '2026-12-02T06:00:00.000Z');
  assert.equal(end('2026-12-02T06:00:00Z', night), null);
  assert.equal(end('2026-12-02T11:30:00Z', noon), '2026-12-02T12:00:00.000Z');
  assert.equal(end('2026-12-02T12:00:00Z', noon), null);
});

test('a full hour is one of the clocks there, also where they differ by half an hour', () => {
  assert.equal(timestamp(nextHour(at('2026-12-01T10:00:01Z'), BERLIN)), '2026-12-01T11:00:00.000Z');
  assert.equal(timestamp(nextHour(at('2026-12-01T10:00:01Z'), 'Asia/Kolkata')), '2026-12-01T10:30:00.000Z');
});

test('zones and times that there are not are known as such', () => {
  assert.deepEqual(['UTC', BERLIN, 'Mars/Olympus', '', 'a b', '../etc'].map(isTimeZone), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  assert.deepEqual(['00:00', '23:59', '24:00', '7:00', '07:60', ''].map(isTimeOfDay), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('of several rules the most exact one counts, and without any what is usual for the kind', () => {
  const kind = { name: 'quota_near', usual: 'daily' } as const;
  const all = { kind: '*', channel: '*', timing: 'off' } as const;
  const byChannel = { kind: '*', channel: 'mail', timing: 'hourly' } as const;
  const byKind = { kind: 'quota_near', channel: '*', timing: 'daily' } as const;
  const both = { kind: 'quota_near', channel: 'mail', timing: 'immediate' } as const;
  const other = { kind: 'login_new', channel: 'mail', timing: 'off' } as const;
  const feed = { kind: 'quota_near', channel: 'feed', timing: 'off' } as const;
  assert.equal(timingFor([other, feed], kind, 'info', 'mail'), 'daily');
  assert.equal(timingFor([other, feed], kind, 'critical', 'mail'), 'immediate');
  assert.equal(timingFor([all], kind, 'critical', 'mail'), 'off');
  assert.equal(timingFor([byChannel, all], kind, 'info', 'mail'), 'hourly');
  assert.equal(timingFor([byKind, byChannel, all], kind, 'info', 'mail'), 'daily');
  assert.equal(timingFor([all, both, byKind, byChannel], kind, 'info', 'mail'), 'immediate');
});

test('a digest that would fall into quiet hours waits for their end; what is critical and of security waits for nothing', () => {
  const hours = { timeZone: 'UTC', quiet: { from: '22:00', to: '07:00' }, digestAt: '06:00' };
  const leave = (timing: 'immediate' | 'daily', security: boolean, severity: 'info' | 'critical') =>
    timestamp(leaveMs(at('2026-12-01T23:00:00Z'), timing, { security }, severity, hours)).slice(11, 16);
  assert.equal(leave('daily', false, 'info'), '07:00');
  assert.equal(leave('immediate', false, 'critical'), '07:00');
  assert.equal(leave('immediate', true, 'info'), '07:00');
  assert.equal(leave('immediate', true, 'critical'), '23:00');
});
