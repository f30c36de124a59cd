import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageErrors } from '../storage/errors.ts';
import { memoryRecordStore } from '../storage/index.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from './test-accounts.ts';
import { watchRecords } from './watched-records.ts';

test('every act on an account is told to the audit trail, in the transaction of the act', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts } = workspace;
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  await accounts.confirmKit(bob.session);
  await accounts.confirmKit(bob.session);
  const { session } = await accounts.logIn({ email: 'bob@example.org', password: PASSWORD, address: '192.0.2.7' });
  await accounts.revokeSession(session, bob.session.sessionId);
  await accounts.changePassword(session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  await accounts.logOut(session);
  const { email } = bob.account;
  await accounts.recover({ email, recoveryKey: bob.recoveryKey, newPassword: PASSWORD });
  const { inviteId } = await accounts.invites.make(ada.session, { role: 'guest' });
  await accounts.invites.revoke(ada.session, inviteId);
  await accounts.people.changeRole(ada.session, bob.account.accountId, 'admin', PASSWORD);
  await accounts.people.disable(ada.session, bob.account.accountId);
  await accounts.people.enable(ada.session, bob.account.accountId, PASSWORD);
  await accounts.settings.change(ada.session, 'sign-up', 'invite');
  await accounts.workspaceKey.rotate(ada.session, { password: PASSWORD });

  const expected = [
    'account.created',
    'account.created',
    'kit.confirmed',
    'session.started',
    'session.ended',
    'password.changed',
    'session.ended',
    'account.recovered',
    'invite.made',
    'invite.revoked',
    'account.role_changed',
    'account.disabled',
    'account.enabled',
    'setting.changed',
    'workspace_key.rotated',
  ];
  assert.deepEqual(
    workspace.told.map(({ act }) => act),
    expected,
  );
  assert.deepEqual((await workspace.audited()).toSorted(), expected.toSorted());
  const started = workspace.told.find(({ act }) => act === 'session.started');
  assert.equal(started?.actorId, bob.account.accountId);
  assert.deepEqual(started?.facts, { address: '192.0.2.7', newDevice: true });
  const changed = workspace.told.find(({ act }) => act === 'account.role_changed');
  assert.deepEqual([changed?.actorId, changed?.subjectIds], [ada.account.accountId, [bob.account.accountId]]);
  assert.deepEqual(changed?.facts, { from: 'member', to: 'admin' });
});

test('whoever is turned away is noted, known or not, with what they are known by and nothing they typed', async (t) => {
  const workspace = await testWorkspace(t);
  const { session, account, recoveryKey } = await workspace.signUpFirst();
  const { accounts, told } = workspace;
  told.length = 0;
  const typed = { password: OTHER_PASSWORD, address: '192.0.2.7' };
  await assert.rejects(accounts.logIn({ email: account.email, ...typed }), { code: 'login_failed' });
  await assert.rejects(accounts.logIn({ email: 'eve@example.org', ...typed }), { code: 'login_failed' });
  await assert.rejects(accounts.verifyPassword(session, OTHER_PASSWORD), { code: 'password_wrong' });
  await assert.rejects(accounts.recover({ email: 'eve@example.org', recoveryKey, newPassword: OTHER_PASSWORD }), {
    code: 'recovery_failed',
  });
  const { accountId, sessionId } = session;
  const nobody = { actorId: null, sessionId: null };
  assert.deepEqual(told, [
    { act: 'session.refused', ...nobody, subjectIds: [accountId], facts: { address: '192.0.2.7' } },
    { act: 'session.refused', ...nobody, subjectIds: [], facts: { address: '192.0.2.7' } },
    { act: 'password.refused', actorId: accountId, sessionId, subjectIds: [accountId], facts: {} },
    { act: 'recovery.refused', ...nobody, subjectIds: [], facts: {} },
  ]);
});

test('an act that was not carried out leaves no event', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session, account } = await workspace.signUpFirst();
  const before = await workspace.audited();
  watched.beforeTransaction = () => {
    throw storageErrors('records_full');
  };
  const { accounts } = workspace;
  const refused = { code: 'records_full' };
  await assert.rejects(accounts.logIn({ email: account.email, password: PASSWORD }), refused);
  await assert.rejects(
    accounts.changePassword(session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }),
    refused,
  );
  await assert.rejects(accounts.logOut(session), refused);
  await assert.rejects(accounts.confirmKit(session), refused);
  await assert.rejects(accounts.invites.make(session, {}), refused);
  watched.beforeTransaction = null;
  assert.deepEqual(await workspace.audited(), before);
});

test('sessions that end because there are too many are told, too', async (t) => {
  const workspace = await testWorkspace(t, { settings: { sessionsPerAccount: 2 } });
  const { session, account } = await workspace.signUpFirst();
  const logIn = () => workspace.accounts.logIn({ email: account.email, password: PASSWORD });
  workspace.advance(10);
  await logIn();
  workspace.advance(10);
  await logIn();
  const [ended, ...more] = workspace.told.filter(({ act }) => act === 'session.ended');
  assert.deepEqual(more, []);
  assert.equal(ended?.actorId, null);
  assert.deepEqual(ended?.facts, { ended: session.sessionId, why: 'too many sessions' });
});
