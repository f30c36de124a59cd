import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../storage/errors.ts';
import { memoryRecordStore, type RecordStore } from '../storage/index.ts';
import { code, get, PASSWORD, put, testFiles } from './test-files.ts';

test('every act on a file is told to the audit trail with ids and no names, in the transaction of the act', async (t) => {
  const { files, told, audited, join } = testFiles(t);
  const ada = await join();
  const { session, driveId } = ada;
  const folder = await files.makeFolder(session, driveId, 'root', { name: 'Secret plans' });
  const { entry } = await put(files, ada, 'plan.pdf', 'one', { folderId: folder.id });
  await put(files, ada, 'plan.pdf', 'two', { folderId: folder.id });
  await files.restore(session, driveId, entry.id, entry.versionId, {});
  await files.exportKeyring(session, driveId, PASSWORD);

  const acts = [
    'drive.created',
    'folder.made',
    'version.stored',
    'version.stored',
    'version.restored',
    'keys.exported',
  ];
  assert.deepEqual(
    told.map(({ act }) => act),
    acts,
  );
  assert.deepEqual((await audited()).toSorted(), acts.toSorted());
  assert.deepEqual(told[2], {
    act: 'version.stored',
    actorId: session.accountId,
    sessionId: session.sessionId,
    subjectIds: [entry.id],
    facts: { driveId, versionId: entry.versionId, size: 3 },
  });
  assert.equal(told[4]?.facts?.['restoredFrom'], entry.versionId);
  assert.deepEqual(told[5]?.subjectIds, [driveId]);
  assert.doesNotMatch(JSON.stringify(told), /plan|secret/i);
});

test('a read is noted when bytes are read, not when somebody asks for the size', async (t) => {
  const { files, told, join } = testFiles(t);
  const ada = await join();
  const { entry } = await put(files, ada, 'plan.pdf', 'content');
  told.length = 0;
  await files.open(ada.session, ada.driveId, entry.id);
  assert.deepEqual(told, []);
  await get(files, ada, entry, { span: { start: 1, end: 3 } });
  assert.deepEqual(
    told.map(({ act, subjectIds, facts }) => [act, subjectIds, facts]),
    [['version.read', [entry.id], { driveId: ada.driveId, versionId: entry.versionId }]],
  );
});

test('an act that was refused or could not be written leaves no event, and keys are not handed out without one', async (t) => {
  let full = false;
  const records = (clock: () => number): RecordStore => {
    const inner = memoryRecordStore({ clock });
    return {
      properties: inner.properties,
      get: (pk, sk) => inner.get(pk, sk),
      query: (pk, options) => inner.query(pk, options),
      async transact(operations) {
        if (full) throw storageErrors('records_full');
        await inner.transact(operations);
      },
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    };
  };
  const { files, audited, join } = testFiles(t, { records });
  const ada = await join();
  const { entry } = await put(files, ada, 'plan.pdf', 'one');
  const before = await audited();
  await assert.rejects(files.makeFolder(ada.session, ada.driveId, 'root', { name: 'plan.pdf' }), code('name_taken'));
  await assert.rejects(put(files, ada, 'plan.pdf', 'two', { ifNoneMatch: '*' }), code('name_exists'));
  full = true;
  await assert.rejects(put(files, ada, 'other.pdf', 'two'), code('records_full'));
  await assert.rejects(files.restore(ada.session, ada.driveId, entry.id, entry.versionId, {}), code('records_full'));
  await assert.rejects(files.exportKeyring(ada.session, ada.driveId, PASSWORD), code('records_full'));
  full = false;
  assert.deepEqual(await audited(), before);
});
