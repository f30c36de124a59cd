import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severities as known, states as knownStates } from '../../../../src/findings/finding.ts';
import { filterFrom, isNarrowed, queryOf, withSeverity } from './filter.ts';
import { severities, states } from './words.ts';

test('an address that somebody typed narrows by what it says rightly, and by nothing else', () => {
  const typed = { state: 'lost', severity: 'low,critical,loud', verdict: 'fail', text: 2049, check: ' ', finding: 'x' };
  assert.deepEqual(filterFrom(typed), { severity: 'critical,low', text: '2049' });
  assert.deepEqual(filterFrom({ state: 'open' }), {});
  assert.equal(filterFrom({ text: 'x'.repeat(1000) }).text?.length, 256);
});

test('a severity is added and taken away, worst first', () => {
  assert.equal(withSeverity('low', 'critical', true), 'critical,low');
  assert.equal(withSeverity('low', 'low', false), undefined);
});

test('a part of a name is asked for as a pattern, and a pattern as it is', () => {
  assert.equal(queryOf({ check: 'bucket-*', resource: ' photos ' }).toString(), 'check=bucket-*&resource=*photos*');
});

test('another state alone narrows nothing within it', () => {
  assert.equal(isNarrowed({ state: 'fixed' }), false);
  assert.equal(isNarrowed({ state: 'fixed', text: 'x' }), true);
});

test('the words of the page are those of the server', () => {
  assert.deepEqual([severities, states], [known, knownStates]);
});
