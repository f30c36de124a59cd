import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromTo, fromToFrom, hostsFilterFrom, hostsSearchFrom, queryOf, withState } from './filter.ts';

test('an address that somebody typed is a filter as far as it is one', () => {
  assert.deepEqual(hostsFilterFrom({ state: 'reporting,nonsense,silent', text: 10, more: 1 }), {
    state: 'silent,reporting',
    text: '10',
  });
  assert.deepEqual(hostsSearchFrom({ state: 5, text: ' ', by: 'index', down: true }), { by: 'index', down: true });
});

test('states are chosen and left out one by one', () => {
  assert.equal(withState(undefined, 'late', true), 'late');
  assert.equal(withState('late', 'silent', true), 'silent,late');
  assert.equal(withState('late', 'late', false), '');
});

test('the server is asked by its own words', () => {
  assert.equal(queryOf({ state: 'late', text: 'web 1' }).toString(), 'state=late&q=web+1');
});

test('two are compared only when both are numbers of states', () => {
  assert.deepEqual(fromToFrom({ from: 1, to: 12 }), { from: 1, to: 12 });
  for (const to of [undefined, '../x', 0, -1, 1.5, 1e9]) assert.deepEqual(fromToFrom({ from: 1, to }), {});
  assert.deepEqual(fromTo('3', '4'), { from: 3, to: 4 });
});
