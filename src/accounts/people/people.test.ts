import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIdentityFile, decryptBytes } from '../../age/index.ts';
import { newId } from '../../base/ids.ts';
import { keys, type AccountRow } from '../records.ts';
import { PASSWORD, signUpMember, testWorkspace } from '../test-accounts.ts';

test('everybody is listed page by page, and records that were changed are named', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  await signUpMember(workspace, 'mia@example.org');
  const first = await workspace.accounts.people.list({ limit: 2 });
  assert.deepEqual(
    first.people.map(({ handle, role, state }) => [handle, role, state]),
    [
      ['ada.lovelace', 'admin', 'active'],
      ['bob', 'member', 'active'],
    ],
  );
  const rest = await workspace.accounts.people.list({ after: first.next });
  assert.deepEqual([rest.people.map(({ handle }) => handle), rest.next], [['mia'], undefined]);

  const place = keys.account(bob.account.accountId);
  const item = await workspace.records.get<AccountRow>(place.pk, place.sk);
  await workspace.records.transact([{ op: 'put', ...place, value: { ...item?.value, role: 'admin' } }]);
  const after = await workspace.accounts.people.list({});
  assert.deepEqual([after.people.length, after.damaged], [2, [bob.account.accountId]]);
});

test('a new admin gets a copy of the workspace key in the stores; who is none any more loses it', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { people } = workspace.accounts;
  const path = `keys/workspace/${bob.account.accountId}.age`;
  assert.equal((await people.changeRole(ada, bob.account.accountId, 'admin', PASSWORD)).role, 'admin');
  const ring = decryptBytes(workspace.published.get(path) ?? Buffer.of(), [bob.session.identity]).toString();
  assert.equal(ring, workspace.deps.workspaceKey.ringText());
  assert.equal((await workspace.accounts.authenticate(bob.token)).role, 'admin', 'open sessions have the new role');
  assert.equal((await people.changeRole(ada, bob.account.accountId, 'member')).role, 'member');
  assert.equal(workspace.published.has(path), false);
  assert.equal((await workspace.accounts.authenticate(bob.token)).role, 'member');
});

test('the last active admin stays one', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada, account } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { people } = workspace.accounts;
  const refused = { code: 'last_admin', status: 409 };
  await assert.rejects(people.changeRole(ada, account.accountId, 'member'), refused);
  await assert.rejects(people.disable(ada, account.accountId), refused);
  await people.changeRole(ada, bob.account.accountId, 'admin', PASSWORD);
  await people.disable(ada, bob.account.accountId);
  await assert.rejects(people.changeRole(ada, account.accountId, 'member'), refused, 'a disabled admin does not count');
  await people.enable(ada, bob.account.accountId, PASSWORD);
  assert.equal((await people.changeRole(ada, account.accountId, 'member')).role, 'member');
});

test('two admins who take the role from each other at once do not both succeed', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada, account } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { people } = workspace.accounts;
  for (const act of ['demote', 'disable'] as const) {
    await people.enable(ada, bob.account.accountId, PASSWORD);
    await people.changeRole(ada, bob.account.accountId, 'admin', PASSWORD);
    const against = (session: typeof ada, accountId: string) =>
      act === 'demote' ? people.changeRole(session, accountId, 'member') : people.disable(session, accountId);
    const settled = await Promise.allSettled([
      against(ada, bob.account.accountId),
      against(bob.session, account.accountId),
    ]);
    const { people: all } = await people.list({});
    assert.equal(all.filter(({ role, state }) => role === 'admin' && state === 'active').length, 1, act);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1, act);
    // The same start for the next round: ada is the admin.
    if (all[0]?.role !== 'admin' || all[0].state !== 'active') {
      await people.enable(ada, account.accountId);
      await people.changeRole(bob.session, account.accountId, 'admin', PASSWORD);
    }
  }
});

test('a guest who becomes a member gets a drive, and nobody who has one becomes a guest', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada } = await workspace.signUpFirst();
  const { invitation } = await workspace.accounts.invites.make(ada, { role: 'guest' });
  const guest = await signUpMember(workspace, 'g@example.org', { signUpOpen: false, invitation });
  const drive = () => workspace.records.get(`drive#${guest.account.accountId}`, 'drive');
  assert.equal(await drive(), null);
  await workspace.accounts.people.changeRole(ada, guest.account.accountId, 'member');
  assert.ok(await drive());
  await assert.rejects(workspace.accounts.people.changeRole(ada, guest.account.accountId, 'guest'), {
    code: 'role_change_refused',
  });
});

test('a disabled account is shut at once and whole, and open again as it was', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { accounts } = workspace;
  const logIn = () => accounts.logIn({ email: 'bob@example.org', password: PASSWORD });
  assert.equal((await accounts.people.disable(ada, bob.account.accountId)).state, 'disabled');
  assert.deepEqual(workspace.ended.at(-1), { accountId: bob.account.accountId, sessionId: null });
  await assert.rejects(accounts.authenticate(bob.token), { code: 'session_invalid' });
  await assert.rejects(logIn(), { code: 'login_failed' });
  await assert.rejects(
    accounts.recover({ email: 'bob@example.org', recoveryKey: bob.recoveryKey, newPassword: PASSWORD }),
    { code: 'recovery_failed' },
  );
  assert.equal((await accounts.people.enable(ada, bob.account.accountId)).state, 'active');
  await assert.rejects(accounts.authenticate(bob.token), { code: 'session_invalid' }, 'sessions of before stay ended');
  const again = await logIn();
  assert.deepEqual(again.session.identity.seed, bob.session.identity.seed);
  assert.equal(parseIdentityFile(bob.recoveryKey).length, 1);
});

test('an id that nobody has is told as such', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const { people } = workspace.accounts;
  for (const id of [newId(), 'x', '../..', '']) {
    await assert.rejects(people.disable(session, id), { code: 'person_not_found' });
    await assert.rejects(people.enable(session, id), { code: 'person_not_found' });
    await assert.rejects(people.changeRole(session, id, 'admin', PASSWORD), { code: 'person_not_found' });
  }
});

test('a handle belongs to its account in any case and width, also while that may not log in', async (t) => {
  const workspace = await testWorkspace(t);
  const { session: ada } = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { accounts } = workspace;
  await accounts.people.disable(ada, bob.account.accountId);
  for (const name of ['bob', 'BOB', 'ｂｏｂ']) {
    assert.deepEqual(await accounts.handleOwner(name), { accountId: bob.account.accountId, handle: 'bob' }, name);
  }
  assert.equal(await accounts.handleOwner('Everyone'), 'reserved');
  for (const name of ['bobby', 'bo b', 'é', '']) assert.equal(await accounts.handleOwner(name), null, name);
});
