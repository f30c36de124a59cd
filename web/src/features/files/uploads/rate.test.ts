import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateOf, type Sample, timeLeft, withSample } from './rate.ts';

const steady = [0, 1000, 2000].map((atMs) => ({ atMs, bytes: atMs * 5 }));

test('rate and time left follow from what was seen', () => {
  assert.equal(rateOf(steady), 5000);
  assert.equal(timeLeft(steady, 50_000), 10_000);
});

test('too little seen, or nothing moving, promises nothing', () => {
  assert.equal(rateOf([]), null);
  assert.equal(
    rateOf([
      { atMs: 0, bytes: 0 },
      { atMs: 500, bytes: 9 },
    ]),
    null,
  );
  assert.equal(
    timeLeft(
      [
        { atMs: 0, bytes: 7 },
        { atMs: 5000, bytes: 7 },
      ],
      100,
    ),
    null,
  );
});

test('what lies long back is forgotten', () => {
  let samples: readonly Sample[] = [{ atMs: 0, bytes: 0 }];
  for (let atMs = 1000; atMs <= 20_000; atMs += 1000) samples = withSample(samples, { atMs, bytes: atMs });
  assert.equal(samples[0]?.atMs, 13_000);
});
