import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore, type RecordStore } from '../../storage/index.ts';
import { organisationPath, recoveryPath } from '../credentials/wrap-paths.ts';
import { ringPath } from '../keys/ring-copies.ts';
import { emailKey, keys } from '../records.ts';
import { PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { runDueErrands } from './errands.ts';

const DAY = 24 * 60 * 60_000;

/** All rows under the partition keys that an account has something in. */
async function rowsOf(records: RecordStore, accountId: string, email: string, handle: string): Promise<string[]> {
  const rows: string[] = [];
  for (const pk of [`account#${accountId}`, `email#${emailKey(email)}`, `handle#${handle}`, 'errands#accounts']) {
    for (const { sk } of (await records.query(pk, { limit: 1000 })).items) rows.push(`${pk} ${sk}`);
  }
  const { pk, sk } = keys.person(accountId);
  if (await records.get(pk, sk)) rows.push(`${pk} ${sk}`);
  return rows;
}

async function leaveTraces(workspace: TestWorkspace) {
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const again = await workspace.accounts.logIn({ email: 'bob@example.org', password: PASSWORD });
  const { invitation } = await workspace.accounts.invites.make(bob.session, { role: 'guest' });
  const { accounts } = workspace;
  const made = await accounts.appPasswords.make(bob.session, { label: 'rclone', scope: 'files', password: PASSWORD });
  return { ada, bob, again, invitation, appPassword: made.appPassword };
}

test('a deleted account is gone: no login, no session, no app password, no invitation, no kit, and not one row', async (t) => {
  const closed: string[] = [];
  const workspace = await testWorkspace(t, { deps: { closeDrives: async (id) => void closed.push(id) } });
  const { accounts, records, published } = workspace;
  const { ada, bob, again, invitation, appPassword } = await leaveTraces(workspace);
  const { accountId, handle } = bob.account;
  const gone = await accounts.deleteAccount(bob.session, PASSWORD);
  assert.equal(gone.wrapsDestroyed, true);
  assert.deepEqual(closed, [accountId]);

  const login = accounts.logIn({ email: 'bob@example.org', password: PASSWORD });
  await assert.rejects(login, { code: 'login_failed' });
  for (const { token } of [bob, again]) await assert.rejects(accounts.authenticate(token), { code: 'session_invalid' });
  await assert.rejects(accounts.authenticateAppPassword(appPassword));
  await assert.rejects(signUpMember(workspace, 'eve@example.org', { invitation }), { code: 'invite_invalid' });
  const { recoveryKey } = bob;
  const recovery = accounts.recover({ email: 'bob@example.org', recoveryKey, newPassword: `${PASSWORD}-x` });
  await assert.rejects(recovery, { code: 'recovery_failed' });

  assert.deepEqual(await rowsOf(records, accountId, 'bob@example.org', handle), []);
  assert.deepEqual(
    [...published.keys()].filter((path) => path.includes(accountId)),
    [],
  );
  assert.ok(workspace.ended.some((each) => each.accountId === accountId && each.sessionId === null));
  assert.deepEqual(
    (await accounts.people.list({})).people.map((each) => each.accountId),
    [ada.account.accountId],
  );
  assert.equal(await accounts.accountName(accountId), null);
  assert.ok((await workspace.audited()).includes('account.deleted'));
});

test('the answer names the day on which the last backup of a key expires', async (t) => {
  const workspace = await testWorkspace(t, { settings: { backupRetentionMs: 10 * DAY } });
  await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const gone = await workspace.accounts.deleteAccount(bob.session, PASSWORD);
  assert.equal(Date.parse(gone.backupsExpireTime) - Date.parse(gone.deletedTime), 10 * DAY);
});

test('address and handle are free afterwards, for an account that has nothing of the old one', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org', { handle: 'bob' });
  await workspace.accounts.deleteAccount(bob.session, PASSWORD);
  const next = await signUpMember(workspace, 'bob@example.org', { handle: 'bob' });
  assert.notEqual(next.account.accountId, bob.account.accountId);
  assert.notEqual(next.account.recipient, bob.account.recipient);
});

test('a wrong password deletes nothing, and the last admin stays', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const { accounts } = workspace;
  await assert.rejects(accounts.deleteAccount(ada.session, 'not the password'), { code: 'password_wrong' });
  await assert.rejects(accounts.deleteAccount(ada.session, PASSWORD), { code: 'last_admin' });
  assert.ok(await accounts.authenticate(ada.token));
  const bob = await signUpMember(workspace, 'bob@example.org');
  await accounts.people.changeRole(ada.session, bob.account.accountId, 'admin', PASSWORD);
  await accounts.deleteAccount(ada.session, PASSWORD);
  assert.equal(workspace.published.has(ringPath(ada.account.accountId)), false);
});

test('two admins who delete their accounts at once do not leave the workspace without one', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { accounts } = workspace;
  await accounts.people.changeRole(ada.session, bob.account.accountId, 'admin', PASSWORD);
  const both = await Promise.allSettled([ada, bob].map(({ session }) => accounts.deleteAccount(session, PASSWORD)));
  assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
  assert.equal((await accounts.people.list({})).people.length, 1);
});

test('whatever fails after the account is gone is done by the next turn, and nothing brings it back', async (t) => {
  const steps = ['destroy', 'drives', 'rows'] as const;
  for (const step of steps) {
    let broken = true;
    const fail = (where: (typeof steps)[number]): void => {
      if (broken && where === step) throw new Error('killed');
    };
    const clock = { now: 0 };
    const inner = memoryRecordStore({ clock: () => clock.now });
    const stored = new Set<string>();
    const workspace = await testWorkspace(t, {
      records: () => ({
        ...inner,
        get: inner.get.bind(inner),
        query: inner.query.bind(inner),
        async transact(operations) {
          if (operations.some(({ op, sk }) => op === 'delete' && sk.startsWith('session#'))) fail('rows');
          await inner.transact(operations);
        },
        [Symbol.asyncDispose]: async () => {},
      }),
      deps: {
        publishKey: async (path) => void stored.add(path),
        destroyKey: async (path) => {
          fail('destroy');
          stored.delete(path);
        },
        closeDrives: async () => fail('drives'),
      },
    });
    await workspace.signUpFirst();
    const bob = await signUpMember(workspace, 'bob@example.org');
    const { accountId, handle } = bob.account;
    const gone = await workspace.accounts.deleteAccount(bob.session, PASSWORD);
    assert.equal(gone.wrapsDestroyed, false, step);
    await assert.rejects(workspace.accounts.authenticate(bob.token), { code: 'session_invalid' }, step);
    const left = await rowsOf(inner, accountId, 'bob@example.org', handle);
    assert.ok(left.some((row) => row.startsWith('errands#accounts')));
    assert.ok(!left.some((row) => row.includes('credential#')), 'no wrap is left in the records');

    const reopened = await workspace.reopen();
    await runDueErrands(reopened.deps);
    assert.ok((await rowsOf(inner, accountId, 'bob@example.org', handle)).length > 0, `${step} fails still`);
    broken = false;
    await runDueErrands(reopened.deps);
    assert.deepEqual(await rowsOf(inner, accountId, 'bob@example.org', handle), [], step);
    for (const path of [recoveryPath(accountId), organisationPath(accountId)]) assert.equal(stored.has(path), false);
  }
});

test('errands are carried out in the background from the start on', async (t) => {
  let broken = true;
  const closed = Promise.withResolvers<string>();
  const workspace = await testWorkspace(t, {
    deps: {
      closeDrives: async (accountId) => {
        if (broken) throw new Error('the store is away');
        closed.resolve(accountId);
      },
    },
  });
  await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  await workspace.accounts.deleteAccount(bob.session, PASSWORD);
  broken = false;
  const errands = workspace.accounts.startErrands('a test');
  assert.equal(await closed.promise, bob.account.accountId);
  await errands[Symbol.asyncDispose]();
  assert.deepEqual((await workspace.records.query(keys.errands, {})).items, []);
});
