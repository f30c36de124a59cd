import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gaps, HEIGHT, timelineShape, WIDTH } from './timeline-shape.ts';

const point = (ts: number, bytes: number, notices = 0) => ({ ts, bytes, packets: 1, flows: 1, notices });
const range = { from: 100, to: 140 };
const watched = [{ from: 0, to: 1000 }];

test('the largest bar fills the height, the smallest is still seen, nothing is no bar', () => {
  const { bars, most, seconds } = timelineShape(
    [point(100, 0), point(110, 1), point(120, 1_000_000, 2), point(130, 500_000)],
    'bytes',
    range,
    watched,
  );
  assert.deepEqual(
    bars.map(({ height }) => height),
    [0, 1.5, HEIGHT, HEIGHT / 2],
  );
  assert.deepEqual(bars[2] && { x: bars[2].x, width: bars[2].width, notices: bars[2].notices }, {
    x: WIDTH / 2,
    width: WIDTH / 4,
    notices: 2,
  });
  assert.equal(most, 1_000_000);
  assert.equal(seconds, 10);
});

test('no points, and a time of no length, make a picture without a number that is none', () => {
  for (const shape of [
    timelineShape([], 'bytes', range, []),
    timelineShape([point(100, 0)], 'flows', { from: 100, to: 100 }, []),
  ]) {
    assert.doesNotMatch(JSON.stringify(shape), /null/, 'neither NaN nor Infinity');
  }
});

test('a sensor that has not told of the last seconds yet leaves no gap in the picture', () => {
  const points = [point(100, 1), point(110, 1), point(120, 1), point(130, 1)];
  const blindWith = (to: number) => timelineShape(points, 'bytes', range, [{ from: 0, to }]).blind;
  assert.deepEqual(blindWith(131), []);
  assert.deepEqual(blindWith(120), [{ x: WIDTH / 2, width: WIDTH / 2 }]);
});

test('where no sensor was there is told apart from where nothing happened', () => {
  assert.deepEqual(gaps([], 100, 140), [{ from: 100, to: 140 }]);
  assert.deepEqual(
    gaps(
      [
        { from: 120, to: 130 },
        { from: 90, to: 110 },
      ],
      100,
      140,
    ),
    [
      { from: 110, to: 120 },
      { from: 130, to: 140 },
    ],
  );
  assert.deepEqual(
    gaps(
      [
        { from: 90, to: 120 },
        { from: 110, to: 200 },
      ],
      100,
      140,
    ),
    [],
  );
  assert.deepEqual(gaps([{ from: 150, to: 160 }], 100, 140), [{ from: 100, to: 140 }], 'one that came later');
});
