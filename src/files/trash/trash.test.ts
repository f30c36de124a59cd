import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryObjectStore, storageErrors, type ObjectStore } from '../../storage/index.ts';
import { code, get, keysIn, put, testFiles, type TestFiles, type TestPerson } from '../test-files.ts';

const DAY_MS = 24 * 3_600_000;

const tools = (setup: TestFiles, ada: TestPerson) => ({
  folder: async (name: string, folderId = 'root') =>
    (await setup.files.makeFolder(ada.session, ada.driveId, folderId, { name })).id,
  trash: (id: string, conditions = {}) => setup.files.trash(ada.session, ada.driveId, id, conditions),
  restore: (id: string, to = {}) => setup.files.restoreFromTrash(ada.session, ada.driveId, id, to),
  purge: (id: string) => setup.files.purge(ada.session, ada.driveId, id),
  find: (path: string) => setup.files.lookUp(ada.session, ada.driveId, path),
  inTrash: async () => (await setup.files.listTrash(ada.session, ada.driveId, {})).entries,
  objects: async () => [
    (await keysIn(setup.primary, 'drives/')).filter((key) => key.includes('/o/')).length,
    (await keysIn(setup.backup, 'drives/')).filter((key) => key.includes('/o/')).length,
  ],
});

/** Every row that is left, but those that always are there. */
async function rowsLeft({ records }: TestFiles, ids: readonly string[]): Promise<string[]> {
  const pks = ids.flatMap((id) => [`entry#${id}`, `folder#${id}`]);
  const queues = ['errands#purge', 'outbox#deletions', 'trash#due', 'outbox#copies'];
  const pages = await Promise.all([...pks, ...queues].map((pk) => records.query(pk)));
  return pages.flatMap(({ items }) => items.map(({ pk, sk }) => `${pk} ${sk}`));
}

test('what is thrown away gives its name up, keeps its versions, and comes back to where it was', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, restore, find, inTrash } = tools(setup, ada);
  const work = await folder('Work');
  const { entry } = await put(files, ada, 'plan.txt', 'one', { folderId: work });
  await put(files, ada, 'plan.txt', 'two', { folderId: work });
  const gone = await trash(entry.id);
  assert.equal(gone.folderId, null);
  assert.ok(gone.trashedTime);
  await assert.rejects(find('/Work/plan.txt'), code('entry_not_found'));
  assert.deepEqual((await files.list(ada.session, ada.driveId, work, {})).entries, []);
  const [item] = await inTrash();
  assert.ok(item);
  assert.deepEqual([item.entry.name, item.fromPath, item.fromFolderId], ['plan.txt', '/Work', work]);
  assert.equal(Date.parse(item.purgeTime) - Date.parse(item.trashedTime), 30 * DAY_MS);
  assert.equal((await put(files, ada, 'plan.txt', 'another', { folderId: work })).outcome, 'created');
  await assert.rejects(restore(entry.id), code('name_taken'));
  const back = await restore(entry.id, { name: 'plan (old).txt' });
  assert.deepEqual([back.entry.folderId, back.entry.name, back.entry.trashedTime], [work, 'plan (old).txt', undefined]);
  assert.equal((await get(files, ada, entry)).toString(), 'two');
  assert.equal((await get(files, ada, entry, { versionId: entry.versionId })).toString(), 'one');
  assert.deepEqual(await inTrash(), []);
  setup.advance(31 * DAY_MS);
  await files.purgeDue();
  assert.equal((await get(files, ada, entry)).toString(), 'two', 'what was restored is not purged when its day comes');
});

test('a folder goes and comes back with all that lies in it, and meanwhile nothing in it can be changed', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, restore, find } = tools(setup, ada);
  const a = await folder('a');
  const b = await folder('b', a);
  const { entry } = await put(files, ada, 'deep', 'x', { folderId: b });
  await trash(a);
  await trash(a);
  const edit = { by: 'id', entryId: entry.id } as const;
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('y');
  };
  await assert.rejects(files.store(ada.session, ada.driveId, edit, { body: body() }), code('in_trash'));
  await assert.rejects(put(files, ada, 'more', 'x', { folderId: b }), code('in_trash'));
  await assert.rejects(folder('c', b), code('in_trash'));
  await assert.rejects(trash(b), code('in_trash'));
  await assert.rejects(files.move(ada.session, ada.driveId, b, { folderId: 'root' }, {}), code('in_trash'));
  await assert.rejects(files.restore(ada.session, ada.driveId, entry.id, entry.versionId, {}), code('in_trash'));
  assert.equal((await get(files, ada, entry)).toString(), 'x', 'it can still be looked at');
  await restore(a);
  assert.equal((await find('/a/b/deep')).id, entry.id);
  await put(files, ada, 'more', 'x', { folderId: b });
});

test('one thing comes back out of a folder in the trash, to the nearest folder of its path that is there', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, restore, purge, find, inTrash } = tools(setup, ada);
  const a = await folder('a');
  const b = await folder('b', a);
  const c = await folder('c', b);
  const { entry: deep } = await put(files, ada, 'deep', 'x', { folderId: c });
  const { entry: other } = await put(files, ada, 'other', 'y', { folderId: c });
  await trash(b);
  await restore(deep.id);
  assert.equal((await find('/a/deep')).id, deep.id, 'where the folder was that was thrown away');
  assert.equal((await get(files, ada, deep)).toString(), 'x');
  await put(files, ada, 'deep', 'changed again', { folderId: a });
  // Now what that folder lay in goes as well: the next one up is left.
  await trash(a);
  await restore(c);
  assert.equal((await find('/c/other')).id, other.id, 'with all that lies in it');
  assert.deepEqual((await inTrash()).map(({ entry }) => entry.name).toSorted(), ['a', 'b']);
  await assert.rejects(restore(c), code('not_in_trash'));
  await restore(deep.id, { folderId: c, name: 'elsewhere' });
  assert.equal((await find('/c/elsewhere')).id, deep.id);
  const { entry: late } = await put(files, ada, 'late', 'z', { folderId: c });
  await trash(c);
  await purge(c);
  await assert.rejects(restore(late.id), code('not_in_trash'));
  await files.purgeDue();
  await assert.rejects(restore(late.id), code('not_in_trash'));
});

test('of two who bring one thing out of a folder in the trash, and its folder, at once, nothing is lost', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, restore, find } = tools(setup, ada);
  const a = await folder('a');
  const { entry } = await put(files, ada, 'deep', 'x', { folderId: a });
  await trash(a);
  const results = await Promise.allSettled([
    restore(entry.id, { name: 'one' }),
    restore(entry.id, { name: 'two' }),
    restore(a),
  ]);
  assert.ok(results.some(({ status }) => status === 'fulfilled'));
  assert.equal((await get(files, ada, entry)).toString(), 'x');
  const places = await Promise.allSettled(['/one', '/two', '/a/deep'].map(find));
  assert.equal(places.filter(({ status }) => status === 'fulfilled').length, 1, 'it is in just one place');
});

test('a thing whose folder is gone comes back only to a place that is given', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, restore, purge, inTrash } = tools(setup, ada);
  const a = await folder('a');
  const b = await folder('b');
  const one = await put(files, ada, 'one', 'x', { folderId: a });
  const two = await put(files, ada, 'two', 'x', { folderId: a });
  await trash(one.entry.id);
  await trash(two.entry.id);
  await trash(a);
  assert.deepEqual(
    (await inTrash()).map(({ fromPath }) => fromPath),
    ['/', null, null],
  );
  await assert.rejects(restore(one.entry.id), code('origin_gone'));
  await assert.rejects(restore(one.entry.id, { folderId: a }), code('in_trash'));
  await purge(a);
  await assert.rejects(restore(one.entry.id), code('origin_gone'));
  assert.equal((await restore(one.entry.id, { folderId: b })).entry.folderId, b);
  assert.equal((await restore(two.entry.id, { folderId: 'root' })).outcome, 'moved');
});

test('restored with force onto a file, it is the next version there', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { trash, restore, folder } = tools(setup, ada);
  const old = await put(files, ada, 'a', 'old');
  await trash(old.entry.id);
  const now = await put(files, ada, 'a', 'now');
  const restored = await restore(old.entry.id, { force: true });
  assert.deepEqual([restored.outcome, restored.entry.id], ['new_version', now.entry.id]);
  assert.equal((await get(files, ada, now.entry)).toString(), 'old');
  await trash(now.entry.id);
  await folder('a');
  await assert.rejects(restore(now.entry.id, { force: true }), code('name_taken'));
});

test('what is purged goes from the records and from both stores, and nothing else does', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, purge, objects } = tools(setup, ada);
  const a = await folder('a');
  const inner: string[] = [a];
  for (let index = 0; index < 30; index++) {
    const { entry } = await put(files, ada, `file ${index}`, 'x', { folderId: a });
    inner.push(entry.id, await folder(`folder ${index}`, a));
  }
  const many = await put(files, ada, 'many versions', 'first', { folderId: a });
  inner.push(many.entry.id);
  for (let index = 0; index < 25; index++) await put(files, ada, 'many versions', `${index}`, { folderId: a });
  await files.restore(ada.session, ada.driveId, many.entry.id, many.entry.versionId, {});
  const { entry: kept } = await put(files, ada, 'kept', 'kept');
  await files.copyDue();
  assert.deepEqual(await objects(), [57, 57]);

  await assert.rejects(purge(a), code('not_in_trash'));
  await trash(a);
  await purge(a);
  await assert.rejects(purge(a), code('not_in_trash'));
  await assert.rejects(files.entry(ada.session, ada.driveId, a), code('entry_not_found'));
  await assert.rejects(put(files, ada, 'late', 'x', { folderId: a }), code('folder_not_found'));
  await files.purgeDue();
  assert.deepEqual(await rowsLeft(setup, inner), []);
  assert.deepEqual(await objects(), [1, 1]);
  assert.equal((await get(files, ada, kept)).toString(), 'kept');
});

test('what fell due goes by itself after a restart, with nobody logged in, and not a day earlier', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { trash, objects } = tools(setup, ada);
  const ids: string[] = [];
  for (let index = 0; index < 30; index++) ids.push((await put(setup.files, ada, `f${index}`, 'x')).entry.id);
  for (const id of ids) await trash(id);
  await setup.files.copyDue();
  setup.advance(30 * DAY_MS - 1);
  await setup.files.purgeDue();
  assert.deepEqual(await objects(), [30, 30]);
  setup.advance(1);
  const files = await setup.reopen();
  await files.purgeDue();
  assert.deepEqual(await objects(), [0, 0]);
  assert.deepEqual(await rowsLeft(setup, ids), []);
});

test('a store that fails keeps nothing for ever: the deletion is tried again, and a stopped errand goes on', async (t) => {
  const inner = memoryObjectStore();
  let down = true;
  const backup: ObjectStore = {
    ...inner,
    async delete(key, options) {
      if (down && key.includes('/o/')) throw storageErrors('store_unavailable');
      return inner.delete(key, options);
    },
  };
  const setup = testFiles(t, { backup });
  const ada = await setup.join();
  const { trash, purge, objects } = tools(setup, ada);
  const { entry } = await put(setup.files, ada, 'a', 'x');
  await setup.files.copyDue();
  await trash(entry.id);
  await purge(entry.id);
  await setup.files.purgeDue();
  assert.deepEqual(await objects(), [0, 1]);
  down = false;
  setup.advance(DAY_MS);
  const files = await setup.reopen();
  await files.purgeDue();
  assert.deepEqual(await objects(), [0, 0]);
  assert.deepEqual(await rowsLeft(setup, [entry.id]), []);
});

test('a copy that was being made while its object was purged does not stay', async (t) => {
  const inner = memoryObjectStore();
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const backup: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (key.includes('/o/')) {
        reached.resolve();
        await go.promise;
      }
      return inner.put(key, body, options);
    },
  };
  const setup = testFiles(t, { backup });
  const ada = await setup.join();
  const { trash, purge, objects } = tools(setup, ada);
  const { entry } = await put(setup.files, ada, 'a', 'x'.repeat(100_000));
  await reached.promise;
  await trash(entry.id);
  await purge(entry.id);
  // The first copy must still be there for the copier to read, so its deletion waits for a moment.
  const remove = setup.primary.delete.bind(setup.primary);
  setup.primary.delete = async () => {
    throw storageErrors('store_unavailable');
  };
  await setup.files.purgeDue();
  go.resolve();
  await setup.files.copyDue();
  setup.primary.delete = remove;
  setup.advance(DAY_MS);
  await setup.files.purgeDue();
  assert.deepEqual(await objects(), [0, 0]);
});

test('of a restore and a purge at once one happens, wholly', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { trash, restore, purge } = tools(setup, ada);
  for (let round = 0; round < 20; round++) {
    const { entry } = await put(setup.files, ada, `f${round}`, 'x');
    await trash(entry.id);
    const [restored, purged] = await Promise.allSettled([restore(entry.id), purge(entry.id)]);
    assert.notEqual(restored.status, purged.status);
    for (const result of [restored, purged]) if (result.status === 'rejected') code('not_in_trash')(result.reason);
    await setup.files.purgeDue();
    const found = await setup.files.entry(ada.session, ada.driveId, entry.id).catch(() => null);
    assert.equal(found !== null, restored.status === 'fulfilled');
  }
});

test('an upload that races with the purge of its folder is refused, or is in the trash with it; never stray', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, trash, purge, objects } = tools(setup, ada);
  for (let round = 0; round < 10; round++) {
    const a = await folder(`a${round}`);
    const uploads = Array.from({ length: 5 }, (_, index) => put(files, ada, `f${index}`, 'x', { folderId: a }));
    const removal = trash(a).then(() => purge(a));
    for (const result of await Promise.allSettled(uploads)) {
      if (result.status === 'rejected') assert.match(String(result.reason.code), /^(in_trash|folder_not_found)$/);
    }
    await removal;
    await files.copyDue();
    await files.purgeDue();
    assert.deepEqual(await rowsLeft(setup, [a]), []);
  }
  assert.deepEqual(await objects(), [0, 0]);
});

test('an upload whose last step comes with the last step of the purge is refused, and leaves nothing stray', async (t) => {
  const setup = testFiles(t);
  const { files, records } = setup;
  const ada = await setup.join();
  const { folder, trash, purge, objects } = tools(setup, ada);
  const a = await folder('a');
  const inner = records.transact.bind(records);
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let upload: Promise<unknown> = Promise.resolve();
  records.transact = async (operations) => {
    if (operations.some(({ sk }) => sk.startsWith('version#'))) {
      reached.resolve();
      await go.promise;
    }
    if (operations.some(({ op, pk, sk }) => op === 'delete' && pk === 'errands#purge' && sk.endsWith(a))) {
      go.resolve();
      await upload;
    }
    return inner(operations);
  };
  upload = assert.rejects(put(files, ada, 'late', 'x', { folderId: a }), code('folder_not_found'));
  await reached.promise;
  await trash(a);
  await purge(a);
  await files.purgeDue();
  await upload;
  await files.copyDue();
  await files.purgeDue();
  assert.deepEqual(await rowsLeft(setup, [a]), []);
  assert.deepEqual(await objects(), [0, 0]);
});

test('emptying the trash removes what is in it, and only managers may', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const eve = await setup.join('Eve');
  const { trash, inTrash } = tools(setup, ada);
  for (let index = 0; index < 30; index++) await trash((await put(files, ada, `f${index}`, 'x')).entry.id);
  await assert.rejects(files.emptyTrash(eve.session, ada.driveId), code('drive_not_found'));
  await assert.rejects(files.listTrash(eve.session, ada.driveId, {}), code('drive_not_found'));
  assert.deepEqual(await files.emptyTrash(ada.session, ada.driveId), { purged: 30 });
  assert.deepEqual(await inTrash(), []);
  assert.deepEqual(await files.emptyTrash(ada.session, ada.driveId), { purged: 0 });
});
