import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf } from './words.ts';

const hostId = '0'.repeat(32);

test('a name is the label, else what the host calls itself, else its id', () => {
  assert.equal(nameOf({ label: ' Front door ', hostname: 'web-1', hostId }), 'Front door');
  assert.equal(nameOf({ label: '', hostname: 'web-1', hostId }), 'web-1');
  assert.equal(nameOf({ label: ' ', hostname: '', hostId }), hostId);
});

test('what would turn the words or hide among them is written out, and can be typed so', () => {
  assert.equal(nameOf({ label: '', hostname: 'ev\u202Egnp\u0007', hostId }), 'ev\\u{202e}gnp\\u{7}');
});
