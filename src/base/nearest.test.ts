import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

test('a typing mistake finds the word that was meant, and another word none', () => {
  const verbs = ['put', 'get', 'versions', 'restore', 'whoami'];
  assert.equal(nearest('versoins', verbs), 'versions');
  assert.equal(nearest('restor', verbs), 'restore');
  assert.equal(nearest('completely-different', verbs), null);
});
