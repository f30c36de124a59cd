import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasCode } from '../../base/errors.ts';
import { code, get, put, testFiles, type TestFiles, type TestPerson } from '../test-files.ts';

const tools = ({ files }: TestFiles, ada: TestPerson) => ({
  folder: async (name: string, folderId = 'root') =>
    (await files.makeFolder(ada.session, ada.driveId, folderId, { name })).id,
  move: (id: string, to: { folderId?: string; name?: string }, options = {}) =>
    files.move(ada.session, ada.driveId, id, to, options),
  find: (path: string) => files.lookUp(ada.session, ada.driveId, path),
  names: async (folderId = 'root') =>
    (await files.list(ada.session, ada.driveId, folderId, {})).entries.map(({ name }) => name).toSorted(),
});

test('a file that is renamed and moved keeps its id, its versions and its content', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { folder, move, find, names } = tools(setup, ada);
  const { entry } = await put(setup.files, ada, 'draft.txt', 'one');
  await put(setup.files, ada, 'draft.txt', 'two');
  const work = await folder('Work');
  const moved = await move(entry.id, { folderId: work, name: 'plan.txt' });
  assert.equal(moved.outcome, 'moved');
  assert.deepEqual([moved.entry.id, moved.entry.name, moved.entry.folderId], [entry.id, 'plan.txt', work]);
  assert.equal((await find('/Work/plan.txt')).id, entry.id);
  await assert.rejects(find('/draft.txt'), code('entry_not_found'));
  assert.deepEqual([await names(), await names(work)], [['Work'], ['plan.txt']]);
  assert.equal((await get(setup.files, ada, entry)).toString(), 'two');
  const first = await get(setup.files, ada, entry, { versionId: entry.versionId });
  assert.equal(first.toString(), 'one');
  assert.equal((await put(setup.files, ada, 'draft.txt', 'new')).outcome, 'created', 'its old name is free');
});

test('a folder takes along what lies in it, and its look-up key', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { folder, move, find, names } = tools(setup, ada);
  const a = await folder('a');
  const b = await folder('b', a);
  await put(setup.files, ada, 'deep.txt', 'x', { folderId: b });
  const c = await folder('c');
  await move(a, { folderId: c, name: 'ä' });
  assert.equal((await find('/c/a\u0308/b/deep.txt')).kind, 'file');
  await put(setup.files, ada, 'more.txt', 'y', { folderId: b });
  assert.deepEqual(await names(b), ['deep.txt', 'more.txt']);
});

test('renaming to another spelling of the same name works, and to the very same name does nothing', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { move, find } = tools(setup, ada);
  const { entry } = await put(setup.files, ada, 'Re\u0301sume\u0301', 'x');
  assert.equal((await move(entry.id, { name: 'Résumé' })).entry.name, 'Résumé');
  assert.equal((await move(entry.id, { name: 'Résumé' })).entry.name, 'Résumé');
  assert.equal((await move(entry.id, { name: 'RÉSUMÉ' })).entry.name, 'RÉSUMÉ');
  assert.equal((await find('/RÉSUMÉ')).id, entry.id);
  await assert.rejects(find('/Résumé'), code('entry_not_found'));
});

test('bad moves are refused and change nothing', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const eve = await setup.join('Eve');
  const { folder, move, names } = tools(setup, ada);
  const a = await folder('a');
  const b = await folder('b', a);
  const { entry } = await put(files, ada, 'file', 'x');
  const foreign = await put(files, eve, 'hers', 'x');
  const { rootId } = await files.drive(ada.session, ada.driveId);
  await assert.rejects(move(a, { folderId: a }), code('move_into_itself'));
  await assert.rejects(move(a, { folderId: b }), code('move_into_itself'));
  await assert.rejects(move(rootId, { folderId: a }), code('root_fixed'));
  await assert.rejects(move('root', { name: 'x' }), code('root_fixed'));
  await assert.rejects(move(entry.id, { name: '..' }), code('name_invalid'));
  await assert.rejects(move(entry.id, { name: 'a' }), code('name_taken'));
  await assert.rejects(move(entry.id, { name: 'a' }, { force: true }), code('name_taken'));
  await assert.rejects(move(b, { folderId: 'root', name: 'file' }, { force: true }), code('name_taken'));
  await assert.rejects(move(entry.id, { folderId: entry.id }), code('not_a_folder'));
  await assert.rejects(move(entry.id, { folderId: eve.driveId }), code('folder_not_found'));
  await assert.rejects(move(foreign.entry.id, { folderId: a }), code('entry_not_found'));
  await assert.rejects(move(entry.id, { name: 'y' }, { ifMatch: [foreign.entry.versionId] }), code('version_conflict'));
  await assert.rejects(move(a, { name: 'y' }, { ifMatch: [entry.versionId] }), code('version_conflict'));
  await assert.rejects(files.move(eve.session, ada.driveId, a, { name: 'y' }, {}), code('drive_not_found'));
  assert.deepEqual([await names(), await names(a)], [['a', 'file'], ['b']]);
  await move(entry.id, { name: 'renamed' }, { ifMatch: [entry.versionId] });
});

test('with force a file that goes onto a file becomes its next version, and its own history stays in the trash', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { move, names } = tools(setup, ada);
  const old = await put(files, ada, 'plan.txt', 'old');
  const fresh = await put(files, ada, 'plan.txt.tmp', 'fresh', { modifiedMs: 5000 });
  await assert.rejects(move(fresh.entry.id, { name: 'plan.txt' }), code('name_taken'));
  const moved = await move(fresh.entry.id, { name: 'plan.txt' }, { force: true });
  assert.equal(moved.outcome, 'new_version');
  assert.equal(moved.entry.id, old.entry.id);
  assert.equal(moved.entry.kind === 'file' && moved.entry.modifiedTime, '1970-01-01T00:00:05.000Z');
  assert.deepEqual(await names(), ['plan.txt']);
  assert.equal((await get(files, ada, old.entry)).toString(), 'fresh');
  assert.equal((await files.versions(ada.session, ada.driveId, old.entry.id, {})).versions.length, 2);
  const { entries } = await files.listTrash(ada.session, ada.driveId, {});
  assert.deepEqual(
    entries.map(({ entry }) => entry.name),
    ['plan.txt.tmp'],
  );
  await files.emptyTrash(ada.session, ada.driveId);
  await files.purgeDue();
  assert.equal((await get(files, ada, old.entry)).toString(), 'fresh', 'the object has another name and stays');
});

test('of two who move folders into each other one is refused: no circle comes to be', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { folder, move, find } = tools(setup, ada);
  for (let round = 0; round < 10; round++) {
    const [a, b] = [await folder(`a${round}`), await folder(`b${round}`)];
    const results = await Promise.allSettled([move(a, { folderId: b }), move(b, { folderId: a })]);
    const refused = results.filter((result) => result.status === 'rejected');
    assert.equal(refused.length, 1);
    code('move_into_itself')(refused[0]?.reason);
    const paths = [`/a${round}/b${round}`, `/b${round}/a${round}`];
    const found = await Promise.allSettled(paths.map((path) => find(path)));
    assert.equal(found.filter((result) => result.status === 'fulfilled').length, 1);
  }
});

test('of many who move things to one name, one gets it and the others keep theirs', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const { move, names } = tools(setup, ada);
  const stored = await Promise.all(Array.from({ length: 8 }, (_, index) => put(setup.files, ada, `f${index}`, 'x')));
  const results = await Promise.allSettled(stored.map(({ entry }) => move(entry.id, { name: 'same' })));
  for (const result of results) if (result.status === 'rejected') code('name_taken')(result.reason);
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  assert.equal((await names()).length, 8);
});

test('whatever is moved anywhere, the tree stays a tree and every file is found by its path', async (t) => {
  const setup = testFiles(t);
  const { files } = setup;
  const ada = await setup.join();
  const { folder, move } = tools(setup, ada);
  const folders = await Promise.all(['a', 'b', 'c', 'd'].map((name) => folder(name)));
  const stored = await Promise.all(folders.map((folderId, index) => put(files, ada, `f${index}`, 'x', { folderId })));
  const ids = [...folders, ...stored.map(({ entry }) => entry.id)];
  const step = fc.record({
    what: fc.nat(ids.length - 1),
    into: fc.nat(folders.length),
    name: fc.constantFrom(undefined, 'a', 'b', 'x'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      await Promise.all(
        steps.map(({ what, into, name }) =>
          move(ids[what] ?? '', { folderId: folders[into] ?? 'root', ...(name && { name }) }).catch(
            (error: unknown) => {
              if (!hasCode(error, 'name_taken', 'move_into_itself')) throw error;
            },
          ),
        ),
      );
      const found: string[] = [];
      const walk = async (folderId: string, path: string): Promise<void> => {
        for (const entry of (await files.list(ada.session, ada.driveId, folderId, {})).entries) {
          found.push(entry.id);
          const at = `${path}/${entry.name}`;
          assert.equal((await files.lookUp(ada.session, ada.driveId, at)).id, entry.id);
          if (entry.kind === 'folder') await walk(entry.id, at);
        }
      };
      await walk('root', '');
      assert.deepEqual(found.toSorted(), ids.toSorted());
    }),
    { numRuns: 30 },
  );
});
