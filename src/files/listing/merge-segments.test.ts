import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstByName, type FolderIndex } from './folder-index.ts';
import { cutIntoSegments, MAX_ITEMS, type SegmentRef } from './index-rows.ts';
import { mergeSegments } from './merge-segments.ts';
import { orderBy, type Listed } from './order.ts';
import { startPace } from './pace.ts';

const byName = orderBy('name');

function item(number: number): Listed {
  return { entryId: `e${number}`, name: `n${number}`, createdMs: 0, modifiedMs: 0, size: number % 7 === 0 ? null : 1 };
}

/** Distinct numbers, and how the first of them are cut into segments. */
const folder = fc.record({
  base: fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 60 }),
  cuts: fc.integer({ min: 1, max: 9 }),
  gone: fc.func(fc.boolean()),
  fresh: fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { maxLength: 30 }),
});

function cutInto(items: readonly Listed[], size: number): Listed[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

test('merging takes in every change, in order, whatever the segments were, and keeps what nothing changed in', async () => {
  await fc.assert(
    fc.asyncProperty(folder, async ({ base, cuts, gone, fresh }) => {
      const stored = new Map<string, readonly Listed[]>();
      const store = (items: readonly Listed[]): SegmentRef => {
        const id = `s${stored.size}`;
        stored.set(id, items);
        return { id, count: items.length };
      };
      const segments = cutInto(base.map(item).toSorted(byName), cuts).map(store);
      const incoming = fresh.map(item).toSorted(byName);
      const changed = new Set(incoming.map(({ entryId }) => entryId));
      for (const number of base) if (gone(number)) changed.add(`e${number}`);
      const before = new Set(segments.map(({ id }) => id));
      const merged = await mergeSegments(
        {
          segments,
          load: async (id) => stored.get(id) ?? null,
          isChanged: (entryId) => changed.has(entryId),
          fresh: incoming,
        },
        async (items) => cutIntoSegments(items).map(store),
        startPace(),
      );
      const result = (merged ?? []).flatMap(({ id }) => stored.get(id) ?? []);
      const kept = base.map(item).filter(({ entryId }) => !changed.has(entryId));
      assert.deepEqual(result, [...kept, ...incoming].toSorted(byName));
      assert.ok((merged ?? []).every(({ id, count }) => count > 0 && stored.get(id)?.length === count));
      if (changed.size === 0) assert.ok((merged ?? []).every(({ id }) => before.has(id)));
    }),
    { numRuns: 300 },
  );
});

test('what comes in at the end of a large folder leaves all but its last segments as they are', async () => {
  const all = Array.from({ length: 20 * MAX_ITEMS }, (_, number) => ({ ...item(number), size: 1 }));
  const segments = cutIntoSegments(all).map((items, at) => ({ id: `s${at}`, count: items.length, items }));
  const fresh = [{ ...item(30_000), size: 1 }];
  const load = async (id: string) => segments.find((each) => each.id === id)?.items ?? null;
  let written = 0;
  const merged = await mergeSegments(
    { segments, load, isChanged: () => false, fresh },
    async (items) => {
      written += items.length;
      return [{ id: 'new', count: items.length }];
    },
    startPace(),
  );
  assert.equal(merged?.length, segments.length);
  assert.ok(written <= MAX_ITEMS + 1);
});

test('a segment that cannot be read makes the merge give up, so that the index is made of the rows', async () => {
  const segments = [{ id: 'lost', count: 3 }];
  const source = { segments, load: async () => null, isChanged: () => false, fresh: [item(1)] };
  assert.equal(await mergeSegments(source, async () => [], startPace()), null);
});

test('segments stay within what a record holds, however long the names are', () => {
  const long = Array.from({ length: 3000 }, (_, number) => ({ ...item(number), name: `${'"'.repeat(250)}${number}` }));
  const cut = cutIntoSegments(long);
  assert.deepEqual(cut.flat(), long);
  for (const items of cut) {
    assert.ok(items.length <= MAX_ITEMS);
    assert.ok(Buffer.byteLength(JSON.stringify(items)) < 256 * 1024);
  }
  assert.deepEqual(cutIntoSegments([]), []);
});

test('pages by name are the sorted folder, forwards and backwards, wherever the segments end', async () => {
  await fc.assert(
    fc.asyncProperty(
      folder,
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      async ({ base, cuts, gone, fresh }, limit, descending) => {
        const changed = new Map<string, Listed | null>();
        for (const number of base) if (gone(number)) changed.set(`e${number}`, null);
        for (const number of fresh) changed.set(`e${number}`, item(number));
        const pieces = cutInto(base.map(item).toSorted(byName), cuts).map((items) => ({ load: async () => items }));
        const index: FolderIndex = { count: base.length, scanned: false, pieces, changed };
        const expected = [
          ...base.map(item).filter(({ entryId }) => !changed.has(entryId)),
          ...[...changed.values()].filter((each) => each !== null),
        ].toSorted(byName);
        const found: Listed[] = [];
        for (;;) {
          const page = await firstByName(index, { from: found.at(-1) ?? null, limit, descending }, startPace());
          found.push(...page);
          if (page.length < limit) break;
        }
        assert.deepEqual(found, descending ? expected.toReversed() : expected);
      },
    ),
    { numRuns: 300 },
  );
});
