import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptBytes, generateIdentity, parseIdentityFile } from '../../age/index.ts';
import { organisationPath } from '../credentials/wrap-paths.ts';
import { keys } from '../records.ts';
import { PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { sealRow } from '../account-rows.ts';

/** What the key of the organisation finds for an account in the stores. */
const opened = ({ published }: TestWorkspace, accountId: string, key: ReturnType<typeof generateIdentity>): string => {
  const [identity] = parseIdentityFile(
    decryptBytes(published.get(organisationPath(accountId)) ?? Buffer.alloc(0), [key]).toString(),
  );
  return identity?.toString() ?? '';
};

test('a key chosen at set-up opens every account from the stores, the first and those after it', async (t) => {
  for (const suite of ['pq', 'classic'] as const) {
    const key = generateIdentity(suite);
    const organisationRecovery = key.recipient.toString();
    const workspace = await testWorkspace(t);
    const ada = await workspace.signUpFirst({ organisationRecovery: ` ${organisationRecovery}\n` });
    assert.deepEqual(await workspace.accounts.signUpFacts(), { setupCodeNeeded: false, organisationRecovery });
    const bob = await signUpMember(workspace, 'bob@example.org', { organisationRecovery });
    for (const { account, session } of [ada, bob]) {
      assert.equal(opened(workspace, account.accountId, key), session.identity.toString());
    }
  }
});

test('it is off unless it was chosen, and cannot be chosen later', async (t) => {
  const workspace = await testWorkspace(t);
  assert.deepEqual(await workspace.accounts.signUpFacts(), { setupCodeNeeded: true, organisationRecovery: null });
  await workspace.signUpFirst();
  const organisationRecovery = generateIdentity('pq').recipient.toString();
  const late = signUpMember(workspace, 'bob@example.org', { organisationRecovery });
  await assert.rejects(late, { code: 'organisation_recovery_unseen' });
  await signUpMember(workspace, 'bob@example.org');
  assert.ok([...workspace.published.keys()].every((path) => !path.includes('organisation')));
});

test('nobody signs up without having seen it', async (t) => {
  const workspace = await testWorkspace(t);
  const organisationRecovery = generateIdentity('pq').recipient.toString();
  await workspace.signUpFirst({ organisationRecovery });
  const other = generateIdentity('pq').recipient.toString();
  for (const named of [undefined, '', other]) {
    const attempt = signUpMember(workspace, 'bob@example.org', { organisationRecovery: named });
    await assert.rejects(attempt, { code: 'organisation_recovery_unseen', status: 409 });
  }
  assert.equal((await workspace.accounts.people.list({})).people.length, 1);
});

test('what is no recipient is refused before anything is made, and a secret key is not repeated', async (t) => {
  const workspace = await testWorkspace(t);
  const secret = generateIdentity('pq').toString();
  for (const organisationRecovery of ['', 'age1', 'ssh-ed25519 AAAA', secret]) {
    await assert.rejects(workspace.signUpFirst({ organisationRecovery }), (error: Error & { code?: string }) => {
      return error.code === 'organisation_recovery_invalid' && !JSON.stringify(error).includes('AGE-SECRET');
    });
  }
  assert.equal(workspace.published.size, 0);
  assert.ok(await workspace.signUpFirst());
});

test('new keys are wrapped for it too, and a deleted account is gone for it', async (t) => {
  const key = generateIdentity('pq');
  const organisationRecovery = key.recipient.toString();
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst({ organisationRecovery });
  const bob = await signUpMember(workspace, 'bob@example.org', { organisationRecovery });
  const { accountId } = bob.account;
  const next = await workspace.accounts.rotateAccount(bob.session, PASSWORD);
  assert.equal(opened(workspace, accountId, key), next.session.identity.toString());
  await workspace.accounts.deleteAccount(next.session, PASSWORD);
  assert.equal(workspace.published.has(organisationPath(accountId)), false);
});

test('one that was written into the records by somebody else stops sign-up instead of opening accounts', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const recipient = generateIdentity('pq').recipient.toString();
  const foreign = { mac: () => '1.AAAA', verifyMac: () => false };
  const forged = sealRow({ ...workspace.deps.workspaceKey, ...foreign }, 'organisation-recovery', {}, { recipient });
  await workspace.records.transact([{ op: 'put', ...keys.organisationRecovery, value: forged }]);
  const attempt = signUpMember(workspace, 'bob@example.org', { organisationRecovery: recipient });
  await assert.rejects(attempt, { code: 'account_damaged' });
  await assert.rejects(workspace.accounts.signUpFacts(), { code: 'account_damaged' });
});
