import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortestAddress } from './address-words.ts';

test('an address is known however it is spelt, and what is none stays as it is', () => {
  for (const spelt of ['2001:db8:0:0:0:0:0:7', '2001:0DB8::0007', '2001:db8::7']) {
    assert.equal(shortestAddress(spelt), '2001:db8::7');
  }
  assert.equal(shortestAddress('::'), '::');
  assert.equal(shortestAddress('203.0.113.7'), '203.0.113.7');
  assert.equal(shortestAddress('0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f'), '0190f5d2-7b1e-7c3a-9d1f-3a5b7c9d1e2f');
});
