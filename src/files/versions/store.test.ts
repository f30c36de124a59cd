import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { memoryObjectStore, storageErrors, type ObjectStore } from '../../storage/index.ts';
import { newIdAfter } from '../records.ts';
import { code, get, inPieces, keysIn, put, testFiles } from '../test-files.ts';

test('a stored file comes back byte for byte, with its size and hash', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  for (const size of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
    const bytes = randomBytes(size);
    const { entry, outcome } = await put(files, ada, `file-${size}.bin`, bytes, { size });
    assert.equal(outcome, 'created');
    assert.equal(entry.size, size);
    assert.equal(entry.sha256, createHash('sha256').update(bytes).digest('hex'));
    assert.deepEqual(await get(files, ada, entry), bytes);
  }
});

test('the same bytes stored twice share no block of ciphertext', async (t) => {
  const { files, join, primary } = testFiles(t);
  const ada = await join();
  const bytes = Buffer.alloc(300_000, 'the same again ');
  await put(files, ada, 'a', bytes);
  await put(files, ada, 'b', bytes);
  const blocks = new Set<string>();
  let total = 0;
  for (const key of await keysIn(primary, `drives/${ada.driveId}/o/`)) {
    const object = Buffer.concat(await Array.fromAsync((await primary.get(key)).body));
    for (let at = 200; at + 64 <= object.length; at += 64, total++) blocks.add(object.toString('hex', at, at + 64));
  }
  assert.equal(blocks.size, total);
});

test('names that differ only in how letters are composed are one name, and case makes two', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const first = await put(files, ada, 'Re\u0301sume\u0301.txt', 'one');
  const second = await put(files, ada, 'Résumé.txt', 'two');
  assert.equal(second.outcome, 'new_version');
  assert.equal(second.entry.id, first.entry.id);
  assert.equal(second.entry.name, 'Re\u0301sume\u0301.txt', 'kept as it was given first');
  assert.equal((await put(files, ada, 'résumé.txt', 'three')).outcome, 'created');
});

test('of many writers of one new name all are kept, as versions of one file in one order', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const writers = Array.from({ length: 20 }, (_, index) => put(files, ada, 'board.txt', `from writer ${index}`));
  const stored = await Promise.all(writers);
  assert.equal(new Set(stored.map(({ entry }) => entry.id)).size, 1);
  assert.equal(stored.filter(({ outcome }) => outcome === 'created').length, 1);
  const [first] = stored;
  assert.ok(first);
  const { versions } = await files.versions(ada.session, ada.driveId, first.entry.id, {});
  assert.equal(versions.length, 20);
  const contents = await Promise.all(
    versions.map(async ({ versionId }) => (await get(files, ada, first.entry, { versionId })).toString()),
  );
  assert.equal(new Set(contents).size, 20);
  const { entries } = await files.list(ada.session, ada.driveId, 'root', {});
  assert.equal(entries.length, 1);
  const [file] = entries;
  assert.equal(file?.kind === 'file' && file.versionId, versions[0]?.versionId);
});

test('of many writers who all go by the version they saw, one gets through', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const { entry } = await put(files, ada, 'board.txt', 'start');
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => put(files, ada, 'board.txt', `${index}`, { ifMatch: [entry.versionId] })),
  );
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  for (const result of results) if (result.status === 'rejected') code('version_conflict')(result.reason);
  assert.equal((await files.versions(ada.session, ada.driveId, entry.id, {})).versions.length, 2);
});

test('a refused upload leaves nothing in any store', async (t) => {
  const setup = testFiles(t, { settings: { maxFileBytes: 100_000 } });
  const { files, primary } = setup;
  const ada = await setup.join();
  await put(files, ada, 'there.txt', 'x');
  await files.makeFolder(ada.session, ada.driveId, 'root', { name: 'folder' });
  const before = await keysIn(primary, 'drives/');
  const bytes = randomBytes(90_000);
  async function* breakingOff(): AsyncGenerator<Uint8Array> {
    yield* inPieces(bytes);
    throw new Error('socket hang up');
  }
  const sha256 = createHash('sha256').update('other').digest('hex');
  await assert.rejects(put(files, ada, 'a', bytes, { sha256 }), code('digest_mismatch'));
  await assert.rejects(put(files, ada, 'a', bytes, { size: 90_001 }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', bytes, { size: 89_999 }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', bytes, { body: breakingOff() }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', randomBytes(100_001)), code('file_too_large'));
  await assert.rejects(put(files, ada, 'a', bytes, { size: 100_001 }), code('file_too_large'));
  // What is small goes another way.
  const few = bytes.subarray(0, 900);
  await assert.rejects(put(files, ada, 'a', few, { size: 900, sha256 }), code('digest_mismatch'));
  await assert.rejects(put(files, ada, 'a', few, { size: 901 }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', few, { size: 899 }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', '', { size: 95_000, body: breakingOff() }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', '', { size: 60_000, body: breakingOff() }), code('body_incomplete'));
  await assert.rejects(put(files, ada, 'a', bytes, { mediaType: 'text' }), code('media_type_invalid'));
  await assert.rejects(put(files, ada, 'folder', bytes), code('name_taken'));
  await assert.rejects(put(files, ada, 'there.txt', bytes, { ifNoneMatch: '*' }), code('name_exists'));
  await assert.rejects(put(files, ada, 'new.txt', bytes, { ifMatch: '*' }), code('version_conflict'));
  await assert.rejects(put(files, ada, '', bytes), code('name_empty'));
  await assert.rejects(put(files, ada, 'x', bytes, { folderId: 'nonsense' }), code('folder_not_found'));
  assert.deepEqual(await keysIn(primary, 'drives/'), before);
});

test('whose sender may not go on is given up, also where its body says nothing any more', async (t) => {
  const { files, join, primary } = testFiles(t);
  const ada = await join();
  const before = await keysIn(primary, 'drives/');
  for (const size of [10, 100_000, undefined]) {
    const ended = new AbortController();
    const asked = Promise.withResolvers<void>();
    const body = (async function* () {
      yield Buffer.from('begun');
      asked.resolve();
      await new Promise(() => {});
    })();
    const stored = put(files, ada, 'a', '', { body, size, signal: ended.signal });
    stored.catch(() => undefined);
    await asked.promise;
    const reason = new Error('the session is over');
    ended.abort(reason);
    await assert.rejects(stored, reason);
  }
  assert.deepEqual(await keysIn(primary, 'drives/'), before);
});

test('an upload is answered with what is read of it afterwards, whatever it is called there', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const options = { size: 5, modifiedMs: Date.UTC(2020, 1, 2), mediaType: 'text/x-notes', idempotencyKey: 'once' };
  const { entry, outcome } = await put(files, ada, 'r\u00e9sum\u00e9', 'first', options);
  assert.equal(outcome, 'created');
  assert.deepEqual(entry, await files.entry(ada.session, ada.driveId, entry.id));
  const again = await put(files, ada, 'r\u00e9sum\u00e9', 'first', options);
  assert.deepEqual(again, { entry, outcome });
  const composedOtherwise = await put(files, ada, 're\u0301sume\u0301', 'second', { size: 6 });
  assert.equal(composedOtherwise.outcome, 'new_version');
  assert.equal(composedOtherwise.entry.name, 'r\u00e9sum\u00e9');
  assert.deepEqual(composedOtherwise.entry, await files.entry(ada.session, ada.driveId, entry.id));
  const body = inPieces(Buffer.from('third'));
  const byId = await files.store(ada.session, ada.driveId, { by: 'id', entryId: entry.id }, { body });
  assert.equal(byId.entry.name, 'r\u00e9sum\u00e9');
  assert.deepEqual(byId.entry, await files.entry(ada.session, ada.driveId, entry.id));
});

test('another content under the same idempotency key is refused, announced or not, and the first one stays', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  const idempotencyKey = 'once';
  const first = await put(files, ada, 'notes', 'first', { idempotencyKey });
  await assert.rejects(put(files, ada, 'notes', 'other', { idempotencyKey }), code('idempotency_key_reused'));
  await assert.rejects(put(files, ada, 'notes', 'longer', { idempotencyKey }), code('idempotency_key_reused'));
  assert.deepEqual(await put(files, ada, 'notes', 'first', { idempotencyKey }), first);
  assert.equal(String(await get(files, ada, first.entry)), 'first');
});

test('names are refused before a byte of the body is read', async (t) => {
  const { files, join } = testFiles(t);
  const ada = await join();
  let read = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    read = true;
    yield Buffer.from('x');
  }
  await assert.rejects(put(files, ada, '..', '', { body: body() }), code('name_invalid'));
  assert.equal(read, false);
});

test('a full disk is told as that, and a later try succeeds', async (t) => {
  const inner = memoryObjectStore();
  let full = true;
  const primary: ObjectStore = {
    ...inner,
    async put(key, body, options) {
      if (!full || !key.includes('/o/')) return inner.put(key, body, options);
      for await (const piece of body) if (piece.byteLength > 1000) throw storageErrors('store_full');
      throw storageErrors('store_full');
    },
  };
  const { files, join } = testFiles(t, { primary });
  const ada = await join();
  await assert.rejects(put(files, ada, 'a', randomBytes(100_000)), code('store_full'));
  assert.deepEqual((await files.list(ada.session, ada.driveId, 'root', {})).entries, []);
  full = false;
  await put(files, ada, 'a', 'x');
});

test('when the records refuse for good, the object goes; when they do not answer, it stays', async (t) => {
  const setup = testFiles(t);
  const { records, primary } = setup;
  const ada = await setup.join();
  const inner = records.transact.bind(records);
  const failWith = (failure: 'records_full' | 'records_unavailable') => {
    records.transact = async (operations) => {
      if (operations.some((each) => each.sk.startsWith('version#'))) throw storageErrors(failure);
      return inner(operations);
    };
  };
  const objects = () => keysIn(primary, `drives/${ada.driveId}/o/`);
  failWith('records_full');
  await assert.rejects(put(setup.files, ada, 'a', 'x'), code('records_full'));
  assert.deepEqual(await objects(), []);
  failWith('records_unavailable');
  await assert.rejects(put(setup.files, ada, 'a', 'x'), code('records_unavailable'));
  assert.equal((await objects()).length, 1);
});

test('a version that was stored keeps its object when nobody can tell whether it was', async (t) => {
  for (const answer of ['record_conflict', 'records_full'] as const) {
    const setup = testFiles(t);
    const { records, files } = setup;
    const ada = await setup.join();
    const inner = { transact: records.transact.bind(records), get: records.get.bind(records) };
    let committed = false;
    records.transact = async (operations) => {
      await inner.transact(operations);
      if (!operations.some((each) => each.sk.startsWith('version#'))) return;
      committed = true;
      throw storageErrors(answer);
    };
    records.get = async (pk, sk) => {
      if (committed && sk.startsWith('version#')) throw storageErrors('records_denied');
      return inner.get(pk, sk);
    };
    await assert.rejects(put(files, ada, 'a', 'content'), code('records_unavailable'));
    Object.assign(records, inner);
    const found = await files.lookUp(ada.session, ada.driveId, '/a');
    assert.ok(found.kind === 'file');
    assert.equal((await get(files, ada, found)).toString(), 'content');
  }
});

test('a commit whose answer got lost is not done twice and not undone', async (t) => {
  const setup = testFiles(t);
  const { records, files } = setup;
  const ada = await setup.join();
  const inner = records.transact.bind(records);
  let lost = 0;
  records.transact = async (operations) => {
    await inner(operations);
    if (lost++ === 0) throw storageErrors('records_unavailable');
  };
  const { entry } = await put(files, ada, 'a', 'content');
  assert.equal((await get(files, ada, entry)).toString(), 'content');
  assert.equal((await files.versions(ada.session, ada.driveId, entry.id, {})).versions.length, 1);
});

test('ids of versions sort in the order of versions, also within a millisecond and behind a clock that runs ahead', () => {
  let previous = newIdAfter('00000000-0000-7000-8000-000000000000');
  for (let index = 0; index < 2000; index++) {
    const next = newIdAfter(previous);
    assert.ok(next > previous);
    assert.match(next, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    previous = next;
  }
  const ahead = 'fffffffe-ffff-7fff-bfff-ffffffffffff';
  assert.equal(newIdAfter(ahead).slice(0, 13), 'ffffffff-0000');
});
