import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmsKit } from './fresh-kit.ts';

const key = 'AGE-SECRET-KEY-PQ-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';

test('the end of the key, or all of it, shows that somebody has the kit', () => {
  assert.ok(!confirmsKit('MUA7L', key), 'five characters are too few');
  assert.ok(confirmsKit('6MUA7L', key));
  assert.ok(confirmsKit(' 6mua 7l ', key));
  assert.ok(confirmsKit(key, key));
});

test('other characters, or nothing, show nothing', () => {
  assert.ok(!confirmsKit('', key));
  assert.ok(!confirmsKit('6MUA7Q', key));
  assert.ok(!confirmsKit(`X${key}`, key));
});
