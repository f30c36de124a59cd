import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys } from '../records.ts';
import { recoveryPath } from '../credentials/wrap-paths.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { runDueErrands } from './errands.ts';

const DAY = 24 * 60 * 60_000;

async function adminAndBob(workspace: TestWorkspace) {
  const ada = await workspace.signUpFirst();
  return { ada, bob: await signUpMember(workspace, 'bob@example.org', { handle: 'bob' }) };
}

const reset = (
  { accounts }: TestWorkspace,
  admin: Parameters<typeof accounts.people.reset>[0],
  accountId: string,
  password = PASSWORD,
) => accounts.people.reset(admin, { accountId, password });

test('the person signs up anew under the same address and handle, and has nothing of the old account', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const { accounts } = workspace;
  const { invite } = await reset(workspace, ada.session, bob.account.accountId);
  assert.deepEqual([invite.role, invite.email], ['member', 'bob@example.org']);
  await assert.rejects(accounts.authenticate(bob.token), { code: 'session_invalid' });
  await assert.rejects(accounts.logIn({ email: 'bob@example.org', password: PASSWORD }), { code: 'login_failed' });
  const { invitation } = invite;
  const next = await signUpMember(workspace, 'bob@example.org', { handle: 'bob', invitation, signUpOpen: false });
  assert.notEqual(next.account.accountId, bob.account.accountId);
  assert.notEqual(next.account.recipient, bob.account.recipient);
  assert.ok((await workspace.audited()).includes('account.reset'));
});

test('for thirty days the recovery key opens the closed account again, drives and all', async (t) => {
  const closed: string[] = [];
  const workspace = await testWorkspace(t, { deps: { closeDrives: async (id) => void closed.push(id) } });
  const { ada, bob } = await adminAndBob(workspace);
  const { accounts } = workspace;
  await reset(workspace, ada.session, bob.account.accountId);
  workspace.advance(29 * DAY);
  await runDueErrands(workspace.deps);
  const { recoveryKey } = bob;
  const back = await accounts.recover({ email: 'BOB@example.org', recoveryKey, newPassword: OTHER_PASSWORD });
  assert.equal(back.account.accountId, bob.account.accountId);
  assert.equal(back.account.handle, 'bob');
  assert.equal(back.session.identity.toString(), bob.session.identity.toString());
  assert.ok(await accounts.authenticate(back.token));
  await assert.rejects(accounts.authenticate(bob.token), { code: 'session_invalid' });
  workspace.advance(2 * DAY);
  await runDueErrands(workspace.deps);
  assert.deepEqual(closed, [], 'it is not destroyed when its days are over');
  assert.ok(await accounts.logIn({ email: 'bob@example.org', password: OTHER_PASSWORD }));
  assert.equal((await accounts.people.list({})).people.length, 2);
});

test('after thirty days the old account is destroyed with its keys and its drive', async (t) => {
  const closed: string[] = [];
  const workspace = await testWorkspace(t, { deps: { closeDrives: async (id) => void closed.push(id) } });
  const { ada, bob } = await adminAndBob(workspace);
  const { accountId } = bob.account;
  const { closedUntilTime } = await reset(workspace, ada.session, accountId);
  assert.equal(Date.parse(closedUntilTime), workspace.deps.clock() + 30 * DAY);
  const kept = recoveryPath(accountId);
  assert.ok(workspace.published.has(kept));
  workspace.advance(30 * DAY);
  const { recoveryKey } = bob;
  const late = workspace.accounts.recover({ email: 'bob@example.org', recoveryKey, newPassword: OTHER_PASSWORD });
  await assert.rejects(late, { code: 'recovery_failed' });
  await runDueErrands(workspace.deps);
  assert.deepEqual(closed, [accountId]);
  assert.equal(workspace.published.has(kept), false);
  assert.deepEqual((await workspace.records.query(`account#${accountId}`, {})).items, []);
});

test('while the address has a new account, the old kit is told to be right but opens nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const { accounts } = workspace;
  const { invite } = await reset(workspace, ada.session, bob.account.accountId);
  const next = await signUpMember(workspace, 'bob@example.org', { invitation: invite.invitation });
  const recovery = { email: 'bob@example.org', recoveryKey: bob.recoveryKey, newPassword: OTHER_PASSWORD };
  await assert.rejects(accounts.recover(recovery), { code: 'account_replaced' });
  await accounts.deleteAccount(next.session, PASSWORD);
  assert.equal((await accounts.recover(recovery)).account.accountId, bob.account.accountId);
});

test('a wrong kit, another address and somebody else’s kit open no closed account', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const carol = await signUpMember(workspace, 'carol@example.org');
  await reset(workspace, ada.session, bob.account.accountId);
  for (const [email, recoveryKey] of [
    ['bob@example.org', carol.recoveryKey],
    ['carol@example.org', bob.recoveryKey],
    ['bob@example.org', 'AGE-SECRET-KEY-1'],
  ] as const) {
    const attempt = workspace.accounts.recover({ email, recoveryKey, newPassword: OTHER_PASSWORD });
    await assert.rejects(attempt, { code: 'recovery_failed' });
  }
});

test('a row written by somebody else leads to no account that was not closed', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const { email, accountId } = bob.account;
  const dueMs = workspace.deps.clock() + DAY;
  await workspace.accounts.people.disable(ada.session, accountId);
  await workspace.records.transact([{ op: 'put', ...keys.closed(email, accountId), value: { dueMs } }]);
  const attempt = workspace.accounts.recover({ email, recoveryKey: bob.recoveryKey, newPassword: OTHER_PASSWORD });
  await assert.rejects(attempt, { code: 'recovery_failed' });
});

test('an admin gives the own password, resets nobody twice and not themself, and enables no closed account', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const { accountId } = bob.account;
  await assert.rejects(reset(workspace, ada.session, accountId, 'not the password'), { code: 'password_wrong' });
  await assert.rejects(reset(workspace, ada.session, ada.account.accountId), { code: 'reset_own_account' });
  assert.ok(await workspace.accounts.authenticate(bob.token));
  await reset(workspace, ada.session, accountId);
  await assert.rejects(reset(workspace, ada.session, accountId), { code: 'person_not_found' });
  const { people } = workspace.accounts;
  await assert.rejects(people.enable(ada.session, accountId), { code: 'person_not_found' });
  await assert.rejects(people.changeRole(ada.session, accountId, 'admin', PASSWORD), { code: 'person_not_found' });
  assert.equal(
    (await workspace.accounts.invites.list(ada.session, {})).invites.length,
    1,
    'no invitation is left over',
  );
});

test('opened again and destroyed at once: one of both happens, whole', async (t) => {
  const workspace = await testWorkspace(t);
  const { ada, bob } = await adminAndBob(workspace);
  const { accountId } = bob.account;
  await reset(workspace, ada.session, accountId);
  workspace.advance(30 * DAY - 1);
  const { recoveryKey } = bob;
  const opening = workspace.accounts.recover({ email: 'bob@example.org', recoveryKey, newPassword: OTHER_PASSWORD });
  workspace.advance(1);
  const [opened] = await Promise.allSettled([opening, runDueErrands(workspace.deps)]);
  await runDueErrands(workspace.deps);
  const place = keys.account(accountId);
  const row = await workspace.records.get(place.pk, place.sk);
  assert.equal(opened.status === 'fulfilled', row !== null);
  if (opened.status === 'fulfilled') assert.ok(await workspace.accounts.authenticate(opened.value.token));
  else assert.equal(workspace.published.has(recoveryPath(accountId)), false);
});
