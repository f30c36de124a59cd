import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { decryptBytes, generateIdentity, parseIdentityFile } from '../../age/index.ts';
import { silentLog } from '../../base/log.ts';
import { openSqliteRecordStore, readBody, type JsonObject } from '../../storage/index.ts';
import { formatKeyring } from './drive-keys.ts';
import { openKeyCache } from './key-cache.ts';
import { driveKeys } from './drive-keys.ts';
import { encryptBytes } from '../../age/index.ts';
import { code, get, keysIn, PASSWORD, put, testFiles } from '../test-files.ts';

test('a new account finds its drive, empty, with its first objects in both stores', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const drive = await setup.files.drive(ada.session, ada.driveId);
  assert.deepEqual([drive.kind, drive.role, drive.name], ['personal', 'manager', 'Personal']);
  assert.deepEqual((await setup.files.list(ada.session, ada.driveId, 'root', {})).entries, []);
  const expected = [`drives/${ada.driveId}/drive.json`, `keys/drives/${ada.driveId}/${ada.session.accountId}.age`];
  for (const store of [setup.primary, setup.backup]) {
    assert.deepEqual([...(await keysIn(store, 'drives/')), ...(await keysIn(store, 'keys/'))], expected);
  }
});

test('from the keyring in a store alone, the account’s identity opens every object', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  await put(setup.files, ada, 'a', 'the content');
  await setup.files.copyDue();
  const path = `keys/drives/${ada.driveId}/${ada.session.accountId}.age`;
  const keyring = decryptBytes(await readBody((await setup.backup.get(path)).body), [ada.session.identity]);
  const [object = ''] = await keysIn(setup.backup, `drives/${ada.driveId}/o/`);
  const identities = parseIdentityFile(keyring.toString());
  const plain = decryptBytes(await readBody((await setup.backup.get(object)).body), identities);
  assert.equal(plain.toString(), 'the content');
  const exported = await setup.files.exportKeyring(ada.session, ada.driveId, PASSWORD);
  assert.equal(exported.identityFile, keyring.toString());
  await assert.rejects(setup.files.exportKeyring(ada.session, ada.driveId, 'wrong'), code('password_wrong'));
});

test('whoever writes himself into a drive’s records does not get in', async (t) => {
  const setup = testFiles(t);
  const [ada, eve] = [await setup.join('Ada'), await setup.join('Eve')];
  await put(setup.files, ada, 'a', 'private');
  const member = await setup.records.get(`drive#${eve.driveId}`, `member#${eve.session.accountId}`);
  const keyring = await setup.records.get(`drive#${ada.driveId}`, `keyring#${ada.session.accountId}`);
  assert.ok(member && keyring);
  await setup.records.transact([
    { op: 'put', pk: `drive#${ada.driveId}`, sk: `member#${eve.session.accountId}`, value: member.value },
    { op: 'put', pk: `drive#${ada.driveId}`, sk: `keyring#${eve.session.accountId}`, value: keyring.value },
  ]);
  await assert.rejects(setup.files.list(eve.session, ada.driveId, 'root', {}), code('drive_not_found'));
});

test('a generation slipped into the records or the keyring is refused, so nobody writes under a foreign key', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const pk = `drive#${ada.driveId}`;
  const sk = `keyring#${ada.session.accountId}`;
  const genuine = await setup.records.get(pk, sk);
  const generation = await setup.records.get(pk, 'generation#0001');
  assert.ok(genuine && generation);
  const foreign = generateIdentity('classic');
  const text = formatKeyring(ada.driveId, [{ identity: foreign, createdMs: 0 }]);
  const age = encryptBytes(Buffer.from(text), [ada.session.identity.recipient]).toString('base64');
  await setup.records.transact([{ op: 'put', pk, sk, value: { age } }]);
  await assert.rejects(put(setup.files, ada, 'a', 'x'), code('drive_damaged'));
  const value = { ...generation.value, recipient: foreign.recipient.toString() };
  await setup.records.transact([{ op: 'put', pk, sk: 'generation#0001', value }]);
  await assert.rejects(put(setup.files, ada, 'a', 'x'), code('drive_damaged'));
});

test('a person who got into a drive before is refused once any row that let him in is another, and let in again by the old ones', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'access-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let now = 0;
  // This one gives the same rows again for as long as nobody writes them.
  const records = await openSqliteRecordStore({
    path: join(folder, 'records.sqlite'),
    clock: () => now,
    log: silentLog,
  });
  const setup = testFiles(t, {
    records: (clock) => {
      now = clock();
      return records;
    },
  });
  const [ada, eve] = [await setup.join('Ada'), await setup.join('Eve')];
  const enter = (): Promise<unknown> => setup.files.drive(ada.session, ada.driveId);
  const pk = `drive#${ada.driveId}`;
  const of = (sk: string, changes: (value: JsonObject) => JsonObject) => ({ sk, changes });
  const changed = [
    of('drive', (value) => ({ ...value, rootId: ada.driveId })),
    of(`member#${ada.session.accountId}`, (value) => ({ ...value, role: 'viewer' })),
    of(`member#${ada.session.accountId}`, (value) => ({
      ...value,
      recipient: eve.session.identity.recipient.toString(),
    })),
    of(`keyring#${ada.session.accountId}`, () => ({ age: '' })),
    of('generation#0001', (value) => ({ ...value, createdMs: 1 })),
  ];
  for (const { sk, changes } of changed) {
    for (let round = 0; round < 3; round += 1) await enter();
    const genuine = await records.get(pk, sk);
    assert.ok(genuine, sk);
    await records.transact([{ op: 'put', pk, sk, value: changes(genuine.value) }]);
    await assert.rejects(enter(), sk);
    await records.transact([{ op: 'delete', pk, sk }]);
    await assert.rejects(enter(), sk);
    await records.transact([{ op: 'put', pk, sk, value: genuine.value }]);
    await enter();
  }
  await assert.rejects(setup.files.drive(eve.session, ada.driveId), code('drive_not_found'));
});

test('ids of another drive are not found, even by their owner', async (t) => {
  const setup = testFiles(t);
  const [ada, ben] = [await setup.join('Ada'), await setup.join('Ben')];
  const { entry } = await put(setup.files, ada, 'a', 'x');
  const folder = await setup.files.makeFolder(ada.session, ada.driveId, 'root', { name: 'f' });
  const through = (id: string) => ({ session: ben.session, driveId: ben.driveId, id });
  const { session, driveId, id } = through(folder.id);
  await assert.rejects(setup.files.list(session, driveId, id, {}), code('folder_not_found'));
  await assert.rejects(put(setup.files, ben, 'x', 'x', { folderId: folder.id }), code('folder_not_found'));
  await assert.rejects(setup.files.makeFolder(session, driveId, id, { name: 'x' }), code('folder_not_found'));
  await assert.rejects(setup.files.open(session, driveId, entry.id), code('entry_not_found'));
  await assert.rejects(setup.files.restore(session, driveId, entry.id, entry.versionId, {}), code('entry_not_found'));
  await assert.rejects(setup.files.drive(ben.session, 'not-an-id'), code('drive_not_found'));
});

test('the keys of two accounts never open each other’s objects', async (t) => {
  const setup = testFiles(t);
  const [ada, ben] = [await setup.join('Ada'), await setup.join('Ben')];
  await put(setup.files, ada, 'a', 'Ada’s');
  await put(setup.files, ben, 'a', 'Ben’s');
  for (const [mine, theirs] of [
    [ada, ben],
    [ben, ada],
  ] as const) {
    const { identityFile } = await setup.files.exportKeyring(mine.session, mine.driveId, PASSWORD);
    const [object = ''] = await keysIn(setup.primary, `drives/${theirs.driveId}/o/`);
    const bytes = await readBody((await setup.primary.get(object)).body);
    assert.throws(() => decryptBytes(bytes, parseIdentityFile(identityFile)), code('age_no_identity_match'));
  }
});

test('no name and no content stands in any record or object', async (t) => {
  const setup = testFiles(t);
  const ada = await setup.join();
  const secret = 'Zanzibar-merger';
  const folder = await setup.files.makeFolder(ada.session, ada.driveId, 'root', { name: `${secret} folder` });
  const content = Buffer.concat([Buffer.from(secret), randomBytes(10)]);
  const options = { folderId: folder.id, idempotencyKey: 'k1', modifiedMs: 1_234_567_890_123 };
  const { entry } = await put(setup.files, ada, `${secret}.txt`, content, options);
  await setup.files.restore(ada.session, ada.driveId, entry.id, entry.versionId, {});
  await setup.files.copyDue();
  const partitions = [
    `drive#${ada.driveId}`,
    `account#${ada.session.accountId}`,
    ...[ada.driveId, entry.folderId, folder.folderId, folder.id].map((id) => `folder#${id}`),
    ...[entry.id, folder.id].map((id) => `entry#${id}`),
    'outbox#copies',
  ];
  let rows = '';
  for (const pk of partitions) {
    const { items } = await setup.records.query(pk, { limit: 1000 });
    rows += JSON.stringify(items.map(({ sk, value }) => [sk, value]));
  }
  assert.ok(rows.includes(entry.versionId));
  const hash = entry.sha256;
  for (const needle of [
    secret,
    Buffer.from(secret).toString('base64').slice(0, -4),
    hash,
    'text/plain',
    '1234567890123',
    'test bench',
  ]) {
    assert.ok(!rows.includes(needle), needle);
  }
  for (const store of [setup.primary, setup.backup]) {
    for (const key of await keysIn(store, '')) {
      assert.ok(!(await readBody((await store.get(key)).body)).includes(secret), key);
    }
  }
});

test('opened keys are forgotten after their idle time, with their session or account, and the longest unused first', () => {
  const time = { now: 0 };
  using cache = openKeyCache({ clock: () => time.now, idleMs: 1000, maxEntries: 2 });
  const opened = driveKeys('d', [generateIdentity('classic')]);
  const [first, second] = [
    { sessionId: 's1', accountId: 'a1' },
    { sessionId: 's2', accountId: 'a2' },
  ];
  cache.set(first, 'd1', 'x', opened);
  assert.equal(cache.get('s1', 'd1', 'x'), opened);
  assert.equal(cache.get('s2', 'd1', 'x'), null, 'another session');
  time.now = 900;
  assert.equal(cache.get('s1', 'd1', 'x'), opened);
  time.now = 1800;
  assert.equal(cache.get('s1', 'd1', 'x'), opened, 'use prolongs it');
  time.now = 2800;
  cache.sweep();
  assert.equal(cache.size, 0);

  cache.set(first, 'd1', 'x', opened);
  assert.equal(cache.get('s1', 'd1', 'changed'), null, 'made from older records');
  cache.set(first, 'd1', 'x', opened);
  cache.set(first, 'd2', 'x', opened);
  // Which of two was used last is known to a moment.
  time.now += 16;
  cache.get('s1', 'd1', 'x');
  cache.set(second, 'd3', 'x', opened);
  assert.equal(cache.get('s1', 'd2', 'x'), null);
  assert.equal(cache.get('s1', 'd1', 'x'), opened);
  cache.forgetSession('s1');
  assert.equal(cache.size, 1);
  cache.forgetAccount('a1');
  assert.equal(cache.size, 1, 'somebody else');
  cache.forgetAccount('a2');
  assert.equal(cache.size, 0);
});

test('a clock that is set back keeps no opened keys for longer', () => {
  const time = { now: 1_000_000 };
  using cache = openKeyCache({ clock: () => time.now, idleMs: 1000, maxEntries: 2 });
  const opened = driveKeys('d', [generateIdentity('classic')]);
  cache.set({ sessionId: 's1', accountId: 'a1' }, 'd1', 'x', opened);
  time.now = 0;
  assert.equal(cache.get('s1', 'd1', 'x'), opened);
  time.now = 1000;
  cache.sweep();
  assert.equal(cache.size, 0);
});

test('whoever is to forget keys with the cache is told of each that it lets go', () => {
  const time = { now: 0 };
  const told: string[] = [];
  const options = { clock: () => time.now, idleMs: 1000, maxEntries: 2 };
  using cache = openKeyCache({ ...options, onForgotten: ({ driveId }) => void told.push(driveId) });
  const forgets = (act: () => void): string[] => {
    told.length = 0;
    act();
    return [...told];
  };
  const set = (accountId: string, driveId: string, stamp = 'x'): void => {
    const opened = driveKeys(driveId, [generateIdentity('classic')]);
    cache.set({ sessionId: `session of ${accountId}`, accountId }, driveId, stamp, opened);
  };
  set('ada', 'd1');
  assert.deepEqual(
    forgets(() => void cache.get('session of ada', 'd1', 'x')),
    [],
    'used',
  );
  assert.deepEqual(
    forgets(() => void cache.get('session of ada', 'd1', 'changed')),
    ['d1'],
    'made from older records',
  );
  set('ada', 'd1');
  assert.deepEqual(
    forgets(() => set('ada', 'd1', 'newer')),
    ['d1'],
    'replaced',
  );
  set('ada', 'd2');
  assert.deepEqual(
    forgets(() => set('ben', 'd3')),
    ['d1'],
    'the longest unused',
  );
  assert.deepEqual(
    forgets(() => cache.forgetSession('session of ada')),
    ['d2'],
    'its session',
  );
  assert.deepEqual(
    forgets(() => cache.forgetAccount('ben')),
    ['d3'],
    'its account',
  );
  set('ada', 'd4');
  time.now = 2000;
  assert.deepEqual(
    forgets(() => cache.sweep()),
    ['d4'],
    'idle',
  );
  set('ada', 'd5');
  time.now = 4000;
  assert.deepEqual(
    forgets(() => void cache.get('session of ada', 'd5', 'x')),
    ['d5'],
    'idle, asked for before the sweep',
  );
});

test('a file is opened again without unwrapping the keyring each time, and a foreign session never gets the cached keys', async (t) => {
  const setup = testFiles(t);
  const [ada, ben] = [await setup.join('Ada'), await setup.join('Ben')];
  let unwrapped = 0;
  const counting = {
    ...ada.session,
    identity: {
      ...ada.session.identity,
      recipient: ada.session.identity.recipient,
      unwrapFileKey: (stanzas: Parameters<typeof ada.session.identity.unwrapFileKey>[0]) => {
        unwrapped++;
        return ada.session.identity.unwrapFileKey(stanzas);
      },
    },
  };
  const person = { ...ada, session: { ...counting, sessionId: ben.session.sessionId.replace(/.$/, '0') } };
  const { entry } = await put(setup.files, person, 'a', 'x');
  await get(setup.files, person, entry);
  await get(setup.files, person, entry);
  assert.equal(unwrapped, 1);
  setup.files.forgetSession(person.session.sessionId);
  await get(setup.files, person, entry);
  assert.equal(unwrapped, 2);
  setup.files.forgetAccount(person.session.accountId);
  await get(setup.files, person, entry);
  assert.equal(unwrapped, 3);
  const borrowed = { ...ben.session, sessionId: person.session.sessionId };
  await assert.rejects(setup.files.open(borrowed, ada.driveId, entry.id), code('drive_not_found'));
});
