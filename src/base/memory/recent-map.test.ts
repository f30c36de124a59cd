import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentMap } from './recent-map.ts';

test('a map of recent entries keeps no more than it may, and drops the oldest that nobody asked for', () => {
  const map = new RecentMap<string, number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
  assert.equal(map.get('a'), 0);
  map.set('d', 3);
  assert.equal(map.size, 3);
  assert.equal(map.get('b'), undefined);
  assert.deepEqual([map.get('a'), map.get('c'), map.get('d')], [0, 2, 3]);
});

test('when all were asked for, one goes all the same: the one whose turn comes first', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 0);
  map.set('b', 1);
  map.get('a');
  map.get('b');
  map.set('c', 2);
  assert.equal(map.size, 2);
  assert.equal(map.get('a'), undefined);
  assert.deepEqual([map.get('b'), map.get('c')], [1, 2]);
});

test('what is put in again takes the place of what was there', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 0);
  map.set('a', 1);
  assert.equal(map.size, 1);
  assert.equal(map.get('a'), 1);
});
