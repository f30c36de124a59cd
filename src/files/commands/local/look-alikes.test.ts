import assert from 'node:assert/strict';
import { test } from 'node:test';
import { depthOfLookAlike, lookAlikes, spelledOut } from './look-alikes.ts';

const composed = 'caf\u00e9';
const decomposed = 'cafe\u0301';

test('names that differ in their composed form alone are found wherever they stand in a path', () => {
  const files = [
    ['a', composed, 'x'],
    ['a', decomposed, 'y'],
    ['a', 'cafe', 'x'],
  ];
  const alike = lookAlikes(files);
  assert.deepEqual([...alike], [[`a/${composed}`, [composed, decomposed]]]);
  assert.deepEqual(
    files.map((path) => depthOfLookAlike(path, alike)),
    [2, 2, undefined],
  );
});

test('the same path twice, and one spelling alone, are no look-alikes', () => {
  const files = [
    ['a', decomposed],
    ['a', decomposed],
    ['b', composed],
  ];
  const alike = lookAlikes(files);
  assert.equal(alike.size, 0);
  assert.equal(depthOfLookAlike(['a', decomposed], alike), undefined);
});

test('names that look the same are told apart when they are spelled out', () => {
  assert.equal(spelledOut(composed), 'caf\\u{e9}');
  assert.equal(spelledOut(decomposed), 'cafe\\u{301}');
  assert.equal(spelledOut('plain name.txt'), 'plain name.txt');
  assert.equal(spelledOut('\u{1f600}'), '\\u{1f600}');
});
