import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { foldedName, orderBy, reversed, sortByName, type Listed, type Sort } from './order.ts';

const SORTS: readonly Sort[] = ['name', 'created', 'modified', 'size'];

function file(name: string, more: Partial<Listed> = {}): Listed {
  return { entryId: name, name, createdMs: 0, modifiedMs: 0, size: 0, ...more };
}

function inOrder(names: readonly string[]): string[] {
  return names
    .map((name) => file(name))
    .toSorted(orderBy('name'))
    .map(({ name }) => name);
}

test('names stand as people count and read: numbers by value, no matter the case or the accents', () => {
  assert.deepEqual(inOrder(['page 10', 'page 2', 'Page 1']), ['Page 1', 'page 2', 'page 10']);
  assert.deepEqual(inOrder(['zebra', 'Äpfel', 'apricot', 'Zoo', 'aardvark']), [
    'aardvark',
    'Äpfel',
    'apricot',
    'zebra',
    'Zoo',
  ]);
  assert.deepEqual(inOrder(['a1b', 'a10', 'a1', 'a01']), ['a01', 'a1', 'a1b', 'a10']);
  assert.deepEqual(inOrder(['1e999999999999999999999', '2']), ['1e999999999999999999999', '2']);
});

test('marks that change a word stay: Thai and Devanagari names are not folded into one another', () => {
  assert.notEqual(foldedName('की'), foldedName('क'));
  assert.equal(foldedName('É'), foldedName('e\u0301'));
  assert.equal(foldedName('İstanbul'), 'istanbul');
});

test('folders come first, and the reverse is the exact reverse', () => {
  const items = [file('b', { size: 3 }), file('z', { size: null }), file('a', { size: 9 })];
  for (const sort of SORTS) {
    const ascending = items.toSorted(orderBy(sort));
    assert.equal(ascending[0]?.name, 'z', sort);
    assert.deepEqual(items.toSorted(reversed(orderBy(sort))), ascending.toReversed(), sort);
  }
});

const anyItem = fc.record({
  entryId: fc.uuid(),
  name: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.stringMatching(/^[a-b][0-9]{0,4}$/)),
  createdMs: fc.integer({ min: 0, max: 3 }),
  modifiedMs: fc.integer({ min: 0, max: 3 }),
  size: fc.option(fc.integer({ min: 0, max: 3 })),
});

test('every order is total: no two entries are equal, and it does not depend on where one starts', () => {
  fc.assert(
    fc.property(anyItem, anyItem, anyItem, fc.constantFrom(...SORTS), (a, b, c, sort) => {
      const order = orderBy(sort);
      if (a.entryId !== b.entryId) assert.notEqual(order(a, b), 0);
      assert.equal(Math.sign(order(a, b)), -Math.sign(order(b, a)));
      if (order(a, b) < 0 && order(b, c) < 0) assert.ok(order(a, c) < 0);
    }),
  );
});

test('sorting in runs gives what sorting at once gives, and lets others have their turn', async () => {
  const items = Array.from({ length: 7001 }, (_, index) => file(`${(index * 7919) % 10_007}`, { entryId: `${index}` }));
  let turns = 0;
  const sorted = await sortByName(items, async () => void turns++);
  assert.deepEqual(sorted, items.toSorted(orderBy('name')));
  assert.ok(turns > 4);
});
