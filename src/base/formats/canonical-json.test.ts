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
