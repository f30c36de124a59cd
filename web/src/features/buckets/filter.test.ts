import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketsFilterFrom, queryOf, withVerdict } from './filter.ts';

test('an address that somebody typed is a filter as far as it is one', () => {
  const search = {
    verdict: 'private,nonsense,public-read',
    severity: 'high,worst',
    place: '../x',
    text: 2026,
    more: 1,
  };
  assert.deepEqual(bucketsFilterFrom(search), { verdict: 'public-read,private', severity: 'high', text: '2026' });
  assert.deepEqual(bucketsFilterFrom({ place: '0123456789abcdef', text: '  ' }), { place: '0123456789abcdef' });
});

test('verdicts are chosen and left out one by one, worst first', () => {
  assert.equal(withVerdict(undefined, 'private', true), 'private');
  assert.equal(withVerdict('private', 'public-write', true), 'public-write,private');
  assert.equal(withVerdict('private', 'private', false), undefined);
});

test('what is not narrowed is not asked for', () => {
  assert.equal(
    queryOf(bucketsFilterFrom({ verdict: undefined, text: 'logs', severity: '', place: undefined })).toString(),
    'text=logs',
  );
});
