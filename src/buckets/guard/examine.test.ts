import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryHealth, eventsHealth, noticesHealth, sweepHealth } from './examine.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = 100 * HOUR;

test('a guard hears only when its last call came back, and it is broken only after that had its time', () => {
  const health = (sentMs: number | null, heardMs: number | null) =>
    canaryHealth({ sentMs, heardMs }, NOW, HOUR, 'guard').health;
  assert.equal(health(null, null), 'unknown');
  assert.equal(health(NOW - 2 * HOUR, NOW - HOUR), 'works');
  assert.equal(health(NOW - 0.5 * HOUR, NOW - 24 * HOUR), 'unknown');
  assert.equal(health(NOW - 2 * HOUR, null), 'broken');
  assert.equal(health(NOW - 2 * HOUR, NOW - 3 * HOUR), 'broken');
});

test('a call that was heard days ago proves nothing: there is one a day, and its schedule is named', () => {
  const old = canaryHealth({ sentMs: NOW - 27 * HOUR, heardMs: NOW - 26 * HOUR }, NOW, HOUR, 'guard');
  assert.equal(old.health, 'broken');
  assert.match(old.detail, /schedule Canary .*\/holdfast\/guard\/tasks/);
});

test('the look at all works while there is one a day that could look at everything', () => {
  const of = (hoursAgo: number, failed = 0) =>
    sweepHealth({ atMs: NOW - hoursAgo * HOUR, buckets: 40, failed }, NOW, 'guard');
  assert.equal(sweepHealth(null, NOW, 'guard').health, 'unknown');
  assert.equal(of(25).health, 'works');
  assert.match(of(1, 3).detail, /40 buckets, with 3 failures: see the log \/holdfast\/guard\/tasks/);
  assert.equal(of(1, 3).health, 'unknown');
  assert.equal(of(27).health, 'broken');
  assert.match(of(27).detail, /schedule Sweep/);
});

test('mails about objects work while they are looked for each minute, and none waits for long', () => {
  const of = (turnedMs: number | null, waitingMs: number | null = null) =>
    noticesHealth({ turnedMs, waitingMs }, NOW, 'guard');
  assert.equal(of(null).health, 'unknown');
  assert.equal(of(NOW - MINUTE).health, 'works');
  assert.equal(of(NOW - MINUTE, NOW - MINUTE).health, 'works');
  assert.match(of(NOW - MINUTE, NOW - HOUR).detail, /could not be sent since .*\/holdfast\/guard\/notices says why/);
  assert.equal(of(NOW - MINUTE, NOW - HOUR).health, 'broken');
  assert.equal(of(NOW - HOUR).health, 'broken');
  assert.match(of(NOW - HOUR).detail, /schedule Postman/);
});

test('a bucket whose notices are on and that sends no events any more is broken; one that was deleted is told', () => {
  assert.equal(eventsHealth({ wanted: 0, silent: [], gone: [], unread: [] }).health, 'works');
  const gone = eventsHealth({ wanted: 3, silent: [], gone: ['old'], unread: [] });
  assert.equal(gone.health, 'works');
  assert.match(gone.detail, /^2 buckets sending them; deleted, and to be switched off: old$/);
  const silent = eventsHealth({
    wanted: 30,
    silent: Array.from({ length: 12 }, (_, index) => `b-${index}`),
    gone: [],
    unread: [],
  });
  assert.equal(silent.health, 'broken');
  const unread = eventsHealth({ wanted: 3, silent: [], gone: [], unread: ['plans'] });
  assert.equal(unread.health, 'unknown', 'and never taken for one that sends them');
  assert.match(silent.detail, /b-9 and 2 more; switch it on again: holdfast buckets notices on b-0$/);
});
