import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { code } from '../test-files.ts';
import { namePattern } from './pattern.ts';

const MATCHES: readonly [pattern: string, name: string, isMatch: boolean][] = [
  ['plan', 'The Plan of 2026.pdf', true],
  ['plan', 'blueprint.pdf', false],
  ['*.pdf', 'Plan.PDF', true],
  ['*.pdf', 'plan.pdf.zip', false],
  ['plan*', 'the plan', false],
  ['*plan*2026*', 'The Plan of 2026.pdf', true],
  ['page ?', 'page 1', true],
  ['page ?', 'page 10', false],
  ['page ?', 'page 😀', true],
  ['[a-c]*', 'Beta', true],
  ['[!a-c]*', 'Beta', false],
  ['[]]', ']', true],
  ['\\*', 'a*b', true],
  ['\\*', 'ab', false],
  ['uber', 'Über uns', true],
  ['*.(x)+$', 'a.(x)+$', true],
  ['*', '', true],
  ['**a', 'bca', true],
];

test('a part of a name is enough without wildcards; with them the whole name counts', () => {
  for (const [pattern, name, isMatch] of MATCHES) {
    assert.equal(namePattern(pattern)(name), isMatch, `${pattern} against ${name}`);
  }
});

test('case and accents count when they are told to', () => {
  assert.equal(namePattern('plan', { matchCase: true })('Plan'), false);
  assert.equal(namePattern('uber', { matchCase: true })('Über'), false);
  assert.equal(namePattern('Uber', { matchCase: true })('Über'), true);
  assert.equal(namePattern('uber', { matchAccents: true })('Über'), false);
  assert.equal(namePattern('ÜBER', { matchAccents: true })('u\u0308ber'), true);
});

test('what is no pattern is refused', () => {
  for (const pattern of ['', '[abc', 'a/b']) {
    assert.throws(() => namePattern(pattern), code('name_pattern_invalid'), pattern);
  }
});

test('a pattern made to take for ever takes no longer than any other', () => {
  const isWanted = namePattern(`${'*a'.repeat(100)}b`);
  assert.equal(isWanted('a'.repeat(255)), false);
});

test('wildcards mean what the same regular expression means', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?');
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.stringMatching(/^[ab]{0,8}$/), (pieces, name) => {
      const source = pieces.map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each)).join('');
      const isWhole = pieces.some((each) => each === '*' || each === '?');
      const expected = new RegExp(isWhole ? `^${source}$` : source).test(name);
      assert.equal(namePattern(pieces.join(''))(name), expected);
    }),
    { numRuns: 500 },
  );
});
