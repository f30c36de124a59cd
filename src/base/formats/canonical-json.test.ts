import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, type Canonical } from './canonical-json.ts';

test('the order of members makes no difference, their values do', () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, 'ü"\n'] }), '{"a":[true,null,"ü\\"\\n"],"b":1}');
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }));
  assert.notEqual(canonicalJson({ a: '1' }), canonicalJson({ a: 1 }));
  assert.notEqual(canonicalJson(['a', 'b']), canonicalJson(['a,b']));
});

test('what cannot be kept in a record is refused', () => {
  assert.throws(() => canonicalJson({ a: Number.NaN }), TypeError);
  assert.throws(() => canonicalJson([Number.POSITIVE_INFINITY]), TypeError);
});

test('members that are in order already, at some depth or at all, make the same text', () => {
  const inOrder = { '': 0, '10': 'ten', '9': 'nine', B: [{ a: 1, b: '\ud800' }], b: null, ä: true };
  const members = Object.entries(inOrder);
  const text = '{"":0,"10":"ten","9":"nine","B":[{"a":1,"b":"\\ud800"}],"b":null,"ä":true}';
  for (let turn = 0; turn < members.length; turn += 1) {
    members.push(members.shift()!);
    assert.equal(canonicalJson(Object.fromEntries(members)), text);
    assert.equal(canonicalJson([{ b: 1, a: Object.fromEntries(members) }]), `[{"a":${text},"b":1}]`);
  }
});

test('it is JSON of the same value, and the same text after a round through a store', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value as Canonical);
      const stored = JSON.parse(JSON.stringify(value)) as Canonical;
      assert.equal(canonicalJson(stored), text);
      assert.deepEqual(JSON.parse(text), stored);
    }),
  );
});

test('what is out of order far down in nested arrays is written in one walk', () => {
  let value: Canonical = [{ b: 1, a: 2 }];
  let text = '[{"a":2,"b":1}]';
  for (let depth = 0; depth < 1000; depth += 1) [value, text] = [[value], `[${text}]`];
  assert.equal(canonicalJson(value), text);
});
