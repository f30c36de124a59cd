import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../base/errors.ts';
import { storageErrors } from '../storage/index.ts';
import { memoryRecordStore } from '../storage/index.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from './test-accounts.ts';
import { watchRecords } from './watched-records.ts';

/** Codes of what failed, and how many came through. */
async function outcomes(attempts: readonly Promise<unknown>[]): Promise<{ done: number; codes: string[] }> {
  const settled = await Promise.allSettled(attempts);
  const failed = settled.filter((each) => each.status === 'rejected');
  const codes = failed.map(({ reason }) => (reason instanceof HoldfastError ? reason.code : String(reason)));
  return { done: settled.length - failed.length, codes };
}

test('of several sign-ups with one address at once exactly one wins, and the others leave nothing', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const before = workspace.published.size;
  const emails = ['bob@example.org', 'BOB@example.org', ' bob@EXAMPLE.org ', 'Bob@example.org'];
  const { done, codes } = await outcomes(emails.map((email) => signUpMember(workspace, email, { name: 'Bob' })));
  assert.equal(done, 1);
  assert.deepEqual(codes, ['email_taken', 'email_taken', 'email_taken']);
  assert.equal(workspace.published.size, before + 1);
});

test('of several sign-ups with one chosen handle at once exactly one wins', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const attempts = ['Mia', 'mia', 'MIA'].map((handle, index) => signUpMember(workspace, `m${index}@x.org`, { handle }));
  const { done, codes } = await outcomes(attempts);
  assert.equal(done, 1);
  assert.deepEqual(codes, ['handle_taken', 'handle_taken']);
});

test('people of one name who sign up at once each get a handle of their own', async (t) => {
  const workspace = await testWorkspace(t);
  await workspace.signUpFirst();
  const made = await Promise.all(
    [1, 2, 3].map((number) => signUpMember(workspace, `m${number}@x.org`, { name: 'Mia Ek' })),
  );
  const handles = made.map(({ account }) => account.handle).toSorted();
  assert.deepEqual(handles, ['mia.ek', 'mia.ek-2', 'mia.ek-3']);
  for (const { token, account } of made) {
    assert.equal((await workspace.accounts.authenticate(token)).handle, account.handle);
  }
});

test('a setup code used by two people at once makes one admin', async (t) => {
  const workspace = await testWorkspace(t);
  const attempts = ['ada', 'eve'].map((name) =>
    workspace.signUpFirst({ name, email: `${name}@example.org`, signUpOpen: true }),
  );
  const { done, codes } = await outcomes(attempts);
  assert.equal(done, 1);
  assert.deepEqual(codes, ['setup_code_invalid']);
  assert.equal([...workspace.published.keys()].filter((path) => path.startsWith('keys/workspace/')).length, 1);
});

test('of two password changes at once one is told, and the password is the other’s', async (t) => {
  const workspace = await testWorkspace(t);
  const { session } = await workspace.signUpFirst();
  const wanted = [OTHER_PASSWORD, 'third time lucky marmot'];
  const { done, codes } = await outcomes(
    wanted.map((newPassword) => workspace.accounts.changePassword(session, { currentPassword: PASSWORD, newPassword })),
  );
  assert.equal(done, 1);
  assert.deepEqual(codes, ['account_changed']);
  const logins = await outcomes(
    [PASSWORD, ...wanted].map((password) => workspace.accounts.logIn({ email: 'ada@example.org', password })),
  );
  assert.deepEqual(logins, { done: 1, codes: ['login_failed', 'login_failed'] });
});

test('a login with the old password that was under way while it was changed leaves no live session', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session, token } = await workspace.signUpFirst();
  watched.beforeTransaction = async () => {
    watched.beforeTransaction = null;
    await workspace.accounts.changePassword(session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  };
  const late = await workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
  await assert.rejects(workspace.accounts.authenticate(late.token), { code: 'session_invalid' });
  assert.ok(await workspace.accounts.authenticate(token));
});

test('a session that is used while its password is changed stays', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const { session, token } = await workspace.signUpFirst();
  workspace.advance(10 * 60_000);
  watched.beforeTransaction = async () => {
    watched.beforeTransaction = null;
    await workspace.accounts.authenticate(token);
  };
  await workspace.accounts.changePassword(session, { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD });
  assert.ok(await workspace.accounts.authenticate(token));
});

test('a sign-up whose keys cannot be put into both stores makes no account', async (t) => {
  const published = new Map<string, Buffer>();
  let fail = true;
  const workspace = await testWorkspace(t, {
    deps: {
      publishKey: async (path, bytes) => {
        if (fail && path.startsWith('keys/workspace/')) throw storageErrors('store_full');
        published.set(path, Buffer.from(bytes));
      },
      retractKey: async (path) => void published.delete(path),
    },
  });
  await assert.rejects(workspace.signUpFirst(), { code: 'store_full' });
  assert.equal(published.size, 0);
  await assert.rejects(workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD }), {
    code: 'login_failed',
  });
  fail = false;
  assert.equal((await workspace.signUpFirst()).account.role, 'admin');
});

test('a sign-up whose drive cannot be made makes no account, and one whose records fail keeps its keys', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  let driveFails = true;
  const workspace = await testWorkspace(t, {
    records: () => watched.store,
    deps: {
      newDrive: async () => {
        if (driveFails) throw storageErrors('store_unavailable');
        return [];
      },
    },
  });
  await assert.rejects(workspace.signUpFirst(), { code: 'store_unavailable' });
  assert.equal(workspace.published.size, 0);
  driveFails = false;
  watched.beforeTransaction = () => {
    throw storageErrors('records_unavailable');
  };
  // Whether such a transaction was written after all is not known: then the keys must be there.
  await assert.rejects(workspace.signUpFirst(), { code: 'records_unavailable' });
  assert.equal(workspace.published.size, 2);
});
