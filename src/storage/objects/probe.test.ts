import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../errors.ts';
import { bytesBody, readBody } from './body.ts';
import { memoryObjectStore } from './memory.ts';
import type { ObjectStore } from './object-store.ts';
import { probeObjectStore } from './probe.ts';

const { signal } = new AbortController();

async function failing(store: ObjectStore): Promise<string[]> {
  const trials = await probeObjectStore(store, signal);
  assert.equal(trials.length, 6, 'one that fails does not keep the others from being made');
  assert.deepEqual((await store.list({})).objects, []);
  return trials.filter(({ problem }) => problem !== null).map(({ name }) => name);
}

test('a store that does what every store must passes, and nothing is left in it', async () => {
  assert.deepEqual(await failing(memoryObjectStore()), []);
});

test('each promise that a store breaks is found, and no other is blamed', async () => {
  const broken: readonly (readonly [string[], (inner: ObjectStore) => Partial<ObjectStore>])[] = [
    [
      ['ranges', 'parts'],
      (inner) => ({
        get: (key, { start: _start, end: _end, ...options } = {}) => inner.get(key, options),
      }),
    ],
    [
      ['order'],
      (inner) => ({
        list: async (options) => ({ objects: (await inner.list(options)).objects.toReversed() }),
      }),
    ],
    [
      ['parts'],
      (inner) => ({
        multipart: { ...inner.multipart, putPart: () => Promise.reject(storageErrors('store_denied')) },
      }),
    ],
    [['copy'], (inner) => ({ copy: (_from, to) => inner.put(to, bytesBody(Buffer.alloc(4096))) })],
    [
      ['write', 'copy'],
      (inner) => ({
        // The first bytes of whatever is whole and small are altered.
        get: async (key, options = {}) => {
          const found = await inner.get(key, options);
          if (options.start !== undefined) return found;
          const bytes = await readBody(found.body);
          bytes[0] = (bytes[0] ?? 0) ^ 1;
          return { ...found, body: bytesBody(bytes) };
        },
      }),
    ],
  ];
  for (const [names, change] of broken) {
    const inner = memoryObjectStore();
    assert.deepEqual(await failing({ ...inner, ...change(inner) }), names);
  }
});
