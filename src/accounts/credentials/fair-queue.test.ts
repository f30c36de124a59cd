import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fairQueue, openRoom } from './fair-queue.ts';

test('places take turns, and each keeps its own order', () => {
  const queue = fairQueue<string>({ limit: 100, perPlace: 100 });
  for (const item of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) assert.ok(queue.push(item[0] ?? '', item));
  const order = Array.from({ length: 8 }, () => queue.shift());
  assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4', undefined]);
});

test('a place has room for so many, and what left makes room', () => {
  const queue = fairQueue<number>({ limit: 10, perPlace: 2 });
  assert.deepEqual([queue.push('a', 1), queue.push('a', 2), queue.push('a', 3)], [true, true, false]);
  assert.equal(queue.push('b', 4), true);
  queue.shift();
  assert.equal(queue.push('a', 5), true);
});

test('the first of a place is let into a full room, its second is not', () => {
  const room = openRoom({ limit: 4, perPlace: 4 });
  for (let times = 0; times < 4; times += 1) assert.ok(room.enter('flood'));
  assert.deepEqual([room.enter('flood'), room.enter('ada'), room.enter('ada')], [false, true, false]);
  room.leave('ada');
  room.leave('ada');
  assert.equal(room.enter('ada'), true);
});

test('whatever floods, a room holds fewer than twice its limit, and nothing is lost or served twice', () => {
  const items = fc.array(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 300 });
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), (places, limit, perPlace) => {
      const queue = fairQueue<number>({ limit, perPlace });
      const taken = places.flatMap((place, index) => (queue.push(place, index) ? [index] : []));
      assert.ok(taken.length < 2 * limit);
      const served: number[] = [];
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) served.push(item);
      assert.deepEqual(
        served.toSorted((a, b) => a - b),
        taken,
      );
    }),
  );
});
