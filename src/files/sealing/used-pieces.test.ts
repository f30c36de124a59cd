import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usedPieces } from './used-pieces.ts';

const REST = 1000;

/** Of the pieces given, in their order, the sizes of those that are still whole. */
function left(pieces: readonly Uint8Array[]): number[] {
  return pieces.map(({ length }) => length).filter((length) => length > 0);
}

test('a piece is given back once as many bytes came after it as a transform may keep, and not before', () => {
  const used = usedPieces(REST);
  const pieces = [600, 999, 1, 2000].map((length) => new Uint8Array(length));
  const seen = pieces.map((piece) => {
    used.add(piece);
    return left(pieces);
  });
  assert.deepEqual(seen, [[600, 999, 1, 2000], [600, 999, 1, 2000], [999, 1, 2000], [2000]]);
  used.end();
  assert.deepEqual(left(pieces), []);
});

test('small pieces do not add up to a whole file', () => {
  const used = usedPieces(REST);
  const pieces = Array.from({ length: 500 }, () => new Uint8Array(16));
  for (const piece of pieces) used.add(piece);
  assert.ok(left(pieces).length * 16 <= REST + 16, `${left(pieces).length} of 500 are kept`);
});
