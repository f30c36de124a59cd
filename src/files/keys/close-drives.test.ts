import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryObjectStore, type ObjectStore } from '../../storage/index.ts';
import { code, keysIn, put, testFiles } from '../test-files.ts';

const everything = async (store: ObjectStore): Promise<string[]> => keysIn(store, '');

test('the drive of an account that ends goes from both stores with all that is in it, trash included', async (t) => {
  const setup = testFiles(t);
  const [ada, ben] = [await setup.join('Ada'), await setup.join('Ben')];
  const { files } = setup;
  const folder = await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'papers' });
  await put(files, ada, 'a', 'one');
  await put(files, ada, 'a', 'two');
  await put(files, ada, 'b', 'three', { folderId: folder.id });
  const { entry } = await put(files, ada, 'c', 'four');
  await files.trash(ada.session, ada.driveId, entry.id, {});
  await put(files, ben, 'mine', 'stays');
  await files.copyDue();
  await files.closeDrives(ada.session.accountId);
  await assert.rejects(files.list(ada.session, ada.driveId, 'root', {}), code('drive_not_found'));
  for (const store of [setup.primary, setup.backup]) {
    assert.deepEqual(
      (await everything(store)).filter((path) => path.startsWith(`keys/drives/${ada.driveId}`)),
      [],
    );
  }
  await files.purgeDue();
  for (const store of [setup.primary, setup.backup]) {
    assert.deepEqual(
      (await everything(store)).filter((path) => path.includes(ada.driveId)),
      [],
    );
    assert.equal((await keysIn(store, `drives/${ben.driveId}/o/`)).length, 1);
  }
  for (const pk of [
    `drive#${ada.driveId}`,
    `folder#${ada.driveId}`,
    `folder#${folder.id}`,
    `entry#${entry.id}`,
    `usage#${ada.session.accountId}`,
  ]) {
    assert.deepEqual((await setup.records.query(pk, { limit: 1000 })).items, [], pk);
  }
  assert.deepEqual((await setup.records.query('errands#purge', {})).items, []);
  assert.equal((await files.list(ben.session, ben.driveId, 'root', {})).entries.length, 1);
});

test('a store that does not answer stops it, and a repetition goes on to the end', async (t) => {
  for (const failing of [0, 1, 2, 3]) {
    let left = failing;
    let broken = true;
    const inner = memoryObjectStore({ clock: () => 0 });
    const backup: ObjectStore = new Proxy(inner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'delete') return member.bind(target);
        return async (key: string) => {
          if (broken && left-- <= 0) throw new Error('the store is away');
          await target.delete(key);
        };
      },
    });
    const setup = testFiles(t, { backup });
    const ada = await setup.join();
    await put(setup.files, ada, 'a', 'content');
    await setup.files.copyDue();
    const close = (): Promise<void> => setup.files.closeDrives(ada.session.accountId);
    if (failing < 2) await assert.rejects(close(), /the store is away/);
    else await close();
    await assert.rejects(setup.files.list(ada.session, ada.driveId, 'root', {}), code('drive_not_found'));
    broken = false;
    await close();
    await close();
    setup.advance(60 * 60_000);
    await setup.files.purgeDue();
    assert.deepEqual(await everything(setup.primary), []);
    assert.deepEqual(await everything(setup.backup), []);
    assert.deepEqual((await setup.records.query(`drive#${ada.driveId}`, {})).items, []);
  }
});

test('a drive row written by somebody else does not let an ending account take a drive with it', async (t) => {
  const setup = testFiles(t);
  const [ada, eve] = [await setup.join('Ada'), await setup.join('Eve')];
  await put(setup.files, ada, 'a', 'content');
  await setup.files.copyDue();
  const row = await setup.records.get(`drive#${ada.driveId}`, 'drive');
  assert.ok(row);
  const { accountId } = eve.session;
  await setup.records.transact([
    { op: 'put', pk: `account#${accountId}`, sk: `drive#${ada.driveId}`, value: { role: 'manager' } },
    { op: 'put', pk: row.pk, sk: row.sk, value: { ...row.value, ownerId: accountId } },
  ]);
  await setup.files.closeDrives(accountId);
  await setup.files.purgeDue();
  await setup.records.transact([{ op: 'put', pk: row.pk, sk: row.sk, value: row.value }]);
  assert.equal((await setup.files.list(ada.session, ada.driveId, 'root', {})).entries.length, 1);
  assert.equal((await keysIn(setup.primary, `drives/${ada.driveId}/o/`)).length, 1);
});
