import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decryptBytes, parseIdentityFile, type KeyIdentity } from '../../age/index.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { runDueErrands } from '../closing/errands.ts';
import { ringPath } from '../keys/ring-copies.ts';
import { keys } from '../records.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';
import { republishKeys } from './republish-keys.ts';
import { recoveryPath } from './wrap-paths.ts';

const identityOf = (recoveryKey: string): KeyIdentity => {
  const [identity] = parseIdentityFile(recoveryKey);
  assert.ok(identity);
  return identity;
};

/** The account identities that a recovery key finds in the stores; none when it opens nothing. */
const walk = (published: Map<string, Buffer>, accountId: string, recoveryKey: string): string[] => {
  const file = published.get(recoveryPath(accountId)) ?? Buffer.alloc(0);
  try {
    const text = decryptBytes(file, [identityOf(recoveryKey)]).toString();
    return parseIdentityFile(text).map((identity) => identity.toString());
  } catch {
    return [];
  }
};

test('a rotated account has another identity and another kit, and the same password, person and role', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts, published } = workspace;
  const ada = await workspace.signUpFirst();
  const { accountId } = ada.account;
  const next = await accounts.rotateAccount(ada.session, PASSWORD);
  assert.equal(next.account.accountId, accountId);
  assert.equal(next.account.role, 'admin');
  assert.notEqual(next.account.recipient, ada.account.recipient);
  assert.ok(next.recoveryKit.includes(next.recoveryKey));

  const login = await accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
  assert.equal(login.session.identity.toString(), next.session.identity.toString());
  const recovery = { email: 'ada@example.org', newPassword: OTHER_PASSWORD };
  const withOldKit = accounts.recover({ ...recovery, recoveryKey: ada.recoveryKey });
  await assert.rejects(withOldKit, { code: 'recovery_failed' });
  const recovered = await accounts.recover({ ...recovery, recoveryKey: next.recoveryKey });
  assert.equal(recovered.session.identity.toString(), next.session.identity.toString());
  assert.deepEqual(walk(published, accountId, ada.recoveryKey), []);
  assert.deepEqual(walk(published, accountId, next.recoveryKey), [next.session.identity.toString()]);
  assert.ok((await workspace.audited()).includes('account.rotated'));
});

test('all sessions and app passwords end, and the kit is to be confirmed anew', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts } = workspace;
  const ada = await workspace.signUpFirst();
  await accounts.confirmKit(ada.session);
  const other = await accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
  const app = await accounts.appPasswords.make(ada.session, { label: 'x', scope: 'files', password: PASSWORD });
  const next = await accounts.rotateAccount(ada.session, PASSWORD);
  for (const { token } of [ada, other]) await assert.rejects(accounts.authenticate(token), { code: 'session_invalid' });
  await assert.rejects(accounts.authenticateAppPassword(app.appPassword));
  const session = await accounts.authenticate(next.token);
  assert.equal((await accounts.whoAmI(session)).kitConfirmed, false);
  assert.equal((await accounts.sessions(session)).length, 1);
  assert.ok(workspace.ended.some((each) => each.sessionId === null));
});

test('an admin’s copy of the workspace key opens with the new identity only', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const next = await workspace.accounts.rotateAccount(ada.session, PASSWORD);
  const copy = workspace.published.get(ringPath(ada.account.accountId)) ?? Buffer.alloc(0);
  assert.equal(decryptBytes(copy, [next.session.identity]).toString(), workspace.deps.workspaceKey.ringText());
  assert.throws(() => decryptBytes(copy, [ada.session.identity]));
});

test('a wrong password rotates nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const before = workspace.published.get(recoveryPath(ada.account.accountId));
  await assert.rejects(workspace.accounts.rotateAccount(ada.session, 'not the password'), { code: 'password_wrong' });
  assert.ok(await workspace.accounts.authenticate(ada.token));
  assert.equal(workspace.published.get(recoveryPath(ada.account.accountId)), before);
});

test('killed between any two steps, the stores open with a kit that the person has, and are put right', async (t) => {
  const steps = ['first publication', 'second publication', 'transaction', 'after it', 'last publication'] as const;
  for (const step of steps) {
    let broken = false;
    let publications = 0;
    const stores = new Map<string, Buffer>();
    const watched = watchRecords(memoryRecordStore({ clock: () => 0 }));
    const isRotation = (operations: readonly { sk: string }[]): boolean =>
      operations.some(({ sk }) => sk === 'account') && operations.length > 4;
    const { store } = watched;
    const { transact } = store;
    store.transact = async (operations) => {
      if (broken && isRotation(operations) && step === 'transaction') throw new Error('killed');
      await transact(operations);
      if (broken && isRotation(operations) && step === 'after it') throw new Error('killed');
    };
    store[Symbol.asyncDispose] = async () => {};
    const workspace = await testWorkspace(t, {
      records: () => store,
      deps: {
        publishKey: async (path, bytes) => {
          publications++;
          if (broken && step === 'first publication') throw new Error('killed');
          if (broken && step === 'second publication' && publications > 1) throw new Error('killed');
          if (broken && step === 'last publication' && publications > 2) throw new Error('killed');
          // Nothing is carried out after the kill.
          if (broken && (step === 'transaction' || step === 'after it') && publications > 2) throw new Error('killed');
          stores.set(path, Buffer.from(bytes));
        },
      },
    });
    const ada = await workspace.signUpFirst();
    const { accountId } = ada.account;
    publications = 0;
    broken = true;
    const made = await workspace.accounts.rotateAccount(ada.session, PASSWORD).catch(() => null);
    assert.equal(made !== null, step === 'last publication', step);
    const oldIdentity = ada.session.identity.toString();
    assert.ok(walk(stores, accountId, ada.recoveryKey).includes(oldIdentity), `${step}: the old kit opens the stores`);
    if (made) assert.ok(walk(stores, accountId, made.recoveryKey).includes(made.session.identity.toString()));

    broken = false;
    const reopened = await workspace.reopen();
    await runDueErrands(reopened.deps);
    const now = await reopened.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
    const rotated = step === 'after it' || step === 'last publication';
    assert.equal(now.session.identity.toString() !== oldIdentity, rotated, step);
    assert.deepEqual(walk(stores, accountId, ada.recoveryKey), rotated ? [] : [oldIdentity], step);
    const copy = stores.get(ringPath(accountId)) ?? Buffer.alloc(0);
    assert.ok(decryptBytes(copy, [now.session.identity]).length > 0, step);
    assert.deepEqual((await store.query(keys.republications, {})).items, [], step);
  }
});

test('an errand that had read the old keys does not leave them in the stores over the new ones', async (t) => {
  const [reading, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const background: Promise<void>[] = [];
  let isSlow = false;
  const stores = new Map<string, Buffer>();
  const { store } = watchRecords(memoryRecordStore({ clock: () => 0 }));
  const { transact } = store;
  const workspace = await testWorkspace(t, {
    records: () => store,
    deps: {
      publishKey: async (path, bytes) => {
        if (isSlow) {
          isSlow = false;
          reading.resolve();
          await go.promise;
        }
        stores.set(path, Buffer.from(bytes));
      },
    },
  });
  const ada = await workspace.signUpFirst();
  const { accountId } = ada.account;
  store.transact = async (operations) => {
    const isRotation = operations.some(({ sk }) => sk === 'account') && operations.length > 4;
    if (isRotation && background.length === 0) {
      isSlow = true;
      background.push(runDueErrands(workspace.deps));
      await reading.promise;
    }
    await transact(operations);
  };
  const next = await workspace.accounts.rotateAccount(ada.session, PASSWORD);
  go.resolve();
  await Promise.all(background);
  assert.deepEqual(walk(stores, accountId, next.recoveryKey), [next.session.identity.toString()]);
  const copy = stores.get(ringPath(accountId)) ?? Buffer.alloc(0);
  assert.ok(decryptBytes(copy, [next.session.identity]).length > 0);
  assert.deepEqual((await store.query(keys.republications, {})).items, []);
});

test('an errand that had read somebody as an admin leaves them no copy of the workspace key', async (t) => {
  const stores = new Map<string, Buffer>();
  let meanwhile: (() => Promise<unknown>) | null = null;
  const workspace = await testWorkspace(t, {
    deps: {
      publishKey: async (path, bytes) => {
        const act = path.startsWith('keys/workspace/') ? meanwhile : null;
        if (act) meanwhile = null;
        await act?.();
        stores.set(path, Buffer.from(bytes));
      },
      retractKey: async (path) => void stores.delete(path),
    },
  });
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const { accountId } = bob.account;
  const become = (role: 'admin' | 'member') =>
    workspace.accounts.people.changeRole(ada.session, accountId, role, PASSWORD);
  await become('admin');
  meanwhile = () => become('member');
  await republishKeys(accountId, workspace.deps);
  assert.equal(stores.has(ringPath(accountId)), false);
});

test('a password changed at the same moment makes one of the two give way, whole', async (t) => {
  const workspace = await testWorkspace(t);
  const { accounts } = workspace;
  await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const passwords = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD };
  const both = await Promise.allSettled([
    accounts.rotateAccount(bob.session, PASSWORD),
    accounts.changePassword(bob.session, passwords),
  ]);
  assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
  const password = both[0].status === 'fulfilled' ? PASSWORD : OTHER_PASSWORD;
  const now = await accounts.logIn({ email: 'bob@example.org', password });
  const kit = both[0].status === 'fulfilled' ? both[0].value.recoveryKey : bob.recoveryKey;
  assert.deepEqual(walk(workspace.published, bob.account.accountId, kit), [now.session.identity.toString()]);
});

test('somebody in more drives than fit into one step is told so, and nothing has changed', async (t) => {
  const operations = Array.from({ length: 76 }, (_, index) => {
    return { op: 'put', pk: `drive#${index}`, sk: 'member', value: {} } as const;
  });
  const workspace = await testWorkspace(t, { deps: { rotateDrives: async () => ({ operations, transitional: [] }) } });
  const ada = await workspace.signUpFirst();
  await assert.rejects(workspace.accounts.rotateAccount(ada.session, PASSWORD), { code: 'rotation_too_large' });
  assert.ok(await workspace.accounts.authenticate(ada.token));
});
