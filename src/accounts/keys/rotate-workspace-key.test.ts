import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { decryptBytes } from '../../age/index.ts';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { memoryRecordStore, openSqliteRecordStore } from '../../storage/index.ts';
import { keys, type AccountRow, type PasswordRow } from '../records.ts';
import { PASSWORD, signUpMember, testWorkspace, type TestWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';
import { ringPath } from './ring-copies.ts';
import { ringInFile } from './workspace-key-file.ts';
import { parseRing } from './workspace-key.ts';

const rotate = ({ accounts }: TestWorkspace, session: Parameters<typeof accounts.workspaceKey.rotate>[0]) =>
  accounts.workspaceKey.rotate(session, { password: PASSWORD });

const pepperOf = async ({ records }: TestWorkspace, accountId: string): Promise<number | undefined> => {
  const { pk, sk } = keys.password(accountId);
  return (await records.get<PasswordRow>(pk, sk))?.value.kdf.pepperGeneration;
};

test('a rotation makes the next generation write, and what the first one wrote goes on being valid', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const made = await rotate(workspace, ada.session);
  assert.equal(made.generation, 2);
  assert.equal(made.adminCopies, 1);
  assert.deepEqual(
    made.keys.map((key) => key.state),
    ['verifies', 'writes'],
  );
  assert.equal((await workspace.accounts.authenticate(bob.token)).accountId, bob.account.accountId);
  const { pk, sk } = keys.account(bob.account.accountId);
  assert.match((await workspace.records.get<AccountRow>(pk, sk))?.value.mac ?? '', /^1\./);
  const carol = await signUpMember(workspace, 'carol@example.org');
  const place = keys.account(carol.account.accountId);
  assert.match((await workspace.records.get<AccountRow>(place.pk, place.sk))?.value.mac ?? '', /^2\./);
});

test('a password moves to the new pepper at its next login, and not before', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  await rotate(workspace, ada.session);
  assert.equal(await pepperOf(workspace, ada.account.accountId), 1);
  await workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
  assert.equal(await pepperOf(workspace, ada.account.accountId), 2);
  await workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
});

test('every admin’s copy in the stores holds the new key, and nobody else has one', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const [bob, eve] = [await signUpMember(workspace, 'bob@example.org'), await signUpMember(workspace, 'eve@x.org')];
  const { people } = workspace.accounts;
  await people.changeRole(ada.session, bob.account.accountId, 'admin', PASSWORD);
  assert.equal((await rotate(workspace, ada.session)).adminCopies, 2);
  const file = await readFile(workspace.workspaceKeyFile, 'utf8');
  assert.equal(parseRing(file).length, 2);
  for (const { account, session } of [ada, bob]) {
    const copy = workspace.published.get(ringPath(account.accountId)) ?? Buffer.alloc(0);
    assert.equal(decryptBytes(copy, [session.identity]).toString(), file);
  }
  assert.equal(workspace.published.has(ringPath(eve.account.accountId)), false);

  await people.disable(ada.session, bob.account.accountId);
  assert.equal((await rotate(workspace, ada.session)).adminCopies, 1, 'a disabled admin gets no new key');
  await people.enable(ada.session, bob.account.accountId, PASSWORD);
  const copy = workspace.published.get(ringPath(bob.account.accountId)) ?? Buffer.alloc(0);
  assert.equal(parseRing(decryptBytes(copy, [bob.session.identity]).toString()).length, 3, 'but when enabled again');
});

test('an admin who gets new keys in the midst of it has a copy that opens with them', async (t) => {
  const stores = new Map<string, Buffer>();
  let meanwhile: (() => Promise<unknown>) | null = null;
  const workspace = await testWorkspace(t, {
    deps: {
      publishKey: async (path, bytes) => {
        const act = meanwhile;
        meanwhile = null;
        await act?.();
        stores.set(path, Buffer.from(bytes));
      },
    },
  });
  const ada = await workspace.signUpFirst();
  let session = ada.session;
  meanwhile = async () => void ({ session } = await workspace.accounts.rotateAccount(ada.session, PASSWORD));
  await rotate(workspace, ada.session);
  assert.notEqual(session, ada.session);
  const copy = stores.get(ringPath(ada.account.accountId)) ?? Buffer.alloc(0);
  assert.equal(decryptBytes(copy, [session.identity]).toString(), await readFile(workspace.workspaceKeyFile, 'utf8'));
});

test('of two who make somebody an admin at once, the one who is too late takes no copy away', async (t) => {
  const stores = new Map<string, Buffer>();
  const retracted: string[] = [];
  let meanwhile: (() => Promise<unknown>) | null = null;
  const workspace = await testWorkspace(t, {
    deps: {
      publishKey: async (path, bytes) => {
        const act = meanwhile;
        meanwhile = null;
        await act?.();
        stores.set(path, Buffer.from(bytes));
      },
      retractKey: async (path) => {
        retracted.push(path);
        stores.delete(path);
      },
    },
  });
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const promote = () => workspace.accounts.people.changeRole(ada.session, bob.account.accountId, 'admin', PASSWORD);
  meanwhile = promote;
  await assert.rejects(promote(), { code: 'account_changed' });
  const copy = stores.get(ringPath(bob.account.accountId)) ?? Buffer.alloc(0);
  assert.equal(
    decryptBytes(copy, [bob.session.identity]).toString(),
    await readFile(workspace.workspaceKeyFile, 'utf8'),
  );
  assert.deepEqual(retracted, [], 'not even for a moment, in which the server may end');
});

test('it asks for the password again, and changes nothing for a wrong one', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const before = await readFile(workspace.workspaceKeyFile, 'utf8');
  const wrong = workspace.accounts.workspaceKey.rotate(ada.session, { password: 'not the password' });
  await assert.rejects(wrong, { code: 'password_wrong' });
  assert.equal(await readFile(workspace.workspaceKeyFile, 'utf8'), before);
});

test('killed between any two steps it has lost nothing, and the next rotation goes on with the same key', async (t) => {
  const steps = ['the key file', 'the copies of the admins', 'the records'] as const;
  for (const step of steps) {
    let broken = true;
    const fail = (where: (typeof steps)[number]): void => {
      if (broken && where === step) throw new Error('killed');
    };
    const watched = { current: watchRecords(memoryRecordStore({ clock: () => 0 })) };
    const stores = new Map<string, Buffer>();
    const workspace = await testWorkspace(t, {
      records: async ({ folder, clock }) => {
        watched.current = watchRecords(
          await openSqliteRecordStore({ path: `${folder}/r.sqlite`, clock, log: silentLog }),
        );
        return watched.current.store;
      },
      deps: {
        publishKey: async (path, bytes) => {
          if (path.startsWith('keys/workspace/')) fail('the key file');
          stores.set(path, Buffer.from(bytes));
        },
      },
    });
    broken = false;
    const ada = await workspace.signUpFirst();
    broken = true;
    watched.current.beforeTransaction = (operations) => {
      if (operations.some(({ pk, sk }) => pk === 'workspace' && sk === 'key')) fail('the copies of the admins');
    };
    if (step === 'the records') {
      // After the transaction, before anything in memory knows of it.
      const { store } = watched.current;
      const { transact } = store;
      store.transact = async (operations) => {
        await transact(operations);
        if (operations.some(({ pk, sk }) => pk === 'workspace' && sk === 'key')) fail('the records');
      };
    }
    await assert.rejects(rotate(workspace, ada.session), { message: 'killed' }, step);
    assert.ok(await workspace.accounts.authenticate(ada.token), `${step}: it goes on serving`);
    const made = parseRing(await readFile(workspace.workspaceKeyFile, 'utf8'));
    assert.equal(made.length, 2);

    broken = false;
    workspace.advance(60_000);
    const reopened = await workspace.reopen();
    assert.equal(reopened.deps.workspaceKey.generation, step === 'the records' ? 2 : 1, step);
    const again = await reopened.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
    const rotated = await rotate(reopened, again.session);
    const wanted = step === 'the records' ? 3 : 2;
    assert.equal(rotated.generation, wanted, step);
    const after = parseRing(await readFile(workspace.workspaceKeyFile, 'utf8'));
    assert.equal(after.length, wanted);
    assert.deepEqual(after.slice(0, 2), made, 'the key that was ready is the one in force');
    const copy = stores.get(ringPath(ada.account.accountId)) ?? Buffer.alloc(0);
    assert.deepEqual(parseRing(decryptBytes(copy, [again.session.identity]).toString()), after);
  }
});

test('a key that was prepared reads what another server writes with it, and follows', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const { accounts, deps } = workspace;
  const ready = await accounts.workspaceKey.rotate(ada.session, { password: PASSWORD, prepareOnly: true });
  assert.deepEqual(
    ready.keys.map((key) => [key.state, key.sinceTime === null]),
    [
      ['writes', false],
      ['ready', true],
    ],
  );
  const other = await workspace.reopen();
  assert.equal(other.deps.workspaceKey.generation, 1);
  assert.equal((await rotate(workspace, ada.session)).generation, 2);
  const carol = await signUpMember(workspace, 'carol@example.org');
  assert.equal((await other.accounts.authenticate(carol.token)).email, 'carol@example.org');
  assert.equal(other.deps.workspaceKey.generation, 2);
  assert.deepEqual(other.deps.workspaceKey.fingerprints, deps.workspaceKey.fingerprints);
});

test('two rotations at once make one generation each or one of them is told to wait', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const both = await Promise.allSettled([rotate(workspace, ada.session), rotate(workspace, ada.session)]);
  const done = both.filter((each) => each.status === 'fulfilled').length;
  for (const each of both) assert.ok(each.status === 'fulfilled' || hasCode(each.reason, 'workspace_key_busy'));
  assert.equal(parseRing(await readFile(workspace.workspaceKeyFile, 'utf8')).length, 1 + done);
  assert.equal((await workspace.reopen()).deps.workspaceKey.generation, 1 + done);
});

test('a key file that cannot be replaced stops the rotation before anything has changed', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const file = workspace.workspaceKeyFile;
  const before = await readFile(file, 'utf8');
  const elsewhere = ringInFile(`${dirname(file)}/gone/../../no-such/workspace.key`, silentLog);
  const blocked = { ...workspace.deps, ringPlace: elsewhere };
  const { rotateWorkspaceKey } = await import('./rotate-workspace-key.ts');
  await assert.rejects(rotateWorkspaceKey({ by: ada.session }, blocked), { code: 'workspace_key_mismatch' });
  assert.equal(await readFile(file, 'utf8'), before);
  await chmod(file, 0o600);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal((await rotate(workspace, ada.session)).generation, 2);
  assert.equal((await stat(file)).mode & 0o777, 0o600, 'the new file is as private as the old one');
});

test('an older copy of the key file is refused at the next start, with the reason', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const file = workspace.workspaceKeyFile;
  const older = await readFile(file, 'utf8');
  await rotate(workspace, ada.session);
  await writeFile(file, older);
  await assert.rejects(workspace.reopen(), (error: unknown) => {
    return hasCode(error, 'workspace_key_mismatch') && /1 of 2 generations/.test(error.message);
  });
});
