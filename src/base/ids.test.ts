import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isId, newId } from './ids.ts';

test('ids made one after another sort in that order, however many there are in one millisecond', () => {
  const ids = Array.from({ length: 50_000 }, newId);
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.every(isId));
});

test('an id begins with the time, and nobody can tell the next one from it', () => {
  const before = Date.now();
  const [first, second] = [newId(), newId()];
  const ms = Number.parseInt(first.slice(0, 8) + first.slice(9, 13), 16);
  // Counting ahead within one millisecond takes less than this.
  assert.ok(ms >= before && ms <= Date.now() + 100, `${ms} is not about ${before}`);
  assert.notEqual(first.slice(20), second.slice(20));
});
