import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesBody } from './body.ts';
import { objectStoreContract } from './contract.ts';
import { refused } from './contract-support.ts';
import { memoryObjectStore } from './memory.ts';

objectStoreContract('memoryObjectStore', async () => ({ store: memoryObjectStore() }));

test('memoryObjectStore takes no larger object than it was told', async () => {
  await using store = memoryObjectStore({ maxObjectBytes: 10 });
  await store.put('a', bytesBody(Buffer.alloc(10)));
  await assert.rejects(store.put('b', bytesBody(Buffer.alloc(11))), refused('object_too_large'));
});
