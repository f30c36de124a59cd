import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, get, put, testFiles } from '../test-files.ts';

test('folders hold folders and files, and a path leads to each of them in either spelling', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const reports = await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'Reports' });
  const year = await files.makeFolder(ada.session, ada.driveId, reports.id, { name: 'Año' });
  const { entry } = await put(files, ada, '报告.pdf', 'x', { folderId: year.id });
  const find = (path: string) => files.lookUp(ada.session, ada.driveId, path);
  const root = await find('/');
  assert.deepEqual([root.kind, root.folderId], ['folder', null]);
  assert.equal((await find('/Reports')).id, reports.id);
  assert.equal((await find('Reports/Año/')).id, year.id);
  assert.equal((await find('/Reports/An\u0303o/报告.pdf')).id, entry.id);
  await assert.rejects(find('/reports'), code('entry_not_found'));
  await assert.rejects(find('/Reports/Año/报告.pdf/'), code('not_a_folder'));
  await assert.rejects(find('/Reports/Año/报告.pdf/x'), code('not_a_folder'));
  await assert.rejects(find('/Reports//Año'), code('path_invalid'));
  await assert.rejects(find('/Reports/../Reports'), code('name_invalid'));
  await assert.rejects(find(''), code('path_invalid'));
  await assert.rejects(find(`/${'a/'.repeat(10_000)}`), code('path_invalid'));
});

test('a listing goes page by page in order of creation, and shows each entry once', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const made: string[] = [];
  for (let index = 0; index < 7; index++) {
    const name = `entry ${9 - index}`;
    const entry =
      index % 2 === 0
        ? (await put(files, ada, name, 'x')).entry
        : await files.makeFolder(ada.session, ada.driveId, 'root', { name });
    made.push(entry.id);
  }
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await files.list(ada.session, ada.driveId, 'root', { after, limit: 3 });
    assert.ok(page.entries.length <= 3);
    seen.push(...page.entries.map((entry) => entry.id));
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(seen, made.toSorted());
  await assert.rejects(files.list(ada.session, ada.driveId, 'root', { after: 'x' }), code('cursor_invalid'));
});

test('of many who make one folder at once, one does', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => files.makeFolder(ada.session, ada.driveId, 'root', { name: 'same' })),
  );
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  for (const result of results) if (result.status === 'rejected') code('name_taken')(result.reason);
});

test('a folder and a file who want one name at once: one gets it, and nothing is lost of the other', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  for (let round = 0; round < 5; round++) {
    const name = `round ${round}`;
    const results = await Promise.allSettled([
      put(files, ada, name, 'x'),
      files.makeFolder(ada.session, ada.driveId, 'root', { name }),
    ]);
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    for (const result of results) if (result.status === 'rejected') code('name_taken')(result.reason);
  }
});

test('an older version is fetched and brought back as a new one, on the same object', async (t) => {
  const { files, join, primary } = testFiles(t);
  const ada = await join();
  const { entry: first } = await put(files, ada, 'plan.txt', 'one', { modifiedMs: 1000 });
  await put(files, ada, 'plan.txt', 'two!');
  const restored = await files.restore(ada.session, ada.driveId, first.id, first.versionId, {});
  assert.equal(restored.outcome, 'new_version');
  assert.equal((await get(files, ada, first)).toString(), 'one');
  assert.equal(restored.entry.modifiedTime, '1970-01-01T00:00:01.000Z');
  const { versions } = await files.versions(ada.session, ada.driveId, first.id, {});
  assert.deepEqual(
    versions.map(({ size, current, restoredFrom }) => [size, current, restoredFrom]),
    [
      [3, true, first.versionId],
      [4, false, null],
      [3, false, null],
    ],
  );
  assert.equal(versions[0]?.author.name, 'Ada');
  assert.equal((await primary.list({ prefix: `drives/${ada.driveId}/o/` })).objects.length, 2);
  const page = await files.versions(ada.session, ada.driveId, first.id, { limit: 2 });
  const rest = await files.versions(ada.session, ada.driveId, first.id, { limit: 2, after: page.next });
  assert.equal(rest.versions[0]?.versionId, first.versionId);
  const stale = { ifMatch: [first.versionId] };
  await assert.rejects(
    files.restore(ada.session, ada.driveId, first.id, first.versionId, stale),
    code('version_conflict'),
  );
});

test('versions stored while one is restored are all kept', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const { entry } = await put(files, ada, 'a', 'first');
  await Promise.all([
    ...Array.from({ length: 5 }, () => files.restore(ada.session, ada.driveId, entry.id, entry.versionId, {})),
    ...Array.from({ length: 5 }, (_, index) => put(files, ada, 'a', `${index}`)),
    files.copyDue(),
  ]);
  const { versions } = await files.versions(ada.session, ada.driveId, entry.id, {});
  assert.equal(versions.length, 11);
  for (const { versionId } of versions) await get(files, ada, entry, { versionId });
});

test('the same request under one idempotency key is done once and answered alike', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const again = { idempotencyKey: 'act-1', size: 3 };
  const first = await put(files, ada, 'a', 'one', again);
  const second = await put(files, ada, 'a', 'one', again);
  assert.deepEqual(second, first);
  assert.equal((await files.versions(ada.session, ada.driveId, first.entry.id, {})).versions.length, 1);
  await assert.rejects(put(files, ada, 'b', 'one', again), code('idempotency_key_reused'));

  const request = { name: 'f', idempotencyKey: 'act-2' };
  const folder = await files.makeFolder(ada.session, ada.driveId, 'root', request);
  assert.deepEqual(await files.makeFolder(ada.session, ada.driveId, 'root', request), folder);
  await assert.rejects(
    files.makeFolder(ada.session, ada.driveId, 'root', { name: 'x', idempotencyKey: 'no spaces' }),
    code('idempotency_key_invalid'),
  );

  const restore = () =>
    files.restore(ada.session, ada.driveId, first.entry.id, first.entry.versionId, { idempotencyKey: 'act-3' });
  assert.deepEqual(await restore(), await restore());
  assert.equal((await files.versions(ada.session, ada.driveId, first.entry.id, {})).versions.length, 2);
});

test('while the first request is running its key is in use, and a refused one frees it', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  const { promise: reading, resolve: started } = Promise.withResolvers<void>();
  async function* slow(): AsyncGenerator<Uint8Array> {
    started();
    await goOn;
    yield Buffer.from('x');
  }
  const running = put(files, ada, 'a', '', { body: slow(), idempotencyKey: 'k' });
  await reading;
  await assert.rejects(put(files, ada, 'a', 'x', { idempotencyKey: 'k' }), code('idempotency_in_progress'));
  release();
  await running;

  const refused = put(files, ada, 'a', 'x', { idempotencyKey: 'k2', ifNoneMatch: '*' });
  await assert.rejects(refused, code('name_exists'));
  assert.equal((await put(files, ada, 'a', 'x', { idempotencyKey: 'k2' })).outcome, 'new_version');
});

test('a request whose server died frees its key, unless another server may still be running it', async (t) => {
  for (const isAlone of [true, false]) {
    const { files, join, another } = testFiles(t, { isAlone });
    const ada = await join();
    const { promise: end, resolve: endIt } = Promise.withResolvers<void>();
    const { promise: reading, resolve: started } = Promise.withResolvers<void>();
    async function* never(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(0);
      started();
      await end;
      throw new Error('killed');
    }
    // To the next process, one that was killed looks just like one that never comes further.
    const killed = assert.rejects(put(files, ada, 'a', '', { body: never(), size: 1, idempotencyKey: 'k' }));
    await reading;
    const next = another();
    const again = put(next, ada, 'a', 'x', { size: 1, idempotencyKey: 'k' });
    if (isAlone) {
      const stored = await again;
      const repeated = await put(next, ada, 'a', 'x', { size: 1, idempotencyKey: 'k' });
      assert.equal(repeated.entry.versionId, stored.entry.versionId);
    } else await assert.rejects(again, code('idempotency_in_progress'));
    await assert.rejects(
      put(next, ada, 'other', 'x', { size: 1, idempotencyKey: 'k' }),
      code('idempotency_key_reused'),
    );
    endIt();
    await killed;
  }
});

test('an answer kept under an idempotency key is forgotten after its time', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const first = await put(setup.files, ada, 'a', 'one', { idempotencyKey: 'k' });
  setup.advance(24 * 3_600_000 + 1);
  const later = await put(setup.files, ada, 'a', 'one', { idempotencyKey: 'k' });
  assert.notEqual(later.entry.versionId, first.entry.versionId);
});
