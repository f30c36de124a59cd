import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { generateIdentity, openHeader, type KeyIdentity } from '../../age/index.ts';
import { silentLog } from '../../base/log.ts';
import { openHeaderPool, type ReadyHeader } from './header-pool.ts';
import { openSealingThread, type SealingThread } from './sealing-thread.ts';

const idle = { isBusy: () => false, quiet: async () => false };

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
}

/** A thread that tells how many headers were asked of it for somebody. */
function countingThread(t: TestContext): {
  thread: SealingThread;
  madeFor(identity: KeyIdentity): number;
  /** It makes some just now. */
  isMaking(): boolean;
} {
  const thread = openSealingThread(silentLog);
  t.after(() => thread[Symbol.asyncDispose]());
  const made = new Map<string, number>();
  let making = 0;
  return {
    isMaking: () => making > 0,
    thread: {
      ...thread,
      begin(task, options) {
        if (task.kind === 'headers') made.set(task.recipient, (made.get(task.recipient) ?? 0) + task.count);
        const job = thread.begin(task, options);
        making += 1;
        return {
          ...job,
          async answer() {
            const answer = await job.answer();
            making -= 1;
            return answer;
          },
        };
      },
    },
    madeFor: ({ recipient }) => made.get(recipient.toString()) ?? 0,
  };
}

test('headers made ahead hold their file key for the right recipient, and none is handed out twice', async (t) => {
  const thread = openSealingThread(silentLog);
  t.after(() => thread[Symbol.asyncDispose]());
  const pool = openHeaderPool(thread, idle);
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
  const pool = openHeaderPool(thread, idle);
  const identity = generateIdentity('pq');
  for (let round = 0; round < 20; round += 1) {
    const { fileKey, header } = pool.take(identity.recipient);
    assert.deepEqual(openHeader(header, [identity]), fileKey);
  }
});

test('a few files start no thread', () => {
  let begun = 0;
  const pool = openHeaderPool(
    {
      begin() {
        begun += 1;
        throw new Error('not now');
      },
      async [Symbol.asyncDispose]() {},
    },
    idle,
  );
  const identity = generateIdentity('pq');
  for (let round = 0; round < 5; round += 1) pool.take(identity.recipient);
  assert.equal(begun, 0);
});

test('once nobody waits, headers for a thousand files are made, for the recipient that was written to last', async (t) => {
  const { thread, madeFor } = countingThread(t);
  let isBusy = false;
  let wait = Promise.withResolvers<boolean>();
  const pool = openHeaderPool(thread, { isBusy: () => isBusy, quiet: () => wait.promise });
  const [first, second] = [generateIdentity('classic'), generateIdentity('classic')] as const;
  const take = async ({ recipient }: KeyIdentity, count: number): Promise<void> => {
    for (let taken = 0; taken < count; taken += 1) pool.take(recipient);
    await turns(200);
  };
  await take(first, 300);
  assert.ok(madeFor(first) <= 256, 'while people wait only as many as are needed soon');
  wait.resolve(true);
  while (madeFor(first) < 1024) await turns(1);
  isBusy = true;
  wait = Promise.withResolvers();
  const before = madeFor(first);
  await take(first, 700);
  assert.equal(madeFor(first), before, 'all of them were there');
  isBusy = false;
  await take(second, 300);
  wait.resolve(true);
  while (madeFor(second) <= 300) await turns(1);
  await take(first, 200);
  assert.ok(madeFor(first) > before, 'of the deep stock only as many are left as others have');
});

test('a drive that gets a few files now and then takes no deep stock, and none from another', async (t) => {
  const { thread, madeFor, isMaking } = countingThread(t);
  const pool = openHeaderPool(thread, { isBusy: () => false, quiet: async () => true });
  const [many, few] = [generateIdentity('classic'), generateIdentity('classic')] as const;
  for (let taken = 0; taken < 300; taken += 1) pool.take(many.recipient);
  // While it makes some, one that is taken has it make more.
  while (madeFor(many) < 1024 || isMaking()) await turns(1);
  await turns(2);
  const before = madeFor(many);
  for (let turn = 0; turn < 20; turn += 1) {
    pool.take(few.recipient);
    await turns(20);
    pool.take(many.recipient);
    await turns(20);
  }
  assert.equal(madeFor(many), before);
  assert.ok(madeFor(few) <= 256 + 16);
});
