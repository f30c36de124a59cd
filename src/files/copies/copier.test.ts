import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { retryDelayMs } from '../../base/timing/retry-delay.ts';
import { bytesBody, memoryObjectStore, readBody, storageErrors, type ObjectStore } from '../../storage/index.ts';
import { openSealingThread } from '../sealing/sealing-thread.ts';
import { copyObject } from './copy-object.ts';
import { code, get, keysIn, put, testFiles } from '../test-files.ts';

/** A store whose writes of objects fail while `broken` is set. */
function breakableStore() {
  const inner = memoryObjectStore();
  const state = { broken: false, puts: 0 };
  const store: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (key.includes('/o/')) {
        state.puts++;
        if (state.broken) throw storageErrors('store_unavailable');
      }
      return inner.put(key, body, options);
    },
  };
  return { store, state };
}

test('every version gets a second copy, byte for byte, and both are then proven', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const first = await put(setup.files, ada, 'a', randomBytes(100_000));
  assert.equal(first.entry.copies.primary, 'stored');
  await put(setup.files, ada, 'a', randomBytes(70_000));
  await setup.files.copyDue();
  const objects = await keysIn(setup.primary, 'drives/');
  assert.equal(objects.filter((key) => key.includes('/o/')).length, 2);
  assert.deepEqual(await keysIn(setup.backup, 'drives/'), objects);
  for (const key of objects) {
    const [one, two] = await Promise.all([setup.primary.get(key), setup.backup.get(key)]);
    assert.deepEqual(await readBody(one.body), await readBody(two.body));
  }
  const { versions } = await setup.files.versions(ada.session, ada.driveId, first.entry.id, {});
  for (const version of versions)
    assert.deepEqual(version.copies, { primary: 'verified', backup: 'verified', count: 2 });
  const status = await setup.files.backupStatus();
  assert.equal(status.verdict, 'complete');
  assert.notEqual(status.stores[1]?.lastCopyTime, null);
});

/** A second store in the place of the first, which it copies from as `copyInside` says. */
function neighbours(copyInside: (bytes: Buffer) => Buffer) {
  const there = { place: 'one place', root: 'first' };
  const primary = memoryObjectStore();
  const backup = memoryObjectStore();
  const calls = { inside: 0, streamed: 0 };
  const near: ObjectStore = {
    ...backup,
    properties: { ...backup.properties, ...there, root: 'second' },
    async put(key, body, options) {
      if (key.includes('/o/')) calls.streamed++;
      return backup.put(key, body, options);
    },
    async copy(from, to, options) {
      assert.equal(options?.from, 'first');
      calls.inside++;
      return backup.put(to, bytesBody(copyInside(await readBody((await primary.get(from)).body))));
    },
  };
  return { primary: { ...primary, properties: { ...primary.properties, ...there } }, backup: near, calls };
}

test('stores of one place copy among themselves; what is copied wrong is read back and streamed', async (t) => {
  for (const [copyInside, streamed] of [
    [(bytes: Buffer) => bytes, 0],
    [(bytes: Buffer) => Buffer.alloc(bytes.length), 1],
    [
      () => {
        throw storageErrors('store_denied');
      },
      1,
    ],
  ] as const) {
    const { calls, ...stores } = neighbours(copyInside);
    const setup = testFiles(t, stores);
    const ada = await setup.join();
    await put(setup.files, ada, 'a', 'content');
    await setup.files.copyDue();
    assert.deepEqual(calls, { inside: 1, streamed });
    assert.equal((await setup.files.backupStatus()).verdict, 'complete');
  }
});

test('a damaged copy is not given up for a source that is damaged too, and is mended by one that is good', async () => {
  const { primary: from, backup: to, calls } = neighbours((bytes) => bytes);
  await using thread = openSealingThread(silentLog);
  const key = 'drives/d/o/a.age';
  const good = randomBytes(1000);
  const facts = { size: good.length, sha256: createHash('sha256').update(good).digest('hex') };
  const damagedAt = (at: number): Buffer => Buffer.from(good.map((byte, index) => (index === at ? byte ^ 1 : byte)));
  const copied = () =>
    copyObject({ key, facts, from, to, thread, stallMs: 10_000, signal: AbortSignal.timeout(60_000) });
  await from.put(key, bytesBody(damagedAt(10)));
  await to.put(key, bytesBody(damagedAt(900)));
  assert.equal(await copied(), 'source_bad');
  assert.deepEqual(await readBody((await to.get(key)).body), damagedAt(900), 'what the other lacks is good in it');
  await from.put(key, bytesBody(good));
  assert.equal(await copied(), 'copied');
  assert.deepEqual(await readBody((await to.get(key)).body), good);
  assert.equal(calls.inside, 0);
});

test('while the second store is away files are stored, the wait is told, and it ends when the store is back', async (t) => {
  const { store, state } = breakableStore();
  const setup = testFiles(t, { backup: store });
  const ada = await setup.join();
  state.broken = true;
  const { entry } = await put(setup.files, ada, 'a', 'content');
  await setup.files.copyDue();
  let status = await setup.files.backupStatus();
  assert.equal(status.verdict, 'catching_up');
  assert.deepEqual(
    [status.waiting, status.overdue, status.stores[1]?.pending, status.stores[1]?.failing],
    [1, 0, 1, 1],
  );
  assert.equal(status.stores[1]?.lastCode, 'store_unavailable');

  setup.advance(10 * 60_000 + 1);
  await setup.files.copyDue();
  status = await setup.files.backupStatus();
  assert.equal(status.verdict, 'overdue');
  assert.equal(status.overdue, 1);
  assert.equal(status.oldestWaitingMs, 10 * 60_000 + 1);
  assert.equal((await get(setup.files, ada, entry)).toString(), 'content');

  state.broken = false;
  setup.advance(10 * 60_000);
  await setup.files.copyDue();
  assert.equal((await setup.files.backupStatus()).verdict, 'complete');
});

test('copies still to be made survive a restart', async (t) => {
  const { store, state } = breakableStore();
  const setup = testFiles(t, { backup: store });
  const ada = await setup.join();
  state.broken = true;
  await put(setup.files, ada, 'a', 'content');
  await setup.files.copyDue();
  const files = await setup.reopen();
  state.broken = false;
  setup.advance(3_600_000);
  await files.copyDue();
  assert.equal((await files.backupStatus()).verdict, 'complete');
  assert.equal((await keysIn(store, `drives/${ada.driveId}/o/`)).length, 1);
});

test('a job that was put off by a clock a day ahead is told, and done as soon as the clock is right', async (t) => {
  const day = 86_400_000;
  const { store, state } = breakableStore();
  const setup = testFiles(t, { backup: store });
  const ada = await setup.join();
  state.broken = true;
  setup.advance(day);
  await put(setup.files, ada, 'a', 'content');
  await setup.files.copyDue();
  setup.advance(-day);
  assert.equal((await setup.files.backupStatus()).verdict, 'overdue');
  const files = await setup.reopen();
  await files.copyDue();
  // It failed once more, under the right clock, and so its age is known again.
  assert.equal((await files.backupStatus()).verdict, 'catching_up');
  state.broken = false;
  setup.advance(10 * 60_000);
  await files.copyDue();
  assert.equal((await files.backupStatus()).verdict, 'complete');
});

test('a copy that reads back differently does not count as one', async (t) => {
  const inner = memoryObjectStore();
  let lying = true;
  const backup: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      const bytes = await readBody(body);
      if (lying && key.includes('/o/')) bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
      return inner.put(key, bytesBody(bytes), options);
    },
  };
  const setup = testFiles(t, { backup });
  const ada = await setup.join();
  const { entry } = await put(setup.files, ada, 'a', randomBytes(1000));
  await setup.files.copyDue();
  const copies = async () => {
    const found = await setup.files.entry(ada.session, ada.driveId, entry.id);
    return found.kind === 'file' ? found.copies : null;
  };
  assert.equal((await copies())?.backup, 'pending');
  assert.equal((await setup.files.backupStatus()).stores[1]?.lastCode, 'second_copy_failed');
  lying = false;
  setup.advance(3_600_000);
  await setup.files.copyDue();
  assert.equal((await copies())?.backup, 'verified');
});

test('a damaged first copy is never spread to the second store', async (t) => {
  const { store, state } = breakableStore();
  const setup = testFiles(t, { backup: store });
  const ada = await setup.join();
  state.broken = true;
  await put(setup.files, ada, 'a', randomBytes(1000));
  await setup.files.copyDue();
  const [key = ''] = await keysIn(setup.primary, `drives/${ada.driveId}/o/`);
  const bytes = await readBody((await setup.primary.get(key)).body);
  bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
  await setup.primary.put(key, bytesBody(bytes));
  state.broken = false;
  setup.advance(3_600_000);
  await setup.files.copyDue();
  assert.deepEqual(await keysIn(store, `drives/${ada.driveId}/o/`), []);
  const status = await setup.files.backupStatus();
  assert.deepEqual([status.stores[0]?.lost, status.stores[1]?.pending], [1, 1]);
});

test('with two copies before the answer, the answer comes with two proven copies or not at all', async (t) => {
  const { store, state } = breakableStore();
  const setup = testFiles(t, { backup: store, settings: { copiesBeforeAck: 2 } });
  const ada = await setup.join();
  const { entry } = await put(setup.files, ada, 'a', randomBytes(100_000));
  assert.deepEqual(entry.copies, { primary: 'verified', backup: 'verified', count: 2 });
  const before = await keysIn(setup.primary, 'drives/');
  state.broken = true;
  await assert.rejects(put(setup.files, ada, 'b', 'x'), code('second_copy_failed'));
  assert.deepEqual(await keysIn(setup.primary, 'drives/'), before);
  assert.deepEqual(await keysIn(store, 'drives/'), before);
  assert.equal((await setup.files.list(ada.session, ada.driveId, 'root', {})).entries.length, 1);
});

test('many copies are made a few at a time, each once', async (t) => {
  const inner = memoryObjectStore();
  let now = 0;
  let most = 0;
  let puts = 0;
  const backup: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (!key.includes('/o/')) return inner.put(key, body, options);
      most = Math.max(most, ++now);
      puts++;
      const done = await inner.put(key, body, options);
      now--;
      return done;
    },
  };
  const setup = testFiles(t, { backup, settings: { copyConcurrency: 3 } });
  const ada = await setup.join();
  await Promise.all(Array.from({ length: 25 }, (_, index) => put(setup.files, ada, `file ${index}`, `${index}`)));
  await setup.files.copyDue();
  assert.equal((await setup.files.backupStatus()).verdict, 'complete');
  assert.equal(puts, 25);
  assert.ok(most <= 3);
});

test('second copies give way to an upload that goes on, but not for longer than they are told', async (t) => {
  const setup = testFiles(t, { settings: { copyPatienceMs: 50, copyPollMs: 100 } });
  const ada = await setup.join();
  const copied = Promise.withResolvers<void>();
  const slow = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('begun');
    await copied.promise;
  };
  const upload = setup.files.store(
    ada.session,
    ada.driveId,
    { by: 'name', folderId: 'root', name: 'slow' },
    { body: slow() },
  );
  await put(setup.files, ada, 'a', 'content');
  setup.advance(51);
  // It would wait for ever: the upload ends with the copy.
  while ((await setup.files.backupStatus()).waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  copied.resolve();
  await upload;
});

test('retries wait longer each time, up to the limit, and not all alike', () => {
  const delays = Array.from({ length: 40 }, (_, attempts) => retryDelayMs(attempts, 1000, 300_000, () => 1));
  assert.deepEqual(delays.slice(0, 3), [1000, 2000, 4000]);
  assert.equal(delays.at(-1), 300_000);
  assert.equal(
    retryDelayMs(0, 1000, 300_000, () => 0),
    500,
  );
});
