import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore } from '../../storage/index.ts';
import { keys, type AppPasswordRow } from '../records.ts';
import type { AppPasswordScope, Session } from '../session.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';
import { parseAppPasswordToken } from './app-password-token.ts';

const DAY = 24 * 3_600_000;

const make = ({ accounts }: TestWorkspace, session: Session, scope: AppPasswordScope = 'files', label = 'rclone') =>
  accounts.appPasswords.make(session, { label, scope, password: PASSWORD });

test('an app password carries the key of its scope and no more', async (t) => {
  const workspace = await testWorkspace(t);
  const { session, account } = await workspace.signUpFirst();
  const { accounts } = workspace;
  const files = await accounts.authenticateAppPassword((await make(workspace, session)).appPassword);
  assert.ok(files.scope === 'files');
  assert.deepEqual(files.identity.seed, session.identity.seed);
  assert.deepEqual([files.accountId, files.role, files.device], [account.accountId, 'admin', 'rclone']);

  const chat = await accounts.authenticateAppPassword((await make(workspace, session, 'chat')).appPassword);
  assert.ok(chat.scope === 'chat');
  assert.notDeepEqual(chat.chatIdentity.seed, session.identity.seed);
  const again = await accounts.authenticateAppPassword((await make(workspace, session, 'chat')).appPassword);
  assert.ok(again.scope === 'chat');
  assert.deepEqual(again.chatIdentity.seed, chat.chatIdentity.seed, 'one chat identity per account');

  const agent = await accounts.authenticateAppPassword((await make(workspace, session, 'agent')).appPassword);
  assert.deepEqual(
    Object.keys(agent).filter((name) => /identity/i.test(name)),
    [],
  );
});

test('making one asks for the password again, and a session cannot guess it for long', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { session } = await workspace.signUpFirst();
  const wrong = { label: 'x', scope: 'files', password: OTHER_PASSWORD } as const;
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(workspace.accounts.appPasswords.make(session, wrong), { code: 'password_wrong' });
  }
  await assert.rejects(make(workspace, session), { code: 'too_many_attempts' });
  assert.deepEqual(await workspace.accounts.appPasswords.list(session), []);
});

test('they are listed, noted when used, and revoked one by one by their owner alone', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { appPasswords, authenticateAppPassword } = workspace.accounts;
  const first = await make(workspace, session, 'files', ' rclone 🦑 ');
  const second = await make(workspace, session, 'agent', 'host');
  workspace.advance(60_000);
  await authenticateAppPassword(first.appPassword);
  const listed = await appPasswords.list(session);
  const byId = new Map(listed.map((each) => [each.appPasswordId, each]));
  assert.equal(listed.length, 2);
  assert.deepEqual(byId.get(first.appPasswordId)?.label, 'rclone 🦑');
  assert.equal(byId.get(first.appPasswordId)?.lastUsedTime, '2026-06-01T00:01:00.000Z');
  assert.equal(byId.get(second.appPasswordId)?.lastUsedTime, null);
  assert.equal(JSON.stringify(listed).includes(first.appPassword), false);
  await assert.rejects(appPasswords.revoke(bob.session, first.appPasswordId), { code: 'app_password_not_found' });
  await assert.rejects(appPasswords.revoke(session, 'x'), { code: 'app_password_not_found' });
  await appPasswords.revoke(session, first.appPasswordId);
  assert.deepEqual(workspace.ended.at(-1), { accountId: session.accountId, sessionId: first.appPasswordId });
  await assert.rejects(authenticateAppPassword(first.appPassword), { code: 'session_invalid' });
  await assert.rejects(appPasswords.revoke(session, first.appPasswordId), { code: 'app_password_not_found' });
  await authenticateAppPassword(second.appPassword);
});

test('a label is needed, of a sane length and without control characters', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  for (const label of ['', '  ', 'x'.repeat(101), 'a\u0000b', 'a\u001b[31m']) {
    await assert.rejects(make(workspace, session, 'files', label), { code: 'app_password_label_invalid' });
  }
});

test('a new password leaves them, a recovery ends them, and so does disabling the account', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { accounts } = workspace;
  const made = await make(workspace, bob.session);
  await accounts.changePassword(bob.session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  await accounts.authenticateAppPassword(made.appPassword);
  const { session } = await accounts.recover({
    email: 'bob@example.org',
    recoveryKey: bob.recoveryKey,
    newPassword: PASSWORD,
  });
  await assert.rejects(accounts.authenticateAppPassword(made.appPassword), { code: 'session_invalid' });
  const next = await make(workspace, session);
  await accounts.people.disable(ada.session, bob.account.accountId);
  await assert.rejects(accounts.authenticateAppPassword(next.appPassword), { code: 'session_invalid' });
  await accounts.people.enable(ada.session, bob.account.accountId);
  await assert.rejects(accounts.authenticateAppPassword(next.appPassword), { code: 'session_invalid' });
  const page = await workspace.records.query(`account#${bob.account.accountId}`, { prefix: 'app-password#' });
  assert.deepEqual(page.items, [], 'no litter stays');
});

test('one that is made while the account is being recovered does not outlive the recovery', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session, recoveryKey, account } = await workspace.signUpFirst();
  watched.beforeTransaction = async (operations) => {
    if (!operations.some(({ pk }) => pk.startsWith('app-password#'))) return;
    watched.beforeTransaction = null;
    await workspace.accounts.recover({ email: account.email, recoveryKey, newPassword: OTHER_PASSWORD });
  };
  await assert.rejects(make(workspace, session), { code: 'account_changed' });
});

test('one that is not used ends, and use keeps it', async (t) => {
  const workspace = await testWorkspace(t, { settings: { appPasswordIdleMs: 2 * DAY } });
  const { session } = await workspace.signUpFirst();
  const used = await make(workspace, session);
  const unused = await make(workspace, session);
  for (let day = 0; day < 4; day++) {
    workspace.advance(DAY);
    await workspace.accounts.authenticateAppPassword(used.appPassword);
  }
  await assert.rejects(workspace.accounts.authenticateAppPassword(unused.appPassword), { code: 'session_invalid' });
  const ids = (await workspace.accounts.appPasswords.list(session)).map(({ appPasswordId }) => appPasswordId);
  assert.deepEqual(ids, [used.appPasswordId]);
});

test('a person has so many and no more', async (t) => {
  const workspace = await testWorkspace(t, { settings: { appPasswordsPerAccount: 2 } });
  const { session } = await workspace.signUpFirst();
  const { appPasswordId } = await make(workspace, session);
  await make(workspace, session);
  await assert.rejects(make(workspace, session), { code: 'app_passwords_too_many' });
  await workspace.accounts.appPasswords.revoke(session, appPasswordId);
  await make(workspace, session);
});

test('rows that were changed, moved or widened in the database open nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { authenticateAppPassword } = workspace.accounts;
  const mine = await make(workspace, session, 'chat');
  const other = await make(workspace, bob.session);
  const placeOf = (text: string) => keys.appPassword(parseAppPasswordToken(text)?.hash ?? '');
  const read = async (text: string) => {
    const { pk, sk } = placeOf(text);
    const item = await workspace.records.get<AppPasswordRow>(pk, sk);
    assert.ok(item);
    return item.value;
  };
  const [row, foreign] = [await read(mine.appPassword), await read(other.appPassword)];
  const mac = (value: AppPasswordRow): AppPasswordRow => {
    const { mac: _, ...fields } = value;
    const ids = { hash: placeOf(mine.appPassword).pk.slice('app-password#'.length) };
    return { ...value, mac: workspace.deps.workspaceKey.mac('app-password', { ids, fields }) };
  };
  for (const [why, value] of [
    ['a scope of its own', { ...row, scope: 'files' }],
    ['another account', { ...row, accountId: bob.account.accountId }],
    ['the row of somebody else', foreign],
    ['a wider scope, even with a MAC', mac({ ...row, scope: 'files' })],
    ['another account, even with a MAC', mac({ ...row, accountId: bob.account.accountId })],
    ['no key where one belongs, even with a MAC', mac({ ...row, sealed: null })],
  ] as const) {
    await workspace.records.transact([{ op: 'put', ...placeOf(mine.appPassword), value }]);
    await assert.rejects(authenticateAppPassword(mine.appPassword), { code: 'session_invalid' }, why);
  }
  for (const text of ['', 'hfa_', 'x', mine.appPassword.slice(0, -1), mine.appPassword.replace('hfa_', 'hfs_')]) {
    await assert.rejects(authenticateAppPassword(text), { code: 'session_invalid' });
    await assert.rejects(workspace.accounts.authenticate(text), { code: 'session_invalid' });
  }
  await assert.rejects(workspace.accounts.authenticate(other.appPassword), { code: 'session_invalid' });
});

test('the records hold no app password and no key that opens without one', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session } = await workspace.signUpFirst();
  const { appPassword } = await make(workspace, session);
  const all = JSON.stringify(watched.written);
  const [id = '', secret = ''] = appPassword.slice(4).split('.');
  for (const hidden of [appPassword, id, secret, session.identity.seed.toString('base64url')]) {
    assert.equal(all.includes(hidden), false);
  }
});
