import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoldfastError } from '../base/errors.ts';
import { memoryRecordStore, storageErrors, type RecordOperation } from '../storage/index.ts';
import { withChangeHints, type FileChange } from './change-hints.ts';
import { put, testFiles } from './test-files.ts';

test('every act that changes what is seen tells of it, in ids, once it is written', async (t) => {
  const told: FileChange[] = [];
  const setup = testFiles(t, { onChange: (change) => void told.push(change), accountName: async () => 'Ada' });
  const { files } = setup;
  const ada = await setup.join();
  const { session, driveId } = ada;
  const { rootId } = await files.drive(session, driveId);
  const after = async (act: () => Promise<unknown>): Promise<string[]> => {
    told.length = 0;
    await act();
    // Copies are made in the background, whenever.
    const here = told.filter(({ type }) => type !== 'copies');
    return here.map((change) => Object.values(change).join(' ')).toSorted();
  };
  const root = `entries ${driveId} ${rootId}`;
  const trash = `trash ${driveId}`;
  const quota = `quota ${session.accountId}`;

  assert.deepEqual(await after(() => put(files, ada, 'a', 'one')), [root, quota]);
  await files.copyDue();
  assert.ok(told.some((change) => change.type === 'copies' && change.driveId === driveId));
  assert.deepEqual(await after(() => put(files, ada, 'a', 'two')), [root, quota]);
  const { entries } = await files.list(session, driveId, 'root', {});
  const file = entries[0]?.id ?? '';
  let folder = '';
  assert.deepEqual(
    await after(async () => (folder = (await files.makeFolder(session, driveId, 'root', { name: 'f' })).id)),
    [root],
  );
  const inside = `entries ${driveId} ${folder}`;
  const there = await after(() => files.move(session, driveId, file, { folderId: folder }, {}));
  assert.deepEqual(there, [inside, root].toSorted());
  assert.deepEqual(await after(() => files.move(session, driveId, file, { name: 'b' }, {})), [inside]);
  assert.deepEqual(await after(() => files.copy(session, driveId, file, { name: 'c' })), [inside]);
  assert.deepEqual(await after(() => files.trash(session, driveId, file, {})), [inside, trash]);
  assert.deepEqual(await after(() => files.restoreFromTrash(session, driveId, file, {})), [inside, trash]);
  assert.deepEqual(await after(() => files.trash(session, driveId, file, {})), [inside, trash]);
  // What it took is free when it has gone from the stores, which may begin at once.
  const purged = await after(async () => {
    await files.purge(session, driveId, file);
    await files.copyDue();
    await files.purgeDue();
  });
  assert.deepEqual([...new Set(purged)], [quota, trash].toSorted());
  assert.deepEqual(await after(() => files.setQuota(session, session.accountId, 5)), [quota]);
  assert.deepEqual(await after(() => put(files, ada, 'too much', '0123456789').catch(() => undefined)), []);
  assert.ok((await after(() => files.closeDrives(session.accountId))).includes(`drives ${session.accountId}`));
});

test('what was refused is not told; what may have been written is', async () => {
  const records = memoryRecordStore({ clock: Date.now });
  const told: FileChange[] = [];
  let fault: HoldfastError | null = null;
  const hinting = withChangeHints(
    {
      ...records,
      transact: async (operations) => {
        if (fault) throw fault;
        await records.transact(operations);
      },
    },
    (change) => told.push(change),
  );
  const operations: RecordOperation[] = [{ op: 'put', pk: 'folder#trash-d', sk: 'entry#e', value: { driveId: 'd' } }];
  fault = storageErrors('record_conflict');
  await assert.rejects(hinting.transact(operations), { code: 'record_conflict' });
  assert.deepEqual(told, []);
  fault = storageErrors('records_unavailable');
  await assert.rejects(hinting.transact(operations), { code: 'records_unavailable' });
  assert.deepEqual(told, [{ type: 'trash', driveId: 'd' }]);
});
