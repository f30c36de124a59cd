import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCertificate } from './certificate.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 29);
const facts = { names: ['a.example'], fromMs: NOW - 10 * DAY, untilMs: NOW + 80 * DAY, fingerprint: 'AB:CD' };

test('a certificate with time left passes; near its end, over, or ahead of the clock it does not', () => {
  const verdict = (fromDays: number, untilDays: number) =>
    judgeCertificate(
      {
        kind: 'files',
        trouble: null,
        facts: { ...facts, fromMs: NOW + fromDays * DAY, untilMs: NOW + untilDays * DAY },
      },
      NOW,
    ).verdict;
  assert.equal(verdict(-10, 80), 'pass');
  assert.equal(verdict(-80, 10), 'warn');
  assert.equal(verdict(-4, 2), 'pass', 'of six days, two are not the last part');
  assert.equal(verdict(-90, -1), 'fail');
  assert.equal(verdict(1, 90), 'fail');
});

test('a renewal that fails is told with what to do, while the one before is served', () => {
  const trouble = { atMs: NOW - DAY, code: 'acme_refused', what: 'The name is not ours.', remedy: 'Point it here.' };
  const told = judgeCertificate({ kind: 'acme', facts, trouble }, NOW);
  assert.equal(told.verdict, 'fail');
  assert.match(told.what, /since 2026-11-28.*good until 2027-02-17.*The name is not ours/);
  assert.equal(told.remedy, 'Point it here.');
});

test('the fingerprint of a self-made one is told', () => {
  const told = judgeCertificate({ kind: 'self-made', facts, trouble: null }, NOW);
  assert.equal(told.verdict, 'warn');
  assert.match(told.what, /AB:CD/);
});
