import assert from 'node:assert/strict';
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { memoryRecordStore, type RecordStore } from '../../storage/index.ts';
import { openWorkspaceKey } from './open-workspace-key.ts';
import { ringInFile, workspaceKeyWarnings } from './workspace-key-file.ts';
import { formatRing, parseRing, workspaceKeyOf } from './workspace-key.ts';

const clock = (): number => Date.UTC(2026, 5, 1);

async function place(t: TestContext): Promise<{ folder: string; file: string; records: RecordStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-key-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return { folder, file: join(folder, 'secrets', 'workspace.key'), records: memoryRecordStore({ clock }) };
}

const open = (file: string, records: RecordStore) =>
  openWorkspaceKey({ place: ringInFile(file, silentLog), records, clock, log: silentLog });

test('a new workspace gets a key file that only its user can read, and opens with it again', async (t) => {
  const { folder, file, records } = await place(t);
  const made = await open(file, records);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await stat(join(folder, 'secrets'))).mode & 0o777, 0o700);
  assert.deepEqual(await readdir(join(folder, 'secrets')), ['workspace.key']);
  const again = await open(file, records);
  assert.equal(again.workspaceId, made.workspaceId);
  assert.deepEqual(again.derive('row-mac'), made.derive('row-mac'));
  assert.equal(await readFile(file, 'utf8'), made.ringText());
});

test('a key file that was put there before the first start becomes the key of the workspace', async (t) => {
  const { file, records, folder } = await place(t);
  const key = randomBytes(32);
  const own = join(folder, 'own.key');
  await writeFile(own, formatRing([key]), { mode: 0o600 });
  const opened = await open(own, records);
  assert.deepEqual(opened.derive('x'), workspaceKeyOf([key], '').derive('x'));
  await assert.rejects(open(file, records), { code: 'workspace_key_missing' });
});

test('records of a workspace refuse a missing key and another key', async (t) => {
  const { file, records } = await place(t);
  await open(file, records);
  const right = await readFile(file, 'utf8');
  await writeFile(file, formatRing([randomBytes(32)]));
  await assert.rejects(open(file, records), { code: 'workspace_key_mismatch' });
  await writeFile(file, formatRing([randomBytes(32), ...parseRing(right)]));
  await assert.rejects(open(file, records), { code: 'workspace_key_mismatch' });
  await rm(file);
  await assert.rejects(open(file, records), { code: 'workspace_key_missing' });
  await assert.rejects(stat(file), { code: 'ENOENT' }, 'and no new key is made in its place');
  await writeFile(file, right);
  assert.ok(await open(file, records));
});

test('a key that somebody added to the file does not write until it is put in force', async (t) => {
  const { file, records } = await place(t);
  const before = await open(file, records);
  await writeFile(file, formatRing([...parseRing(before.ringText()), randomBytes(32)]));
  const opened = await open(file, records);
  assert.equal(opened.generation, 1);
  assert.equal(opened.fingerprints.length, 2);
  assert.equal(opened.mac('x', {}), before.mac('x', {}));
});

test('a ring only grows: it takes no other keys in, and goes back to no earlier generation', () => {
  const [first, second] = [randomBytes(32), randomBytes(32)];
  const ring = workspaceKeyOf([first], '');
  ring.adopt([first, second], 1);
  assert.equal(ring.generation, 1);
  ring.adopt([first, second], 2);
  assert.equal(ring.mac('x', {}), workspaceKeyOf([first, second], '').mac('x', {}));
  for (const [keys, generation] of [
    [[first], 1],
    [[second, first], 2],
    [[first, second], 1],
    [[first, second], 3],
  ] as const) {
    assert.throws(() => ring.adopt(keys, generation), { code: 'workspace_key_mismatch' });
  }
  assert.equal(ring.generation, 2);
});

for (const [what, text] of [
  ['empty', ''],
  ['a comment only', '# nothing\n'],
  ['half a line', 'HOLDFAST-WORKSPACE-KEY-1-AAAA\n'],
  ['a key of another kind', `HOLDFAST-WORKSPACE-KEY-2-${'A'.repeat(43)}\n`],
  ['the same generation twice', `HOLDFAST-WORKSPACE-KEY-1-${'A'.repeat(43)}\n`.repeat(2)],
  ['far too long', '#'.repeat(70_000)],
] as const) {
  test(`a key file that is ${what} is refused and left as it is`, async (t) => {
    const { folder, records } = await place(t);
    const file = join(folder, 'workspace.key');
    await writeFile(file, text, { mode: 0o600 });
    await assert.rejects(open(file, records), { code: 'workspace_key_unreadable' });
    assert.equal(await readFile(file, 'utf8'), text);
  });
}

test('the message about a damaged key file repeats nothing of it', () => {
  const line = `HOLDFAST-WORKSPACE-KEY-1-${'S'.repeat(42)}`;
  assert.throws(
    () => parseRing(line),
    (error: Error) => !error.message.includes('SSSS') && error.message.includes('line 1'),
  );
});

test('permissions that let others read the key are mended, and told', async (t) => {
  const { file, records } = await place(t);
  await open(file, records);
  await chmod(file, 0o644);
  assert.equal((await workspaceKeyWarnings({ keyFile: file, recordsFolder: null })).length, 1);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  await openWorkspaceKey({ place: ringInFile(file, log), records, clock, log });
  assert.equal(warnings.length, 1);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('a key that lies beside the database is told, elsewhere it is not', async (t) => {
  const { folder, file, records } = await place(t);
  await open(file, records);
  assert.match((await workspaceKeyWarnings({ keyFile: file, recordsFolder: folder }))[0] ?? '', /beside the database/);
  assert.deepEqual(await workspaceKeyWarnings({ keyFile: file, recordsFolder: join(folder, 'db') }), []);
  assert.deepEqual(await workspaceKeyWarnings({ keyFile: file, recordsFolder: `${folder}-other` }), []);
  assert.deepEqual(await workspaceKeyWarnings({ keyFile: file, recordsFolder: null }), []);
});

test('two servers that start a new workspace at once agree on one key', async (t) => {
  const { folder, records } = await place(t);
  const [one, two] = [join(folder, 'one', 'key'), join(folder, 'two', 'key')];
  const settled = await Promise.allSettled([open(one, records), open(two, records)]);
  assert.deepEqual(settled.map((each) => each.status).toSorted(), ['fulfilled', 'rejected']);
  const refused = settled.find((each) => each.status === 'rejected');
  assert.equal(refused?.reason.code, 'workspace_key_mismatch');
});

test('derivations follow the documented recipe', () => {
  const key = Buffer.alloc(32, 7);
  const workspaceKey = workspaceKeyOf([key], '');
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'holdfast/v1/row-mac', 32));
  assert.deepEqual(workspaceKey.derive('row-mac'), derived);
  const tag = createHmac('sha256', derived).update('["member",{"a":1,"b":"x"}]').digest('base64url');
  assert.equal(workspaceKey.mac('member', { b: 'x', a: 1 }), `1.${tag}`);
});

test('a MAC fits one kind and one set of fields, and older generations still verify', () => {
  const keys = [randomBytes(32), randomBytes(32)];
  const [old, ring] = [workspaceKeyOf(keys.slice(0, 1), ''), workspaceKeyOf(keys, '')];
  const fields = { role: 'admin', accountId: 'a' };
  assert.equal(ring.generation, 2);
  assert.ok(ring.verifyMac('member', fields, old.mac('member', fields)));
  assert.ok(ring.verifyMac('member', fields, ring.mac('member', fields)));
  const mac = old.mac('member', fields);
  assert.ok(!ring.verifyMac('account', fields, mac));
  assert.ok(!ring.verifyMac('member', { ...fields, role: 'member' }, mac));
  assert.ok(!ring.verifyMac('member', fields, mac.replace('1.', '2.')));
  assert.ok(!old.verifyMac('member', fields, ring.mac('member', fields)), 'a generation it does not hold');
  for (const wrong of ['', '1.', '0.x', null, undefined, 7, {}, `${mac}A`, mac.slice(0, -1), `-1.${mac.slice(2)}`]) {
    assert.ok(!ring.verifyMac('member', fields, wrong));
  }
  assert.throws(() => old.derive('row-mac', 2), { code: 'workspace_key_mismatch' });
  assert.throws(() => old.derive('row-mac', 0), { code: 'workspace_key_mismatch' });
});
