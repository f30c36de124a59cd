import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { decryptBytes, generateIdentity, parseIdentityFile } from '../../age/index.ts';
import { readBody } from '../../storage/index.ts';
import { code, get, keysIn, put, testFiles } from '../test-files.ts';

async function rotated(t: TestContext) {
  const setup = testFiles(t);
  const ada = await setup.join();
  const old = await put(setup.files, ada, 'old', 'before the leak');
  const folder = await setup.files.makeFolder(ada.session, ada.driveId, 'root', { name: 'papers' });
  const identity = generateIdentity('classic');
  const change = await setup.files.rotateDrives(ada.session, identity.recipient.toString());
  const next = { ...ada, session: { ...ada.session, identity } };
  return { setup, ada, next, old, folder, identity, change };
}

test('after a rotation the new identity opens and writes everything, the old one nothing more', async (t) => {
  const { setup, ada, next, old, folder, change } = await rotated(t);
  const { files } = setup;
  await setup.records.transact(change.operations);
  assert.equal((await get(files, next, old.entry)).toString(), 'before the leak');
  const added = await put(files, next, 'new', 'after the leak', { folderId: folder.id });
  await put(files, next, 'old', 'a version after it');
  assert.equal((await get(files, next, added.entry)).toString(), 'after the leak');
  const names = (await files.list(next.session, next.driveId, 'root', {})).entries.map((entry) => entry.name);
  assert.deepEqual(names.toSorted(), ['old', 'papers']);
  assert.equal((await files.versions(next.session, next.driveId, old.entry.id, {})).versions.length, 2);
  await assert.rejects(files.list(ada.session, ada.driveId, 'root', {}), code('drive_damaged'));
});

test('what is written afterwards does not open with the drive keys of before', async (t) => {
  const { setup, ada, next, change } = await rotated(t);
  const path = `keys/drives/${ada.driveId}/${ada.session.accountId}.age`;
  const before = decryptBytes(await readBody((await setup.primary.get(path)).body), [ada.session.identity]);
  const stolen = parseIdentityFile(before.toString());
  const known = new Set(await keysIn(setup.primary, `drives/${ada.driveId}/o/`));
  await setup.records.transact(change.operations);
  await put(setup.files, next, 'new', 'after the leak');
  const [object = ''] = (await keysIn(setup.primary, `drives/${ada.driveId}/o/`)).filter((key) => !known.has(key));
  const bytes = await readBody((await setup.primary.get(object)).body);
  assert.throws(() => decryptBytes(bytes, stolen));
  await setup.files.republishDrives(ada.session.accountId);
  const renewed = decryptBytes(await readBody((await setup.backup.get(path)).body), [next.session.identity]);
  assert.equal(decryptBytes(bytes, parseIdentityFile(renewed.toString())).toString(), 'after the leak');
});

test('the keyring for the time between opens with the old identity and with the new one, all generations', async (t) => {
  const { ada, identity, change } = await rotated(t);
  const [file] = change.transitional;
  assert.equal(file?.path, `keys/drives/${ada.driveId}/${ada.session.accountId}.age`);
  for (const each of [ada.session.identity, identity]) {
    assert.equal(parseIdentityFile(decryptBytes(Buffer.from(file?.bytes ?? []), [each]).toString()).length, 2);
  }
});

test('the stores get what the records hold, and only that', async (t) => {
  const { setup, ada, next, change } = await rotated(t);
  await setup.records.transact(change.operations);
  await setup.files.republishDrives(ada.session.accountId);
  for (const store of [setup.primary, setup.backup]) {
    const path = `keys/drives/${ada.driveId}/${ada.session.accountId}.age`;
    const keyring = await readBody((await store.get(path)).body);
    assert.equal(parseIdentityFile(decryptBytes(keyring, [next.session.identity]).toString()).length, 2);
    assert.throws(() => decryptBytes(keyring, [ada.session.identity]));
    const facts = JSON.parse((await readBody((await store.get(`drives/${ada.driveId}/drive.json`)).body)).toString());
    assert.equal(facts.generations.length, 2);
  }
});

test('two rotations prepared at once cannot both happen', async (t) => {
  const { setup, ada, change } = await rotated(t);
  const other = await setup.files.rotateDrives(ada.session, generateIdentity('classic').recipient.toString());
  await setup.records.transact(change.operations);
  await assert.rejects(setup.records.transact(other.operations), code('record_conflict'));
});

test('an upload that was under way keeps its place, and opens afterwards', async (t) => {
  const { setup, ada, next, change } = await rotated(t);
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first half, ');
    await setup.records.transact(change.operations);
    yield Buffer.from('second half');
  };
  const target = { by: 'name', folderId: 'root', name: 'under way' } as const;
  const { entry } = await setup.files.store(ada.session, ada.driveId, target, { body: body() });
  assert.equal((await get(setup.files, next, entry)).toString(), 'first half, second half');
});

test('records that somebody else wrote are not published', async (t) => {
  const { setup, ada, change } = await rotated(t);
  await setup.records.transact(change.operations);
  const pk = `drive#${ada.driveId}`;
  const row = await setup.records.get(pk, 'generation#0002');
  assert.ok(row);
  const recipient = generateIdentity('classic').recipient.toString();
  await setup.records.transact([{ op: 'put', pk, sk: 'generation#0002', value: { ...row.value, recipient } }]);
  await assert.rejects(setup.files.republishDrives(ada.session.accountId), code('drive_damaged'));
});
