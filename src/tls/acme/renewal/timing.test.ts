import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attempt, failuresInARow, nextAttemptMs, type Timing } from './timing.ts';

const NOW = Date.UTC(2026, 10, 29);
const DAY = 86_400_000;
const MINUTE = 60_000;
const facts = (days: number, usedDays: number, fingerprint = '00:00:00:00:01') => ({
  ...{ names: ['a.example'], fingerprint },
  ...{ fromMs: NOW - usedDays * DAY, untilMs: NOW + (days - usedDays) * DAY },
});
const next = (timing: Partial<Timing>): number =>
  nextAttemptMs(
    {
      facts: null,
      window: null,
      attempts: [],
      acmeRetryMs: 15 * MINUTE,
      acmeRetryMaxMs: DAY,
      isFreshStart: false,
      ...timing,
    },
    NOW,
  );
const failed = (agoMs: number): Attempt => ({ atMs: NOW - agoMs, code: 'acme_refused' });
const got = (agoMs: number): Attempt => ({ atMs: NOW - agoMs, code: null });

test('without a certificate one is asked for at once; with one, when two thirds of its time are over', () => {
  assert.ok(next({}) <= NOW);
  assert.ok(next({ facts: facts(90, 59) }) > NOW);
  assert.ok(next({ facts: facts(90, 61) }) <= NOW);
  assert.ok(next({ facts: facts(6, 3.9) }) > NOW);
  assert.ok(next({ facts: facts(6, 4.1) }) <= NOW, 'also of one of six days');
});

test('servers that began together do not renew together, and one does not change its mind', () => {
  const of = (fingerprint: string): number => next({ facts: facts(90, 10, fingerprint) });
  assert.ok(of('FF:FF:FF:FF') - of('00:00:00:00') > 5 * DAY);
  assert.equal(of('AB:CD:EF:01'), of('AB:CD:EF:01'));
});

test('what the authority says counts before our own time, sooner and later, but not until it is too late', () => {
  const window = (fromDays: number, untilDays: number) => ({
    ...{ startMs: NOW + fromDays * DAY, endMs: NOW + untilDays * DAY },
  });
  assert.ok(next({ facts: facts(90, 1), window: window(-2, -1) }) <= NOW, 'called back: at once');
  assert.ok(next({ facts: facts(90, 61), window: window(5, 7) }) > NOW + 5 * DAY - MINUTE);
  const of = (fingerprint: string): number => next({ facts: facts(90, 10, fingerprint), window: window(10, 20) });
  assert.ok(of('FF:FF:FF:FF') - of('00:00:00:00') > 9 * DAY, 'somewhere in the window');
  assert.equal(next({ facts: facts(90, 0), window: window(300, 400) }), NOW + 81 * DAY);
  const attempts = [got(3), got(2), got(1), got(0)];
  assert.ok(
    next({ facts: facts(90, 1), window: window(-2, -1), attempts }) > NOW + 6 * DAY,
    'four a week all the same',
  );
});

test('after failures it waits twice as long each time, up to a day; a new start tries again soon, but not at once', () => {
  const wait = (failures: number, isFreshStart = false): number =>
    next({ attempts: Array.from({ length: failures }, () => failed(0)), isFreshStart }) - NOW;
  assert.equal(wait(1), 15 * MINUTE);
  assert.equal(wait(3), 60 * MINUTE);
  assert.equal(wait(12), DAY);
  assert.equal(wait(12, true), 15 * MINUTE);
  const spread = next({ attempts: [{ atMs: NOW - 1, code: 'x' }] }) - NOW;
  assert.ok(spread > 15 * MINUTE && spread < 19 * MINUTE, 'somewhat differently by server');
});

test('never more than four an hour fail, however often the server starts', () => {
  let nowMs = NOW;
  const attempts: Attempt[] = [];
  for (; nowMs < NOW + 24 * 3_600_000; nowMs += 10_000) {
    const timing = {
      facts: null,
      window: null,
      attempts,
      acmeRetryMs: 15 * MINUTE,
      acmeRetryMaxMs: DAY,
      isFreshStart: true,
    };
    if (nextAttemptMs(timing, nowMs) <= nowMs) attempts.push({ atMs: nowMs, code: 'acme_not_reached_us' });
  }
  const busiest = Math.max(
    ...attempts.map(
      ({ atMs }) => attempts.filter((other) => other.atMs >= atMs && other.atMs < atMs + 3_600_000).length,
    ),
  );
  assert.equal(busiest, 4);
});

test('when the authority asks to be left alone, it is', () => {
  const attempts = [{ ...failed(0), notBeforeMs: NOW + 3 * DAY }];
  assert.equal(next({ attempts, isFreshStart: true }), NOW + 3 * DAY);
});

test('four certificates a week are enough, whatever became of them', () => {
  const attempts = [got(6 * DAY), got(5 * DAY), got(4 * DAY), got(DAY)];
  assert.equal(next({ attempts }), NOW + DAY);
  assert.ok(next({ attempts: [got(8 * DAY), ...attempts.slice(1)] }) <= NOW);
});

test('a clock that was set back keeps nothing from happening for long', () => {
  assert.ok(next({ attempts: [{ atMs: NOW + 400 * DAY, code: 'acme_refused' }] }) <= NOW + 20 * MINUTE);
});

test('failures are counted since the last success', () => {
  assert.equal(failuresInARow([]), 0);
  assert.equal(failuresInARow([failed(3), got(2), failed(1), failed(0)]), 2);
});
