import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Db, MongoServerError } from 'mongodb';
import { addUpHours } from './sums.ts';

const HOUR_US = 3600e6;
const OPTIONS = { maxTimeMS: 30_000, allowDiskUse: true };

/** A database whose hours are due, where adding up some of them fails with a code. */
function databaseOf(hours: readonly number[], failing: ReadonlyMap<number, number>) {
  let notes = hours.map((hour) => ({ _id: `local ${hour}`, _sensor: 'local', hour, by: 'a', tried: -1 }));
  const tried: number[] = [];
  const toArray = async () => [];
  const collections = {
    sums_due: {
      find: () => ({
        sort: () => ({
          limit: () => ({ toArray: async () => notes.toSorted((a, b) => a.tried - b.tried) }),
        }),
      }),
      deleteOne: async ({ _id }: { readonly _id: string }) => {
        notes = notes.filter((note) => note._id !== _id);
      },
      updateOne: async ({ _id }: { readonly _id: string }, { $set }: { readonly $set: { readonly tried: number } }) => {
        notes = notes.map((note) => (note._id === _id ? { ...note, ...$set } : note));
      },
    },
    conn: {
      aggregate: ([{ $match }]: readonly [{ readonly $match: { readonly _us: { readonly $gte: number } } }]) => {
        const hour = $match._us.$gte / HOUR_US;
        const code = failing.get(hour);
        if (tried.at(-1) !== hour) tried.push(hour);
        if (code !== undefined) throw new MongoServerError({ message: 'as the server says it', code });
        return { toArray };
      },
      find: () => ({ sort: () => ({ limit: () => ({ project: () => ({ toArray }) }) }) }),
    },
    sums: { deleteOne: async () => {} },
  };
  const database = { collection: (name: keyof typeof collections) => collections[name] } as unknown as Db;
  const due = () => notes.map(({ hour }) => hour);
  return { database, due, tried: () => tried.splice(0) };
}

test('an hour that takes too long is told of, and keeps none of the others waiting', async () => {
  const { database, due, tried } = databaseOf([1, 2, 3], new Map([[1, 50]]));
  await assert.rejects(addUpHours(database, 1e9, OPTIONS), { code: 50 });
  assert.deepEqual([tried(), due()], [[1, 2, 3], [1]]);
});

test('many of them are tried some at a time, and their turn comes behind all others', async () => {
  const slow = [1, 2, 3, 4, 5, 6];
  const { database, due, tried } = databaseOf([...slow, 7], new Map(slow.map((hour) => [hour, 50])));
  await assert.rejects(addUpHours(database, 1e9, OPTIONS), { code: 50 });
  assert.deepEqual(tried(), [1, 2, 3, 4]);
  await assert.rejects(addUpHours(database, 2e9, OPTIONS), { code: 50 });
  assert.deepEqual([tried(), due()], [[5, 6, 7, 1, 2], slow]);
});

test('a server that answers with anything else is asked no more', async () => {
  const { database, due, tried } = databaseOf([1, 2], new Map([[1, 91]]));
  await assert.rejects(addUpHours(database, 1e9, OPTIONS), { code: 91 });
  assert.deepEqual([tried(), due()], [[1], [1, 2]]);
});
