import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memoryRecordStore, storageErrors } from '../../storage/index.ts';
import { get, keysIn, put, testFiles, type TestFiles, type TestPerson } from '../test-files.ts';

const FILES = 15;

/** Opens every version of every file that is in the drive or in its trash, and tells the objects that they need. */
async function openAll({ files, records }: TestFiles, ada: TestPerson): Promise<Set<string>> {
  const objects = new Set<string>();
  const open = async (entryId: string): Promise<void> => {
    const { versions } = await files.versions(ada.session, ada.driveId, entryId, {});
    assert.ok(versions.length > 0);
    for (const { versionId } of versions) await get(files, ada, { id: entryId }, { versionId });
    const rows = await records.query<{ object: { objectId: string } }>(`entry#${entryId}`, { prefix: 'version#' });
    for (const { value } of rows.items) objects.add(value.object.objectId);
  };
  const walk = async (folderId: string): Promise<void> => {
    for (const entry of (await files.list(ada.session, ada.driveId, folderId, { limit: 1000 })).entries) {
      await (entry.kind === 'folder' ? walk(entry.id) : open(entry.id));
    }
  };
  await walk('root');
  for (const { entry } of (await files.listTrash(ada.session, ada.driveId, {})).entries) {
    await (entry.kind === 'folder' ? walk(entry.id) : open(entry.id));
  }
  return objects;
}

test('wherever a server dies, what is there opens, what was to go goes, and a copy is whole or nowhere', async (t) => {
  // Transactions are whole or not at all (the stores' own tests kill processes for that), so a death is known by how
  // many of them were done before it.
  await fc.assert(
    fc.asyncProperty(fc.nat(70), async (survives) => {
      let left = Number.POSITIVE_INFINITY;
      const setup = testFiles(t, {
        records(clock) {
          const store = memoryRecordStore({ clock });
          const transact = store.transact.bind(store);
          store.transact = async (operations) => {
            if (left-- <= 0) throw storageErrors('records_unavailable');
            return transact(operations);
          };
          return store;
        },
      });
      const ada = await setup.join();
      const at = [ada.session, ada.driveId] as const;
      const a = await setup.files.makeFolder(...at, 'root', { name: 'a' });
      const deep = await setup.files.makeFolder(...at, a.id, { name: 'deep' });
      for (let index = 0; index < FILES; index++) {
        const folderId = index % 2 === 0 ? a.id : deep.id;
        await put(setup.files, ada, `f${index}`, `${index}`, { folderId });
        await put(setup.files, ada, `f${index}`, `again ${index}`, { folderId });
      }
      await setup.files.copyDue();

      left = survives;
      const { files } = setup;
      await Promise.allSettled([
        files.copy(...at, a.id, { name: 'b' }),
        (async () => {
          await files.copy(...at, deep.id, { folderId: 'root', name: 'c' });
          await files.trash(...at, a.id, {});
          await files.purge(...at, a.id);
          await files.purgeDue();
        })(),
      ]);
      left = Number.POSITIVE_INFINITY;
      await setup.reopen();
      for (let day = 0; day < 2; day++) {
        setup.advance(24 * 3_600_000);
        await setup.files.copyDue();
        await setup.files.purgeDue();
      }

      for (const [name, count] of [
        ['b', (FILES + 1) / 2 + 1],
        ['c', (FILES - 1) / 2],
      ] as const) {
        const copy = await setup.files.lookUp(...at, `/${name}`).catch(() => null);
        if (!copy) continue;
        const { entries } = await setup.files.list(...at, copy.id, { limit: 1000 });
        assert.equal(entries.length, count, `${name} is whole`);
      }
      const needed = [...(await openAll(setup, ada))].map((id) => `drives/${ada.driveId}/o/${id}.age`).toSorted();
      assert.deepEqual((await keysIn(setup.primary, `drives/${ada.driveId}/o/`)).toSorted(), needed);
      assert.deepEqual((await keysIn(setup.backup, `drives/${ada.driveId}/o/`)).toSorted(), needed);
      assert.deepEqual((await setup.records.query('errands#purge')).items, []);
      await setup.files[Symbol.asyncDispose]();
    }),
    { numRuns: 20 },
  );
});
