import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actWords } from './act-words.ts';

test('acts are told in words, and one that has none of its own in those of its name', () => {
  assert.equal(actWords('session.refused'), 'was refused a log-in');
  assert.equal(actWords('secret_thing.added'), 'added secret thing');
  assert.equal(actWords('odd'), 'odd');
});
