import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { code, keysIn, put, testFiles } from '../test-files.ts';
import { assertRoom, usageChange, usageOf } from './usage.ts';

test('used is what the objects take, each once, with versions and trash, until they are purged', async (t) => {
  const setup = testFiles(t, { accountName: async () => 'Ada' });
  const { files, primary } = setup;
  const ada = await setup.join();
  const { accountId } = ada.session;
  const used = async (): Promise<number> => (await files.usage(accountId)).usedBytes;
  const stored = async (): Promise<number> => {
    const keys = await keysIn(primary, `drives/${ada.driveId}/o/`);
    const infos = await Promise.all(keys.map((key) => primary.head(key)));
    return infos.reduce((sum, info) => sum + (info?.size ?? 0), 0);
  };
  assert.equal(await used(), 0);
  const { entry } = await put(files, ada, 'a', randomBytes(100_000));
  await put(files, ada, 'a', randomBytes(50_000));
  await Promise.all(Array.from({ length: 120 }, (_, index) => put(files, ada, `f${index}`, 'x')));
  assert.equal(await used(), await stored());
  await files.copy(ada.session, ada.driveId, entry.id, { name: 'copy' });
  await files.restore(ada.session, ada.driveId, entry.id, entry.versionId, {});
  await files.trash(ada.session, ada.driveId, entry.id, {});
  assert.equal(await used(), await stored());
  await files.copyDue();
  await files.emptyTrash(ada.session, ada.driveId);
  await files.purgeDue();
  const left = await stored();
  assert.ok(left > 50_000 && left < 100_000, 'the copy keeps its object');
  assert.equal(await used(), left);
  await Promise.all(Array.from({ length: 20 }, used));
  assert.equal(await used(), left, 'adding up does not change the sum');
});

test('what does not fit is refused, before a byte is read where its size is known, and leaves nothing', async (t) => {
  const setup = testFiles(t, { accountName: async () => 'Ada' });
  const { files, primary } = setup;
  const ada = await setup.join();
  const { accountId } = ada.session;
  const { entry } = await put(files, ada, 'a', randomBytes(10_000));
  await files.setQuota(ada.session, accountId, 50_000);
  const before = await keysIn(primary, 'drives/');
  let read = false;
  const body = (async function* () {
    read = true;
    yield randomBytes(60_000);
  })();
  await assert.rejects(put(files, ada, 'b', '', { body, size: 60_000 }), code('quota_exceeded'));
  assert.equal(read, false);
  await assert.rejects(put(files, ada, 'b', randomBytes(60_000)), code('quota_exceeded'));
  assert.deepEqual(await keysIn(primary, 'drives/'), before);
  await files.copy(ada.session, ada.driveId, entry.id, { name: 'copies take no space' });
  await put(files, ada, 'b', randomBytes(20_000));
  await files.setQuota(ada.session, accountId, 1);
  await assert.rejects(put(files, ada, 'c', ''), code('quota_exceeded'));
  assert.equal((await files.usage(accountId)).quotaBytes, 1);
  await files.setQuota(ada.session, accountId, null);
  await put(files, ada, 'c', randomBytes(100_000));
  const unset = await files.setQuota(ada.session, accountId, undefined);
  assert.deepEqual([unset.quotaBytes, unset.isDefault], [null, true]);
});

test('the quota that everybody has counts where none is set', async (t) => {
  const setup = testFiles(t, { accountName: async () => 'Ada', settings: { defaultQuotaBytes: 1000 } });
  const ada = await setup.join();
  await assert.rejects(put(setup.files, ada, 'a', randomBytes(2000)), code('quota_exceeded'));
  await setup.files.setQuota(ada.session, ada.session.accountId, 10_000);
  await put(setup.files, ada, 'a', randomBytes(2000));
});

test('nobody gets a quota who is not there', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  await assert.rejects(files.setQuota(ada.session, newId(), 1), code('person_not_found'));
  await assert.rejects(files.usage('nonsense'), code('person_not_found'));
});

test('changes are added to the sum however many stand beside it, and none is lost or counted twice', async (t) => {
  const records = memoryRecordStore();
  t.after(() => records[Symbol.asyncDispose]());
  const deps = { records, defaultQuotaBytes: 0 };
  const [asked, unlimited] = [newId(), newId()];
  const rowsOf = async (accountId: string): Promise<number> =>
    (await records.query(`usage#${accountId}`, { limit: 1000 })).items.length;
  for (const accountId of [asked, unlimited]) {
    for (let changes = 0; changes < 250; changes += 1) await records.transact([usageChange(accountId, 3)]);
  }
  for (let looks = 0; looks < 4; looks += 1) assert.equal((await usageOf(deps, asked)).usedBytes, 750);
  assert.ok((await rowsOf(asked)) <= 41);
  // Where nothing is limited, one look in sixty does it.
  for (let looks = 0; looks < 5000; looks += 1) await assertRoom(deps, unlimited, 1);
  assert.ok((await rowsOf(unlimited)) <= 41);
  assert.equal((await usageOf(deps, unlimited)).usedBytes, 750);
});
