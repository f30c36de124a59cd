import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { keys } from '../records.ts';
import { prepareSetupCode } from './setup-code.ts';
import { signUpMember, testWorkspace } from '../test-accounts.ts';

test('the code stays the same until it is used, in a file that only the server’s user can read', async (t) => {
  const workspace = await testWorkspace(t);
  const file = join(workspace.folder, 'setup-code');
  assert.match(workspace.setupCode ?? '', /^([0-9a-hjkmnp-tv-z]{5}-){5}[0-9a-hjkmnp-tv-z]$/);
  assert.equal((await readFile(file, 'utf8')).trim(), workspace.setupCode);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await workspace.reopen()).setupCode, workspace.setupCode);
});

test('it is used once, and then its file is gone and nobody is asked for one', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  await assert.rejects(stat(join(workspace.folder, 'setup-code')), { code: 'ENOENT' });
  assert.equal(await workspace.records.get(keys.setupCode.pk, keys.setupCode.sk), null);
  assert.equal((await workspace.reopen()).setupCode, null);
  await assert.rejects(workspace.signUpFirst({ email: 'eve@example.org' }), { code: 'invite_required' });
  assert.equal((await signUpMember(workspace, 'bob@example.org')).account.role, 'member');
});

test('a person may type it in capitals, without dashes, with O for 0 and l for 1', async (t) => {
  const workspace = await testWorkspace(t);
  const typed = (workspace.setupCode ?? '')
    .toUpperCase()
    .replaceAll('-', ' ')
    .replaceAll('0', 'O')
    .replaceAll('1', 'l');
  assert.equal((await workspace.signUpFirst({ setupCode: ` ${typed}\n` })).account.role, 'admin');
});

test('without the right code there is no first account, even where sign-up is open', async (t) => {
  const workspace = await testWorkspace(t);
  const right = workspace.setupCode ?? '';
  for (const setupCode of [undefined, '', 'x', right.slice(1), `${right}0`, right.replace(/^./, '!')]) {
    await assert.rejects(workspace.signUpFirst({ setupCode, signUpOpen: true }), { code: 'setup_code_invalid' });
  }
  assert.equal(workspace.published.size, 0);
});

test('what somebody else writes into the database admits nobody', async (t) => {
  const workspace = await testWorkspace(t);
  const code = '00000-00000-00000-00000-00000-0';
  for (const [nonce, generation] of [
    [code, 0],
    ['', 99],
    ['x', 1],
    [code, 1],
  ] as const) {
    await workspace.records.transact([{ op: 'put', ...keys.setupCode, value: { nonce, generation } }]);
    await assert.rejects(workspace.signUpFirst({ setupCode: code }), { code: 'setup_code_invalid' });
  }
});

test('a lost or altered file gets a new code, and the old one is worth nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const file = join(workspace.folder, 'setup-code');
  await rm(file);
  const second = await workspace.reopen();
  assert.notEqual(second.setupCode, workspace.setupCode);
  await writeFile(file, `${workspace.setupCode}\n`);
  const third = await workspace.reopen();
  assert.notEqual(third.setupCode, workspace.setupCode);
  for (const old of [workspace.setupCode, second.setupCode]) {
    await assert.rejects(third.signUpFirst({ setupCode: old ?? '' }), { code: 'setup_code_invalid' });
  }
  assert.ok(await third.signUpFirst());
});

test('servers that share their records before there is an account show one code, in a file of each', async (t) => {
  const workspace = await testWorkspace(t);
  const files = ['one', 'two', 'three'].map((name) => join(workspace.folder, name));
  const prepare = (file = '') => prepareSetupCode({ ...workspace.deps, file, isAlone: false });
  // Later than the first, and from nothing at the same moment.
  assert.equal(await prepare(files[0]), workspace.setupCode);
  await workspace.records.transact([{ op: 'delete', ...keys.setupCode }]);
  const codes = new Set(await Promise.all(files.map(prepare)));
  assert.equal(codes.size, 1);
  const [code] = codes;
  for (const file of files) assert.equal((await readFile(file, 'utf8')).trim(), code);
  assert.notEqual(code, workspace.setupCode);
  assert.equal((await workspace.signUpFirst({ setupCode: code ?? '' })).account.role, 'admin');
});

test('a file left over from a crash after its use is removed at the next start', async (t) => {
  const workspace = await testWorkspace(t);
  const file = join(workspace.folder, 'setup-code');
  await workspace.signUpFirst();
  await writeFile(file, 'left over');
  assert.equal((await workspace.reopen()).setupCode, null);
  await assert.rejects(stat(file), { code: 'ENOENT' });
});

test('a code that cannot be kept is no code', async (t) => {
  const { deps } = await testWorkspace(t);
  await assert.rejects(prepareSetupCode({ ...deps, file: '/proc/no-such-folder/setup-code', isAlone: true }), {
    code: 'setup_code_unwritable',
  });
});
