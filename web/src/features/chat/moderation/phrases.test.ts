import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesIn, linesOf } from './phrases.ts';

test('linesIn() takes one phrase a line, each once, without what surrounds it', () => {
  assert.deepEqual(linesIn('  bad words \n\nworse\r\nworse\n'), ['bad words', 'worse']);
  assert.deepEqual(linesIn(linesOf(['a b', 'c'])), ['a b', 'c']);
  assert.deepEqual(linesIn(''), []);
});
