import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptKey, countAttempts } from './attempts.ts';

const settings = { loginFailureLimit: 3, loginFailureWindowMs: 60_000 };

test('after the limit further attempts wait until the window is over', () => {
  let now = 0;
  const attempts = countAttempts(settings, () => now);
  for (let failure = 0; failure < 3; failure++) {
    attempts.check('ada');
    attempts.failed('ada');
  }
  now = 20_000;
  assert.throws(() => attempts.check('ada'), { code: 'too_many_attempts', extra: { retryAfterMs: 40_000 } });
  attempts.check('bob');
  now = 60_000;
  attempts.check('ada');
});

test('a success forgets the failures before it', () => {
  const attempts = countAttempts(settings, () => 0);
  for (let round = 0; round < 5; round++) {
    attempts.check('ada');
    attempts.failed('ada');
    attempts.failed('ada');
    attempts.succeeded('ada');
  }
});

test('a flood of names does not grow the memory without end', () => {
  const attempts = countAttempts(settings, () => 0);
  for (let failure = 0; failure < 3; failure++) attempts.failed('first');
  for (let number = 0; number < 10_000; number++) attempts.failed(`made-up ${number}`);
  attempts.check('first');
});

test('one IPv6 subscriber is one place, and one IPv4 address is one place', () => {
  assert.equal(attemptKey('ada', '2001:db8::1'), attemptKey('ada', '2001:DB8:0:0:ffff::2'));
  assert.equal(attemptKey('ada', '2001:db8::1'), attemptKey('ada', '2001:0db8:0000:0000:1:2:3:4'));
  assert.notEqual(attemptKey('ada', '2001:db8::1'), attemptKey('ada', '2001:db8:0:1::1'));
  assert.equal(attemptKey('ada', '::1'), attemptKey('ada', '::2'));
  assert.notEqual(attemptKey('ada', '192.0.2.1'), attemptKey('ada', '192.0.2.2'));
  assert.notEqual(attemptKey('ada', '192.0.2.1'), attemptKey('bob', '192.0.2.1'));
});
