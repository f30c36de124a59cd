import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLock } from './store-abilities.ts';

test('a lock on second copies may be meant and is no fault for good; one on the objects themselves is', () => {
  const locked = { objectLock: 'always' } as const;
  const copies = judgeLock(locked, 'It', 'second copies');
  assert.equal(copies.verdict, 'warn');
  assert.match(copies.what, /what people remove for good stays there as long/);
  assert.match(copies.remedy ?? '', /where that is meant/);
  assert.equal(judgeLock(locked).verdict, 'fail');
  assert.equal(judgeLock({ objectLock: 'on' }, 'It', 'second copies').verdict, 'pass');
});
