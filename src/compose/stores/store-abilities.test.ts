import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryObjectStore } from '../../storage/index.ts';
import { abilityWarnings, judgeLock } from './store-abilities.ts';

test('a lock on second copies may be meant and is no fault for good; one on the objects themselves is', () => {
  const locked = { objectLock: 'always' } as const;
  const copies = judgeLock(locked, 'It', 'second copies');
  assert.equal(copies.verdict, 'warn');
  assert.match(copies.what, /what people remove for good stays there as long/);
  assert.match(copies.remedy ?? '', /where that is meant/);
  assert.equal(judgeLock(locked).verdict, 'fail');
  assert.equal(judgeLock({ objectLock: 'on' }, 'It', 'second copies').verdict, 'pass');
  const { properties } = memoryObjectStore();
  const denied = { ...properties, ...locked, versions: true, deletesVersions: false };
  assert.deepEqual(abilityWarnings('It', denied, 'second copies'), [], 'a start has nothing to say of it');
  assert.equal(abilityWarnings('It', denied, 'objects').length, 2);
});
