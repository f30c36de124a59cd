import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { storageErrors } from '../../storage/index.ts';
import { accountErrors } from '../errors.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { openSessionWatch, type SessionWatch } from './session-watch.ts';
import type { Credential } from './standing.ts';

function watchOf(t: TestContext, { accounts, deps }: TestWorkspace, everyMs = 3_600_000): SessionWatch {
  const watch = openSessionWatch({
    standing: (credential) => accounts.standing(credential),
    everyMs,
    clock: deps.clock,
    log: silentLog,
  });
  t.after(() => watch[Symbol.asyncDispose]());
  return watch;
}

/** Resolves with the code that ended it. */
function ended(watch: SessionWatch, credential: Credential, alsoHolds?: Parameters<SessionWatch['watch']>[2]) {
  return new Promise<string>((resolve) => {
    watch.watch(credential, ({ code }) => resolve(code), alsoHolds);
  });
}

test('standingOf() tells the role for as long as a session or an app password is good, and opens no key', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts } = workspace;
  const { session } = await workspace.signUpFirst();
  assert.equal(await accounts.standing(session), 'admin');
  const made = await accounts.appPasswords.make(session, { label: 'backup', scope: 'files', password: PASSWORD });
  const program = { accountId: session.accountId, sessionId: made.appPasswordId };
  assert.equal(await accounts.standing(program), 'admin');
  await accounts.appPasswords.revoke(session, made.appPasswordId);
  assert.equal(await accounts.standing(program), null);
  const bo = await signUpMember(workspace, 'bo@example.org');
  assert.equal(await accounts.standing({ accountId: bo.account.accountId, sessionId: session.sessionId }), null);
  assert.equal(await accounts.standing({ accountId: 'nonsense', sessionId: 'nonsense' }), null);
  assert.equal(await accounts.standing(bo.session), 'member');
  await accounts.people.disable(session, bo.account.accountId);
  assert.equal(await accounts.standing(bo.session), null);
  workspace.advance(workspace.deps.settings.sessionIdleMs);
  assert.equal(await accounts.standing(session), null, 'unused for too long, and asking was no use');
});

test('a look ends what runs on a session that is over, and nothing else', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts } = workspace;
  const { session, account } = await workspace.signUpFirst();
  const phone = await accounts.logIn({ email: account.email, password: PASSWORD });
  const watch = watchOf(t, workspace);
  const over: string[] = [];
  watch.watch(session, ({ code }) => over.push(code));
  const forgotten = watch.watch(phone.session, () => over.push('forgotten'));
  const first = ended(watch, phone.session);
  forgotten[Symbol.dispose]();
  await accounts.changePassword(session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  watch.look(account.accountId);
  assert.equal(await first, 'session_invalid');
  assert.deepEqual(over, [], 'the session that asked for it goes on');
});

test('without being told it notices within its time', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const watch = watchOf(t, workspace, 5);
  const over = ended(watch, session);
  await workspace.accounts.logOut(session);
  assert.equal(await over, 'session_invalid');
});

test('a further condition ends it with its own reason', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const watch = watchOf(t, workspace, 5);
  const over = ended(watch, session, (role) => {
    if (role === 'admin') throw accountErrors('role_changed');
  });
  assert.equal(await over, 'role_changed');
});

test('records that do not answer end nothing at once, and everything when they stay away', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  let asked = 0;
  const watch = openSessionWatch({
    standing: async () => {
      asked += 1;
      // Three rounds' time has passed when it fails for the third time.
      if (asked >= 3) workspace.advance(30);
      throw storageErrors('records_unavailable');
    },
    everyMs: 10,
    clock: workspace.deps.clock,
    log: silentLog,
  });
  t.after(() => watch[Symbol.asyncDispose]());
  assert.equal(await ended(watch, session), 'session_invalid');
  assert.ok(asked >= 3);
});
