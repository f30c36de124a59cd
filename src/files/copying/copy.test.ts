import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryObjectStore, storageErrors, type ObjectStore } from '../../storage/index.ts';
import type { FileRow } from '../records.ts';
import { code, get, keysIn, put, testFiles, type TestFiles, type TestPerson } from '../test-files.ts';
import type { FileView } from '../wire.ts';

const tools = ({ files, primary }: TestFiles, ada: TestPerson) => ({
  folder: async (name: string, folderId = 'root') =>
    (await files.makeFolder(ada.session, ada.driveId, folderId, { name })).id,
  copy: (id: string, request = {}) => files.copy(ada.session, ada.driveId, id, request),
  find: (path: string, driveId = ada.driveId) => files.lookUp(ada.session, driveId, path),
  names: async (folderId = 'root') =>
    (await files.list(ada.session, ada.driveId, folderId, {})).entries.map(({ name }) => name).toSorted(),
  objects: async (driveId = ada.driveId) => (await keysIn(primary, `drives/${driveId}/o/`)).length,
  purge: async (id: string) => {
    await files.trash(ada.session, ada.driveId, id, {});
    await files.purge(ada.session, ada.driveId, id);
    await files.purgeDue();
  },
});

/** A second drive of the same person. */
async function secondDrive({ files, records }: TestFiles, { session, driveId }: TestPerson): Promise<string> {
  const recipient = session.identity.recipient.toString();
  await records.transact(await files.provision({ ...session, recipient }));
  const { drives } = await files.drives(session);
  return drives.find(({ id }) => id !== driveId)?.id ?? '';
}

async function errands({ records }: TestFiles): Promise<number> {
  return (await records.query('errands#purge')).items.length;
}

test('a copy in the drive names the same object, and each lives on when the other goes', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, copy, objects, purge } = tools(setup, ada);
  const { entry } = await put(files, ada, 'plan', 'content', { modifiedMs: 7000 });
  const work = await folder('Work');
  const copied = await copy(entry.id, { folderId: work });
  assert.equal(copied.outcome, 'created');
  const { entry: other } = copied;
  assert.ok(other.kind === 'file' && other.id !== entry.id && other.folderId === work);
  assert.deepEqual([other.modifiedTime, other.sha256, other.name], [entry.modifiedTime, entry.sha256, 'plan']);
  await copy(entry.id, { name: 'third' });
  await files.copyDue();
  assert.equal(await objects(), 1);
  await purge(entry.id);
  assert.equal(await objects(), 1);
  assert.equal((await get(files, ada, other)).toString(), 'content');
  await put(files, ada, 'plan', 'changed', { folderId: work });
  assert.equal((await get(files, ada, await setupThird(setup, ada))).toString(), 'content');
  await purge(other.id);
  await purge((await setupThird(setup, ada)).id);
  assert.equal(await objects(), 0);
});

async function setupThird({ files }: TestFiles, ada: TestPerson): Promise<FileView> {
  const third = await files.lookUp(ada.session, ada.driveId, '/third');
  assert.ok(third.kind === 'file');
  return third;
}

test('a copied version does not open in the place of another', async (t) => {
  const setup = testFiles(t);
  const { files, records } = setup;
  const ada = await setup.join();
  const { copy } = tools(setup, ada);
  const { entry } = await put(files, ada, 'a', 'x');
  const copied = await copy(entry.id, { name: 'b' });
  const { rootId } = await files.drive(ada.session, ada.driveId);
  const rows = await Promise.all(
    [entry.id, copied.entry.id].map((id) => records.get<FileRow>(`folder#${rootId}`, `entry#${id}`)),
  );
  const [one, two] = rows;
  assert.ok(one && two);
  const { pk, sk } = two;
  await records.transact([{ op: 'put', pk, sk, value: { ...two.value, head: one.value.head } }]);
  await assert.rejects(files.entry(ada.session, ada.driveId, copied.entry.id), code('drive_damaged'));
});

test('onto a taken name a copy is refused, and with force it is the next version there', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { copy, folder } = tools(setup, ada);
  const { entry: a } = await put(files, ada, 'a', 'from a');
  const { entry: b } = await put(files, ada, 'b', 'from b');
  const dir = await folder('dir');
  await assert.rejects(copy(a.id), code('name_taken'));
  await assert.rejects(copy(a.id, { name: 'b' }), code('name_taken'));
  await assert.rejects(copy(a.id, { name: 'dir', force: true }), code('name_taken'));
  await assert.rejects(copy(dir, { name: 'b', force: true }), code('name_taken'));
  await assert.rejects(copy(dir, { folderId: dir }), code('move_into_itself'));
  await assert.rejects(copy('root', { folderId: dir }), code('root_fixed'));
  await assert.rejects(copy(a.id, { name: '' }), code('name_empty'));
  const copied = await copy(a.id, { name: 'b', force: true });
  assert.deepEqual([copied.outcome, copied.entry.id], ['new_version', b.id]);
  assert.equal((await get(files, ada, b)).toString(), 'from a');
  assert.equal((await files.versions(ada.session, ada.driveId, b.id, {})).versions.length, 2);
});

test('a folder is copied with all that lies in it, appears whole, and takes no more space', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, copy, find, names, objects, purge } = tools(setup, ada);
  const a = await folder('a');
  const deep = await folder('deep', a);
  for (let index = 0; index < 40; index++) await put(files, ada, `file ${index}`, `${index}`, { folderId: a });
  await put(files, ada, 'below', 'below', { folderId: deep });
  await files.copy(ada.session, ada.driveId, (await find('/a/file 0')).id, { name: 'same object' });
  await files.copyDue();
  const copied = await copy(a, { name: 'b' });
  assert.equal(copied.outcome, 'created');
  assert.deepEqual(await names(copied.entry.id), await names(a));
  const below = await find('/b/deep/below');
  assert.ok(below.kind === 'file');
  assert.equal(await objects(), 41);
  assert.equal(await errands(setup), 0);
  await purge(a);
  assert.equal(await objects(), 41);
  assert.equal((await get(files, ada, below)).toString(), 'below');
  await put(files, ada, 'added', 'x', { folderId: copied.entry.id });
  await purge(copied.entry.id);
  assert.equal(await objects(), 0);
});

test('the same request for a copy is done once', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { folder, copy, names } = tools(setup, ada);
  const a = await folder('a');
  const first = await copy(a, { name: 'b', idempotencyKey: 'once' });
  assert.deepEqual(await copy(a, { name: 'b', idempotencyKey: 'once' }), first);
  assert.deepEqual(await names(), ['a', 'b']);
});

test('a copy that breaks in the middle leaves nothing behind', async (t) => {
  const setup = testFiles(t);
  const { files, records } = setup;
  const ada = await setup.join();
  const { folder, copy, names, objects, purge } = tools(setup, ada);
  const a = await folder('a');
  for (let index = 0; index < 40; index++) await put(files, ada, `f${index}`, 'x', { folderId: a });
  await files.copyDue();
  const inner = records.transact.bind(records);
  let left = 2;
  records.transact = async (operations) => {
    if (operations.some(({ sk }) => sk.startsWith('version#')) && left-- === 0) {
      throw storageErrors('records_unavailable');
    }
    return inner(operations);
  };
  await assert.rejects(copy(a, { name: 'b' }), code('records_unavailable'));
  records.transact = inner;
  assert.deepEqual(await names(), ['a']);
  await files.purgeDue();
  assert.equal(await errands(setup), 0);
  await purge(a);
  assert.equal(await objects(), 0, 'the broken copy named no object any more');
});

test('a copy whose server dies is removed later, and one that was only slow does not come back to life', async (t) => {
  const setup = testFiles(t);
  const { files, records } = setup;
  const ada = await setup.join();
  const { folder, copy, names, objects, purge } = tools(setup, ada);
  const a = await folder('a');
  for (let index = 0; index < 40; index++) await put(files, ada, `f${index}`, 'x', { folderId: a });
  await files.copyDue();
  const inner = records.transact.bind(records);
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let left = 2;
  records.transact = async (operations) => {
    if (operations.some(({ sk }) => sk.startsWith('version#')) && left-- === 0) {
      reached.resolve();
      await go.promise;
    }
    return inner(operations);
  };
  const slow = copy(a, { name: 'b' });
  slow.catch(() => undefined);
  await reached.promise;
  await files.purgeDue();
  assert.equal(await errands(setup), 1, 'not yet: somebody may be at it');
  setup.advance(3_600_000);
  await files.purgeDue();
  setup.advance(1000);
  await files.purgeDue();
  assert.equal(await errands(setup), 0);
  go.resolve();
  await assert.rejects(slow, code('write_contention'));
  assert.deepEqual(await names(), ['a']);
  await files.purgeDue();
  await purge(a);
  assert.equal(await objects(), 0);
});

test('into another drive files are encrypted anew, with name, time and content kept', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const toDriveId = await secondDrive(setup, ada);
  const { folder, copy, objects, find } = tools(setup, ada);
  const { entry } = await put(files, ada, 'plan.pdf', 'content', { modifiedMs: 7000 });
  const copied = await copy(entry.id, { toDriveId });
  assert.ok(copied.entry.kind === 'file');
  assert.deepEqual(
    [copied.entry.driveId, copied.entry.modifiedTime, copied.entry.mediaType, copied.entry.sha256],
    [toDriveId, entry.modifiedTime, 'application/pdf', entry.sha256],
  );
  await assert.rejects(copy(entry.id, { toDriveId }), code('name_taken'));
  const a = await folder('a');
  const deep = await folder('deep', a);
  for (let index = 0; index < 20; index++) await put(files, ada, `f${index}`, `${index}`, { folderId: a });
  await put(files, ada, 'below', 'below', { folderId: deep });
  await copy(a, { toDriveId });
  assert.deepEqual([await objects(), await objects(toDriveId)], [22, 22]);
  const below = await find('/a/deep/below', toDriveId);
  const there = { ...ada, driveId: toDriveId };
  assert.ok(below.kind === 'file');
  assert.equal((await get(files, there, below)).toString(), 'below');
  await files.copyDue();
  assert.equal((await files.backupStatus()).verdict, 'complete');
});

test('a store that fills up in the middle of a copy into another drive leaves nothing there', async (t) => {
  const inner = memoryObjectStore();
  let room = 1000;
  const primary: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (key.includes('/o/') && room-- <= 0) throw storageErrors('store_full');
      return inner.put(key, body, options);
    },
  };
  const setup = testFiles(t, { primary });
  const { files } = setup;
  const ada = await setup.join();
  const toDriveId = await secondDrive(setup, ada);
  const { folder, copy, objects } = tools(setup, ada);
  const a = await folder('a');
  for (let index = 0; index < 5; index++) await put(files, ada, `f${index}`, 'x', { folderId: a });
  room = 3;
  await assert.rejects(copy(a, { toDriveId }), code('store_full'));
  await files.copyDue();
  await files.purgeDue();
  assert.deepEqual([await objects(), await objects(toDriveId)], [5, 0]);
  assert.equal(await errands(setup), 0);
});

test('copies and purges of the same files at once leave each object as long as something names it', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, copy, find, objects, purge } = tools(setup, ada);
  for (let round = 0; round < 3; round++) {
    const a = await folder('a');
    for (let index = 0; index < 20; index++) await put(files, ada, `f${index}`, `${index}`, { folderId: a });
    const results = await Promise.allSettled([copy(a, { name: 'b' }), copy(a, { name: 'c' }), purge(a)]);
    for (const [index, name] of ['b', 'c'].entries()) {
      if (results[index]?.status !== 'fulfilled') continue;
      const { entries } = await files.list(ada.session, ada.driveId, (await find(`/${name}`)).id, { limit: 1000 });
      for (const entry of entries) await get(files, ada, entry);
      await purge((await find(`/${name}`)).id);
    }
    await files.copyDue();
    setup.advance(3_600_000);
    await files.purgeDue();
    assert.equal(await objects(), 0);
    assert.equal(await errands(setup), 0);
  }
});
