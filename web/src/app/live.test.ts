import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitMs } from './live.ts';

test('a connection that breaks is made anew after a while that grows up to a minute, and not by all at once', () => {
  assert.deepEqual(
    [1, 2, 3].map((failures) => waitMs(failures, 1)),
    [1000, 2000, 4000],
  );
  assert.equal(waitMs(1, 0), 500);
  assert.equal(waitMs(50, 1), 60_000);
});
