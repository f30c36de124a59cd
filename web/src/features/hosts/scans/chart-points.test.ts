import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartPoints } from './chart-points.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const scan = (from: number, to: number, index: number | null) => ({ startedTime: at(from), lastTime: at(to), index });

test('an index holds until the scan that saw it last, oldest at the left', () => {
  assert.deepEqual(chartPoints([scan(10, 10, 90), scan(0, 5, 50)]), [
    { x: 0, y: 50 },
    { x: 50, y: 50 },
    { x: 100, y: 10 },
    { x: 100, y: 10 },
  ]);
});

test('what is not known is no point, and one moment makes no line', () => {
  assert.deepEqual(
    chartPoints([scan(4, 4, 10), scan(0, 2, null)]).map(({ x }) => x),
    [100, 100],
  );
  assert.deepEqual(chartPoints([scan(1, 1, 10)]), []);
  assert.deepEqual(chartPoints([]), []);
});
