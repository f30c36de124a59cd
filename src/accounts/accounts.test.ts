import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { decryptBytes, parseIdentityFile } from '../age/index.ts';
import { silentLog } from '../base/log.ts';
import { openSqliteRecordStore, type RecordStore } from '../storage/index.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace, type TestChoices } from './test-accounts.ts';

const sqlite: TestChoices = {
  records: ({ folder, clock }): RecordStore | Promise<RecordStore> =>
    openSqliteRecordStore({ path: join(folder, 'records.sqlite'), clock, log: silentLog }),
};

for (const [engine, choices] of [
  ['memory', {}],
  ['SQLite', sqlite],
] as const) {
  test(`the first account takes the setup code, is the admin and is logged in at once (${engine})`, async (t) => {
    const workspace = await testWorkspace(t, choices);
    const made = await workspace.signUpFirst({ device: 'laptop' });
    assert.equal(made.account.role, 'admin');
    assert.equal(made.account.handle, 'ada.lovelace');
    const session = await workspace.accounts.authenticate(made.token);
    assert.equal(session.accountId, made.account.accountId);
    assert.equal(session.identity.recipient.toString(), made.account.recipient);
    const me = await workspace.accounts.whoAmI(session);
    assert.deepEqual([me.email, me.kitConfirmed, me.session.device], ['ada@example.org', false, 'laptop']);
  });

  test(`the account identity opens after a password change, a recovery and restarts (${engine})`, async (t) => {
    let workspace = await testWorkspace(t, choices);
    const made = await workspace.signUpFirst();
    const seed = made.session.identity.seed.toString('hex');
    await workspace.accounts.changePassword(made.session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });

    workspace = await workspace.reopen();
    const again = await workspace.accounts.logIn({ email: 'ada@example.org', password: OTHER_PASSWORD });
    assert.equal(again.session.identity.seed.toString('hex'), seed);

    const newPassword = 'third time lucky marmot';
    const recovered = await workspace.accounts.recover({
      email: 'ada@example.org',
      recoveryKey: made.recoveryKey,
      newPassword,
    });
    assert.equal(recovered.session.identity.seed.toString('hex'), seed);

    workspace = await workspace.reopen();
    const last = await workspace.accounts.logIn({ email: 'ADA@example.org ', password: newPassword });
    assert.equal(last.session.identity.seed.toString('hex'), seed);
    assert.equal((await workspace.accounts.authenticate(recovered.token)).identity.seed.toString('hex'), seed);
    await assert.rejects(workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD }), {
      code: 'login_failed',
    });
  });
}

test('the kit opens the account identity in the stores, and that opens the workspace key of an admin', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, recoveryKit, session } = await workspace.signUpFirst();
  const wrap = workspace.published.get(`keys/accounts/${account.accountId}/recovery.age`);
  const text = decryptBytes(wrap ?? Buffer.of(), parseIdentityFile(recoveryKit)).toString();
  assert.ok(text.includes(session.identity.toString()));
  const ring = workspace.published.get(`keys/workspace/${account.accountId}.age`);
  const key = decryptBytes(ring ?? Buffer.of(), parseIdentityFile(text)).toString();
  assert.equal(key, workspace.deps.workspaceKey.ringText());
});

test('members have no copy of the workspace key', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const { account } = await signUpMember(workspace, 'bob@example.org');
  assert.equal(account.role, 'member');
  assert.deepEqual(
    [...workspace.published.keys()].filter((path) => path.includes(account.accountId)),
    [`keys/accounts/${account.accountId}/recovery.age`],
  );
});
