/** What a server of MongoDB is told when flows are kept for another time than before. test/services has what comes of it on one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from 'mongodb';
import { prepareCollections } from './indexes.ts';

const DAY_MS = 86_400_000;

/** A database whose indexes remove after `was`, that answers a change in place, and that the index goes, with errors of these numbers. */
function told(was: number | undefined, refused: number | null, gone: number | null = null) {
  const acts = new Set<string>();
  const database = {
    async command({ index }: { index: { name: string; expireAfterSeconds: number } }) {
      acts.add(`${index.name} in place to ${index.expireAfterSeconds}`);
      if (refused !== null) throw Object.assign(new Error('refused'), { code: refused });
    },
    collection: (collectionName: string) => ({
      collectionName,
      indexes: async () => [{ name: '_stored_1', key: { _stored: 1 }, ...(was && { expireAfterSeconds: was }) }],
      async dropIndex(name: string) {
        acts.add(`${name} goes`);
        if (gone !== null) throw Object.assign(new Error('gone'), { code: gone });
      },
      createIndexes: async () => [],
    }),
  };
  return { database: database as unknown as Db, acts };
}

test('another time is told in place, so that nothing is built again', async () => {
  const { database, acts } = told(7 * 86_400, null);
  await prepareCollections(database, 30 * DAY_MS);
  assert.deepEqual([...acts], [`_stored_1 in place to ${30 * 86_400}`]);
});

test('where the user may not change it in place, or the server cannot, the index is made anew', async () => {
  for (const number of [13, 59, 115, 238]) {
    const { database, acts } = told(7 * 86_400, number);
    await prepareCollections(database, DAY_MS);
    assert.deepEqual([...acts], ['_stored_1 in place to 86400', '_stored_1 goes']);
  }
  const { database } = told(7 * 86_400, 91);
  await assert.rejects(prepareCollections(database, DAY_MS), { code: 91 });
});

test('where removing begins or ends it is made anew, and the same time is left alone', async () => {
  for (const [was, ttlMs, wanted] of [
    [undefined, DAY_MS, ['_stored_1 goes']],
    [86_400, null, ['_stored_1 goes']],
    [86_400, DAY_MS, []],
    [86_400, undefined, []],
  ] as const) {
    const { database, acts } = told(was, null);
    await prepareCollections(database, ttlMs);
    assert.deepEqual([...acts], wanted);
  }
});

test('an index that another server has taken away meanwhile is no error, and anything else is', async () => {
  const { database, acts } = told(undefined, null, 27);
  await prepareCollections(database, DAY_MS);
  assert.deepEqual([...acts], ['_stored_1 goes']);
  await assert.rejects(prepareCollections(told(undefined, null, 91).database, DAY_MS), { code: 91 });
});
