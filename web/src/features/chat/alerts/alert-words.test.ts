import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headingOf, pathOn, tellsOfMore } from './alert-words.ts';

test('pathOn() stays on the host that the browser came by, and takes nothing but web addresses', () => {
  const here = 'http://localhost:8080';
  assert.equal(
    pathOn('https://files.example.org/security/findings?finding=a%2Fb', here),
    '/security/findings?finding=a%2Fb',
  );
  assert.equal(pathOn('/security/findings', here), '/security/findings');
  assert.equal(pathOn('javascript:alert(1)', here), null);
  assert.equal(pathOn('http://[', here), null);
});

test('headingOf() takes what happened, and nothing of a text that is none of an alert', () => {
  assert.equal(headingOf('**Guards found 2 things** (2026-11-28T12:00:00.000Z)\n- high: one'), 'Guards found 2 things');
  assert.equal(headingOf('**bold** text'), null);
  assert.equal(headingOf(''), null);
});

test('tellsOfMore() where a look found more than an alert lists, and where there is nothing to decide on', () => {
  const action = (verb: 'acknowledge' | 'accept', actionId: string) => ({
    ...{ verb, actionId, findingId: null, title: null, severity: null, link: null, done: null },
  });
  const whole = action('acknowledge', 'acknowledge');
  const two = [action('accept', 'one'), action('accept', 'two')];
  assert.equal(tellsOfMore({ things: 2, actions: [whole, ...two] }), false);
  assert.equal(tellsOfMore({ things: 25, actions: [whole, ...two] }), true);
  assert.equal(tellsOfMore({ things: 1, actions: [whole] }), true);
});
