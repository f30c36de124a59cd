import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { bytesBody, memoryObjectStore, memoryRecordStore, storageErrors } from '../../storage/index.ts';
import { keysIn, put, testFiles } from '../test-files.ts';
import { adoptStore } from './adopt-store.ts';

test('everything but objects is brought over, however many objects lie between', async () => {
  const setup = { primary: memoryObjectStore(), backup: memoryObjectStore() };
  const records = memoryRecordStore({ clock: () => 1 });
  const write = (key: string) => setup.primary.put(key, bytesBody(Buffer.from(key)));
  const others = ['audit/heads/1.json', 'keys/a.age', 'drives/a/drive.json', 'drives/b/drive.json', 'z/last'];
  for (const key of [...others, 'workspace.json']) await write(key);
  for (const drive of ['a', 'b']) for (let n = 0; n < 2100; n++) await write(`drives/${drive}/o/${n}.age`);
  let lists = 0;
  const primary = {
    ...setup.primary,
    list: (options: Parameters<typeof setup.primary.list>[0]) => {
      lists++;
      return setup.primary.list(options);
    },
  };
  const stores = { primary, backup: setup.backup };
  const deps = { records, stores, clock: () => 1, log: silentLog, leave: ['workspace.json'] };
  assert.deepEqual(await adoptStore(deps, 'backup'), { objects: 0, others: others.length });
  assert.deepEqual(await keysIn(setup.backup, ''), others.toSorted());
  assert.ok(lists <= 4, `${lists} lists: objects are stepped over`);
});

test('an upload that had reached the lost store alone is told as lost, and repeating changes nothing', async (t) => {
  const backup = memoryObjectStore();
  let broken = false;
  const setup = testFiles(t, {
    backup: {
      ...backup,
      async put(key, body, options) {
        if (broken && key.includes('/o/')) throw storageErrors('store_unavailable');
        return backup.put(key, body, options);
      },
    },
  });
  const ada = await setup.join();
  await put(setup.files, ada, 'twice', 'content');
  await setup.files.copyDue();
  broken = true;
  await put(setup.files, ada, 'once', 'content');
  await setup.files.copyDue();
  for (const key of await keysIn(setup.primary, '')) await setup.primary.delete(key);

  const stores = { primary: setup.primary, backup: setup.backup };
  const deps = { records: setup.records, stores, clock: () => Date.UTC(2026, 5, 1), log: silentLog, leave: [] };
  assert.equal((await adoptStore(deps, 'primary')).objects, 2);
  assert.equal((await adoptStore(deps, 'primary')).objects, 0);
  const status = await setup.files.backupStatus();
  assert.deepEqual([status.verdict, status.damaged, status.stores[0]?.lost], ['lost', 1, 2]);
});
