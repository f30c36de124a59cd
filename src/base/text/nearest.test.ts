import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

test('a typing mistake finds the word that was meant, and another word none', () => {
  const verbs = ['put', 'get', 'versions', 'restore', 'whoami'];
  assert.equal(nearest('versoins', verbs), 'versions');
  assert.equal(nearest('restor', verbs), 'restore');
  assert.equal(nearest('completely-different', verbs), null);
});

test('two neighbours that changed places are one mistake', () => {
  assert.equal(nearest('lst', ['lost', 'last']), 'lost');
  // Two exchanges would be as far as from the other.
  assert.equal(nearest('fidn', ['fine', 'find']), 'find');
  assert.equal(nearest('udno', ['undo', 'dune']), 'undo');
  assert.equal(nearest('adbc', ['audit', 'abcd']), 'abcd');
});
