import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { encryptBytes, generateIdentity } from '../age/index.ts';
import type { JsonObject } from '../storage/index.ts';
import { accountErrors } from './errors.ts';
import { emailKey, keys } from './records.ts';
import { newToken, sealIdentity } from './sessions/session-token.ts';
import { PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from './test-accounts.ts';
import { workspaceKeyOf } from './keys/workspace-key.ts';

/** What somebody can do who may write the database, but has neither the workspace key nor a person's secrets. */
async function rewrite(
  { records }: TestWorkspace,
  { pk, sk }: { pk: string; sk: string },
  change: (value: JsonObject) => JsonObject,
): Promise<void> {
  const item = await records.get(pk, sk);
  assert.ok(item, `${pk} ${sk} is there`);
  await records.transact([{ op: 'put', pk, sk, value: change(item.value) }]);
}

async function twoPeople(t: TestContext) {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  return { workspace, ada, bob, account: keys.account(bob.account.accountId) };
}

const invalid = { code: 'session_invalid' };

test('writing "admin" into an account makes nobody an admin', async (t) => {
  const { workspace, bob, account } = await twoPeople(t);
  await rewrite(workspace, account, (value) => ({ ...value, role: 'admin' }));
  await assert.rejects(workspace.accounts.authenticate(bob.token), invalid);
  await assert.rejects(workspace.accounts.logIn({ email: 'bob@example.org', password: PASSWORD }), {
    code: 'account_damaged',
  });
});

for (const [what, change] of [
  ['recipient', { recipient: generateIdentity('pq').recipient.toString() }],
  ['e-mail address', { email: 'eve@example.org' }],
  ['handle', { handle: 'eve' }],
  ['epoch', { sessionEpoch: 0 }],
  ['MAC', { mac: '1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['set of fields', { extra: true }],
] as const) {
  test(`an account whose ${what} was written by somebody else opens for nobody`, async (t) => {
    const { workspace, bob, account } = await twoPeople(t);
    await rewrite(workspace, account, (value) => ({ ...value, ...change }));
    await assert.rejects(workspace.accounts.authenticate(bob.token), invalid);
  });
}

test('an account that was disabled is not made active by writing the word', async (t) => {
  const { workspace, bob, account } = await twoPeople(t);
  const { accountId } = bob.account;
  await rewrite(workspace, account, ({ mac: _, ...value }) => {
    const fields = { ...value, state: 'disabled' };
    return { ...fields, mac: workspace.deps.workspaceKey.mac('account', { ids: { accountId }, fields }) };
  });
  await assert.rejects(workspace.accounts.authenticate(bob.token), invalid);
  await assert.rejects(workspace.accounts.logIn({ email: 'bob@example.org', password: PASSWORD }), {
    code: 'login_failed',
  });
  await rewrite(workspace, account, (value) => ({ ...value, state: 'active' }));
  await assert.rejects(workspace.accounts.authenticate(bob.token), invalid);
});

test('another person’s account row, whole with its MAC, does not fit', async (t) => {
  const { workspace, ada, bob, account } = await twoPeople(t);
  const admin = keys.account(ada.account.accountId);
  const row = await workspace.records.get(admin.pk, admin.sk);
  await rewrite(workspace, account, () => row?.value ?? {});
  await assert.rejects(workspace.accounts.authenticate(bob.token), invalid);
});

test('a session forged by a writer of the database is refused', async (t) => {
  const { workspace, ada } = await twoPeople(t);
  const token = newToken();
  const sessionId = ada.session.sessionId;
  const { accountId } = ada.account;
  const sealed = sealIdentity(generateIdentity('pq'), token.secret, { sessionId, accountId });
  const time = new Date(workspace.deps.clock()).toISOString();
  const fields = { sessionId, accountId, device: 'x', sessionEpoch: 1, createdTime: time, lastUsedTime: time, sealed };
  const forger = workspaceKeyOf([randomBytes(32)], 'forger');
  for (const mac of ['', forger.mac('session', { ids: { hash: token.hash }, fields })]) {
    await workspace.records.transact([{ op: 'put', ...keys.session(token.hash), value: { ...fields, mac } }]);
    await assert.rejects(workspace.accounts.authenticate(token.text), invalid);
  }
});

test('a true session row copied under another token’s hash is refused', async (t) => {
  const { workspace, ada } = await twoPeople(t);
  const index = keys.sessionIndex(ada.account.accountId, ada.session.sessionId);
  const hash = (await workspace.records.get<{ hash: string }>(index.pk, index.sk))?.value.hash ?? '';
  const token = newToken();
  const row = await workspace.records.get(keys.session(hash).pk, 'session');
  await workspace.records.transact([{ op: 'put', ...keys.session(token.hash), value: row?.value ?? {} }]);
  await assert.rejects(workspace.accounts.authenticate(token.text), invalid);
  assert.ok(await workspace.accounts.authenticate(ada.token));
});

test('a session whose end was put off in the database ends all the same', async (t) => {
  const { workspace, ada } = await twoPeople(t);
  const index = keys.sessionIndex(ada.account.accountId, ada.session.sessionId);
  const hash = (await workspace.records.get<{ hash: string }>(index.pk, index.sk))?.value.hash ?? '';
  await rewrite(workspace, keys.session(hash), (value) => ({ ...value, lastUsedTime: '2099-01-01T00:00:00.000Z' }));
  await assert.rejects(workspace.accounts.authenticate(ada.token), invalid);
});

test('an address pointed at another account logs nobody in there', async (t) => {
  const { workspace, ada, bob } = await twoPeople(t);
  const address = { pk: `email#${emailKey('ada@example.org')}`, sk: 'email' };
  await rewrite(workspace, address, () => ({ accountId: bob.account.accountId }));
  await assert.rejects(workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD }), {
    code: 'account_damaged',
  });
  assert.equal((await workspace.accounts.authenticate(ada.token)).accountId, ada.account.accountId);
});

for (const kind of ['password', 'recovery'] as const) {
  test(`a ${kind} credential moved from one account to another opens nothing`, async (t) => {
    const { workspace, ada, bob } = await twoPeople(t);
    const from = keys[kind](bob.account.accountId);
    const row = await workspace.records.get(from.pk, from.sk);
    await rewrite(workspace, keys[kind](ada.account.accountId), () => row?.value ?? {});
    const attempt =
      kind === 'password'
        ? workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD })
        : workspace.accounts.recover({ email: 'ada@example.org', recoveryKey: bob.recoveryKey, newPassword: PASSWORD });
    await assert.rejects(attempt, { code: 'account_damaged' });
  });
}

test('a recovery wrap made by somebody else for a key of his own opens nothing', async (t) => {
  const { workspace, ada } = await twoPeople(t);
  const [own, other] = [generateIdentity('pq'), generateIdentity('pq')];
  const wrap = encryptBytes(Buffer.from(other.toString()), [own.recipient]).toString('base64');
  await rewrite(workspace, keys.recovery(ada.account.accountId), (value) => ({ ...value, wrap }));
  await assert.rejects(
    workspace.accounts.recover({ email: 'ada@example.org', recoveryKey: own.toString(), newPassword: PASSWORD }),
    { code: 'account_damaged' },
  );
});

test('costs of a password check that were raised in the database are not run', async (t) => {
  const { workspace, ada } = await twoPeople(t);
  await rewrite(workspace, keys.password(ada.account.accountId), (value) => ({
    ...value,
    kdf: { ...(value['kdf'] as JsonObject), memoryKiB: 64 * 1024 * 1024 },
  }));
  await assert.rejects(workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD }), {
    code: 'account_damaged',
    message: new RegExp(accountErrors.entries.account_damaged.title),
  });
});
