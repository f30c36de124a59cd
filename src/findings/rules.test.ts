import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches } from './rules.ts';

test('a star stands for any characters, everything else for itself', () => {
  const yes = [
    ['*', ''],
    ['a*', 'a'],
    ['*b', 'aab'],
    ['a*b*c', 'a-b-b-c'],
    ['arn:aws:s3:::logs-*', 'arn:aws:s3:::logs-2026'],
    ['a.c', 'a.c'],
    ['(x)+', '(x)+'],
  ] as const;
  const no = [
    ['', 'a'],
    ['a', 'ab'],
    ['a.c', 'abc'],
    ['a*b', 'a'],
    ['*ab', 'aab-'],
    ['A', 'a'],
  ] as const;
  for (const [pattern, text] of yes) assert.ok(matches(pattern, text), `${pattern} is ${text}`);
  for (const [pattern, text] of no) assert.ok(!matches(pattern, text), `${pattern} is not ${text}`);
});

test('no pattern makes matching slow', () => {
  const pattern = `${'*a'.repeat(60)}b`;
  assert.equal(matches(pattern, 'a'.repeat(4000)), false);
});
