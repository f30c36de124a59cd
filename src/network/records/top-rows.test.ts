import assert from 'node:assert/strict';
import { test } from 'node:test';
import { topRows } from './top-rows.ts';

const ROWS = 500;

/** Every seventh row is without flows. */
const flows = Float64Array.from({ length: ROWS }, (_, row) => (row % 7 === 0 ? 0 : 1));

for (const [name, bytesOf] of [
  ['that are all the same', () => 40],
  ['that grow', (row: number) => row],
  ['that shrink', (row: number) => ROWS - row],
  ['as though by chance, many of them twice', (row: number) => (Math.imul(row, 0x9e3779b1) >>> 0) % 97],
] as const) {
  test(`of bytes ${name} the most are found as sorting all of them would, and of the same the first`, () => {
    const bytes = Float64Array.from({ length: ROWS }, (_, row) => bytesOf(row));
    const counted = Array.from(flows.keys()).filter((row) => flows[row] === 1);
    const sorted = counted.toSorted((a, b) => bytesOf(b) - bytesOf(a));
    for (const most of [1, 2, 3, 16, 255, ROWS, Infinity]) {
      assert.deepEqual(topRows({ count: ROWS, flows, bytes }, most), sorted.slice(0, most), String(most));
    }
  });
}
