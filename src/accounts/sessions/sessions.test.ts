import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors, memoryRecordStore } from '../../storage/index.ts';
import { newToken } from './session-token.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const invalid = { code: 'session_invalid', status: 401 };

test('no token but a true one opens anything', async (t) => {
  const { accounts, ...workspace } = await testWorkspace(t);
  const { token } = await workspace.signUpFirst();
  const [id, secret] = token.slice(4).split('.');
  const foreign = newToken().text;
  for (const wrong of [
    '',
    'Bearer',
    foreign,
    `hfs_${id}.${foreign.split('.')[1]}`,
    `${foreign.split('.')[0]}.${secret}`,
  ]) {
    await assert.rejects(accounts.authenticate(wrong), invalid);
  }
});

test('logging out ends the session on the server, and only this one', async (t) => {
  const workspace = await testWorkspace(t);
  const { token, account } = await workspace.signUpFirst();
  const other = await workspace.accounts.logIn({ email: account.email, password: PASSWORD });
  await workspace.accounts.logOut(other.session);
  await assert.rejects(workspace.accounts.authenticate(other.token), invalid);
  await assert.rejects(workspace.accounts.logOut(other.session), { code: 'session_not_found' });
  assert.ok(await workspace.accounts.authenticate(token));
  assert.deepEqual(workspace.ended, [{ accountId: account.accountId, sessionId: other.session.sessionId }]);
});

test('sessions are listed with their devices, newest first, and revoked one by one', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, session } = await workspace.signUpFirst({ device: 'laptop' });
  workspace.advance(MINUTE);
  const phone = await workspace.accounts.logIn({ email: account.email, password: PASSWORD, device: 'phone' });
  const listed = await workspace.accounts.sessions(session);
  assert.deepEqual(
    listed.map(({ device, current }) => [device, current]),
    [
      ['phone', false],
      ['laptop', true],
    ],
  );
  assert.equal(JSON.stringify(listed).includes(phone.token.split('.')[1] ?? ''), false);
  await workspace.accounts.revokeSession(session, phone.session.sessionId);
  await assert.rejects(workspace.accounts.authenticate(phone.token), invalid);
  assert.equal((await workspace.accounts.sessions(session)).length, 1);
});

test('nobody ends or sees another person’s sessions', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  for (const sessionId of [ada.session.sessionId, 'x', '', '../x', 'a'.repeat(600), 'é']) {
    await assert.rejects(workspace.accounts.revokeSession(bob.session, sessionId), { code: 'session_not_found' });
  }
  assert.equal((await workspace.accounts.sessions(bob.session)).length, 1);
  assert.ok(await workspace.accounts.authenticate(ada.token));
});

test('a session ends after 30 days without use, and use puts that off', async (t) => {
  const workspace = await testWorkspace(t);
  const { token } = await workspace.signUpFirst();
  workspace.advance(29 * DAY);
  assert.ok(await workspace.accounts.authenticate(token));
  workspace.advance(29 * DAY);
  assert.ok(await workspace.accounts.authenticate(token));
  workspace.advance(30 * DAY);
  await assert.rejects(workspace.accounts.authenticate(token), invalid);
});

test('a session ends after 180 days however much it is used', async (t) => {
  const workspace = await testWorkspace(t);
  const { token, expiresTime } = await workspace.signUpFirst();
  const start = workspace.deps.clock();
  for (let day = 0; day < 179; day += 20) {
    assert.ok(await workspace.accounts.authenticate(token));
    workspace.advance(Math.min(20, 179 - day) * DAY);
  }
  assert.ok(await workspace.accounts.authenticate(token));
  workspace.advance(start + 180 * DAY - workspace.deps.clock());
  assert.equal(Date.parse(expiresTime), workspace.deps.clock());
  await assert.rejects(workspace.accounts.authenticate(token), invalid);
});

test('the time of last use is written every five minutes at most', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { token, session } = await workspace.signUpFirst();
  const before = watched.written.length;
  for (let request = 0; request < 5; request++) await workspace.accounts.authenticate(token);
  assert.equal(watched.written.length, before);
  workspace.advance(5 * MINUTE);
  await Promise.all([1, 2, 3].map(() => workspace.accounts.authenticate(token)));
  assert.equal(watched.written.length, before + 1);
  const [listed] = await workspace.accounts.sessions(session);
  assert.equal(Date.parse(listed?.lastUsedTime ?? ''), workspace.deps.clock());
});

test('that the use cannot be written (a full disk) keeps nobody out', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { token } = await workspace.signUpFirst();
  workspace.advance(DAY);
  watched.beforeTransaction = () => {
    throw storageErrors('records_full');
  };
  assert.ok(await workspace.accounts.authenticate(token));
});

test('records that cannot be read are told as that, not as a session that ended', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { token } = await workspace.signUpFirst();
  watched.store.get = async () => {
    throw storageErrors('records_unavailable');
  };
  await assert.rejects(workspace.accounts.authenticate(token), { code: 'records_unavailable' });
});

test('a login beyond the limit ends the oldest session', async (t) => {
  const workspace = await testWorkspace(t, { settings: { sessionsPerAccount: 2 } });
  const first = await workspace.signUpFirst();
  const logIn = () => workspace.accounts.logIn({ email: first.account.email, password: PASSWORD });
  const [second, third] = [await logIn(), await logIn()];
  await assert.rejects(workspace.accounts.authenticate(first.token), invalid);
  assert.ok(await workspace.accounts.authenticate(second.token));
  assert.ok(await workspace.accounts.authenticate(third.token));
  assert.deepEqual(workspace.ended, [{ accountId: first.account.accountId, sessionId: first.session.sessionId }]);
});

test('a password change asks for the current one and ends all other sessions', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, session, token } = await workspace.signUpFirst();
  const logIn = (password: string) => workspace.accounts.logIn({ email: account.email, password });
  const others = [await logIn(PASSWORD), await logIn(PASSWORD)];
  const change = (currentPassword: string, newPassword: string) =>
    workspace.accounts.changePassword(session, { currentPassword, newPassword });

  await assert.rejects(change(OTHER_PASSWORD, PASSWORD), { code: 'password_wrong', status: 403 });
  await assert.rejects(change('', OTHER_PASSWORD), { code: 'password_wrong' });
  await assert.rejects(change(PASSWORD, 'short'), { code: 'password_length' });
  await assert.rejects(change(PASSWORD, 'ada.lovelace'), { code: 'password_too_easy' });
  assert.equal((await workspace.accounts.sessions(session)).length, 3);

  assert.deepEqual(await change(PASSWORD, OTHER_PASSWORD), { endedSessions: 2 });
  for (const other of others) await assert.rejects(workspace.accounts.authenticate(other.token), invalid);
  assert.ok(await workspace.accounts.authenticate(token));
  assert.equal((await workspace.accounts.sessions(session)).length, 1);
  await assert.rejects(logIn(PASSWORD), { code: 'login_failed' });
  assert.ok(await logIn(OTHER_PASSWORD));
});

test('a password is the same however its letters were composed', async (t) => {
  const workspace = await testWorkspace(t);
  const { account } = await workspace.signUpFirst({ password: 'garçon-plover-été-41' });
  const decomposed = 'garçon-plover-été-41'.normalize('NFD');
  assert.ok(await workspace.accounts.logIn({ email: account.email, password: decomposed }));
});
