import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from './sha-256.ts';

const ours = (...pieces: readonly Uint8Array[]): string => {
  const hash = sha256();
  for (const piece of pieces) hash.update(piece);
  return Buffer.from(hash.digest()).toString('hex');
};
const theirs = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('every length up to three blocks has the hash that Node’s own has', () => {
  for (let length = 0; length <= 192; length++) {
    const bytes = randomBytes(length);
    assert.equal(ours(bytes), theirs(bytes), `${length} bytes`);
  }
});

test('however a message is cut into pieces, its hash is the same', () => {
  const bytes = randomBytes(100_000);
  for (let round = 0; round < 200; round++) {
    const pieces = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(Math.random() ** 4 * 30_000);
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    assert.equal(ours(...pieces), theirs(bytes));
  }
});

test('the example of the standard', () => {
  assert.equal(ours(Buffer.from('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
