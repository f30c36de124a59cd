import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity, openHeader } from '../../age/index.ts';
import { silentLog } from '../../base/log.ts';
import { openHeaderPool, type ReadyHeader } from './header-pool.ts';
import { openSealingThread } from './sealing-thread.ts';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
}

test('headers made ahead hold their file key for the right recipient, and none is handed out twice', async (t) => {
  const thread = openSealingThread(silentLog);
  t.after(() => thread[Symbol.asyncDispose]());
  const pool = openHeaderPool(thread);
  const people = (['pq', 'pq', 'classic'] as const).map((suite) => generateIdentity(suite));
  const taken: ReadyHeader[] = [];
  // Faster than they are made, and slower: from an empty and from a full stock.
  for (let round = 0; round < 150; round += 1) {
    for (const identity of people) {
      const ready = pool.take(identity.recipient);
      assert.deepEqual(openHeader(ready.header, [identity]), ready.fileKey);
      taken.push(ready);
    }
    await turns(round % 10 === 0 ? 100 : 1);
  }
  assert.equal(new Set(taken.map(({ fileKey }) => fileKey.toString('hex'))).size, taken.length);
  assert.equal(new Set(taken.map(({ header }) => header.toString('latin1'))).size, taken.length);
});

test('without a thread headers are made when they are needed', async () => {
  const thread = openSealingThread(silentLog);
  await thread[Symbol.asyncDispose]();
  const pool = openHeaderPool(thread);
  const identity = generateIdentity('pq');
  for (let round = 0; round < 20; round += 1) {
    const { fileKey, header } = pool.take(identity.recipient);
    assert.deepEqual(openHeader(header, [identity]), fileKey);
  }
});

test('a few files start no thread', () => {
  let begun = 0;
  const pool = openHeaderPool({
    begin() {
      begun += 1;
      throw new Error('not now');
    },
    async [Symbol.asyncDispose]() {},
  });
  const identity = generateIdentity('pq');
  for (let round = 0; round < 5; round += 1) pool.take(identity.recipient);
  assert.equal(begun, 0);
});
