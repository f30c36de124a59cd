import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releaseMemory } from './release-memory.ts';

test('releaseMemory empties a piece that has its memory to itself', () => {
  const piece = Buffer.allocUnsafeSlow(64 * 1024);
  releaseMemory(piece);
  assert.equal(piece.length, 0);
  assert.equal(piece.buffer.byteLength, 0);
});

test('releaseMemory leaves a piece alone that lies beside others, whether of ours or of a pool', () => {
  const whole = Buffer.alloc(16, 7);
  releaseMemory(whole.subarray(4, 8));
  releaseMemory(whole.subarray(0, 8));
  assert.deepEqual(whole, Buffer.alloc(16, 7));
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  releaseMemory(shared);
  assert.equal(shared.length, 8);
  const pooled = Buffer.from('of a pool');
  releaseMemory(pooled);
  assert.equal(pooled.toString(), 'of a pool');
});

test('releaseMemory does nothing to a piece that is empty or was released before', () => {
  const piece = Buffer.allocUnsafeSlow(8);
  releaseMemory(piece);
  releaseMemory(piece);
  releaseMemory(new Uint8Array());
  assert.equal(piece.length, 0);
});
