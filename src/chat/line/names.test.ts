import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldName, nameOf } from './names.ts';

test('names that differ in case or composition alone are one name', () => {
  for (const [one, other] of [
    ['LO', 'lo'],
    ['Zoë', 'ZOE\u0308'],
    ['Straße', 'STRASSE'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['Ǆ', 'ǆ'],
  ] as const) {
    assert.equal(foldName(one), foldName(other), `${one} ${other}`);
  }
  for (const [one, other] of [
    ['ER', 'ERI'],
    ['a', 'ä'],
    ['а', 'a'],
  ] as const) {
    assert.notEqual(foldName(one), foldName(other), `${one} ${other}`);
  }
});

test('a name is 1 to 32 characters, counted as people see them composed', () => {
  assert.equal(nameOf('e\u0301'.repeat(32)), 'é'.repeat(32));
  assert.equal(nameOf('é'.repeat(33)), null);
  assert.equal(nameOf('😀'.repeat(32)), '😀'.repeat(32));
  assert.equal(nameOf(''), null);
});

test('what cannot be seen, blanks of every kind, @ and : are in no name', () => {
  for (const part of [
    ' ',
    '\t',
    '\u00a0',
    '\u3000',
    '@',
    ':',
    '\u0000',
    '\u001b',
    '\u200b',
    '\u200d',
    '\u202e',
    '\u2060',
    '\ufeff',
    '\u3164',
  ]) {
    assert.equal(nameOf(`a${part}b`), null, JSON.stringify(part));
  }
});
