import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryRecordStore } from '../../storage/index.ts';
import type { AccountDeps } from '../account-deps.ts';
import { openAccounts } from '../accounts.ts';
import { accountErrors } from '../errors.ts';
import type { Argon2Job } from './kdf.ts';
import { keys, type PasswordRow } from '../records.ts';
import { OTHER_PASSWORD, PASSWORD, testWorkspace } from '../test-accounts.ts';
import { watchRecords } from '../watched-records.ts';
import { parseRing, workspaceKeyOf } from '../keys/workspace-key.ts';

test('known and unknown addresses cost the same work and get the same answer', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  await workspace.signUpFirst();
  const jobs: Argon2Job[] = [];
  const { kdf } = workspace.deps;
  const watchedKdf: AccountDeps['kdf'] = {
    ...kdf,
    argon2id: (job) => {
      jobs.push(job);
      return kdf.argon2id(job);
    },
  };
  const accounts = openAccounts({ ...workspace.deps, kdf: watchedKdf });
  const seen = new Set<string>();
  watched.reads();
  for (const [email, password] of [
    ['ada@example.org', OTHER_PASSWORD],
    ['ada@example.org', ''],
    ['ada@example.org', 'x'.repeat(2_000)],
    ['nobody@example.org', OTHER_PASSWORD],
    ['nobody@example.org', PASSWORD],
    ['no address at all', ''],
    ['', PASSWORD],
  ] as const) {
    const error: unknown = await accounts.logIn({ email, password }).catch((reason: unknown) => reason);
    assert.ok(error instanceof Error);
    const work = jobs.splice(0).map(({ memoryKiB, passes, salt, pepper }) => [memoryKiB, passes, salt.length, pepper]);
    seen.add(JSON.stringify([error.message, Object.entries(error), watched.reads(), work]));
  }
  assert.equal(seen.size, 1, [...seen].join('\n'));
  assert.match([...seen].join(), /login_failed.*64,1,16/);
});

test('guesses at one account have to wait wherever they come from, whether or not it is known', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { account } = await workspace.signUpFirst();
  const logIn = (email: string, password: string, address: string) =>
    workspace.accounts.logIn({ email, password, address });
  for (const email of [account.email, 'nobody@example.org']) {
    for (let attempt = 0; attempt < 3; attempt++) {
      await assert.rejects(logIn(email, OTHER_PASSWORD, `192.0.2.${attempt}`), { code: 'login_failed' });
    }
    await assert.rejects(logIn(email, PASSWORD, '192.0.2.9'), { code: 'too_many_attempts', status: 429 });
  }
  workspace.advance(15 * 60_000);
  assert.ok(await logIn(account.email, PASSWORD, '192.0.2.9'));
});

test('strangers cannot lock a person out of a device that was logged in before', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { account } = await workspace.signUpFirst();
  const deviceToken = workspace.accounts.deviceToken(account.accountId);
  const logIn = (password: string, token?: string) =>
    workspace.accounts.logIn({ email: account.email, password, address: '192.0.2.1', deviceToken: token });
  for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(logIn(OTHER_PASSWORD), { code: 'login_failed' });
  await assert.rejects(logIn(PASSWORD), { code: 'too_many_attempts' });
  await assert.rejects(logIn(PASSWORD, `${deviceToken}x`), { code: 'too_many_attempts' });
  assert.ok(await logIn(PASSWORD, deviceToken));
  // The device may guess no more often than anybody else.
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(logIn(OTHER_PASSWORD, deviceToken), { code: 'login_failed' });
  }
  await assert.rejects(logIn(PASSWORD, deviceToken), { code: 'too_many_attempts' });
});

test('one guess at each of many accounts is counted by the place', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailuresPerPlace: 3 } });
  const { account } = await workspace.signUpFirst();
  const guess = (email: string, address: string) =>
    workspace.accounts.logIn({ email, password: OTHER_PASSWORD, address });
  for (const email of ['a@x.org', 'b@x.org', 'c@x.org']) {
    await assert.rejects(guess(email, `2001:db8::${email.codePointAt(0)}`), { code: 'login_failed' });
  }
  await assert.rejects(guess('d@x.org', '2001:db8::7'), { code: 'too_many_attempts' });
  const { email } = account;
  await assert.rejects(guess(email, '2001:db8:0:1::7'), { code: 'login_failed' }, 'another place is not concerned');
});

test('an attempt that could not be made for lack of room counts for nothing', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { account } = await workspace.signUpFirst();
  const busy = (): never => {
    throw accountErrors('busy');
  };
  const { kdf } = workspace.deps;
  const full = openAccounts({ ...workspace.deps, kdf: { ...kdf, enter: busy } });
  const late = openAccounts({ ...workspace.deps, kdf: { ...kdf, argon2id: async () => busy() } });
  for (let attempt = 0; attempt < 5; attempt++) {
    for (const accounts of [full, late]) {
      await assert.rejects(accounts.logIn({ email: account.email, password: PASSWORD }), { code: 'busy' });
    }
  }
  assert.ok(await workspace.accounts.logIn({ email: account.email, password: PASSWORD }));
});

test('a flood of logins from one place, or of passwords to be judged, locks out nobody elsewhere', async (t) => {
  const workspace = await testWorkspace(t);
  const { account } = await workspace.signUpFirst();
  const from = { address: '192.0.2.1', signUpOpen: true };
  const flood = Array.from({ length: 60 }, (_, index) => [
    workspace.accounts.logIn({ ...from, email: `invented-${index}@example.org`, password: OTHER_PASSWORD }),
    workspace.accounts.passwordFeedback({ ...from, password: OTHER_PASSWORD, hints: [] }, null),
  ]).flat();
  const settled = Promise.allSettled(flood);
  assert.ok(await workspace.accounts.logIn({ email: account.email, password: PASSWORD, address: '192.0.2.2' }));
  const busy = (await settled).filter((each) => each.status === 'rejected' && each.reason.code === 'busy');
  assert.ok(busy.length > 60, `${busy.length} were turned away`);
});

test('a session alone cannot guess its password for long, and locks out no other session', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { session, account } = await workspace.signUpFirst();
  const other = await workspace.accounts.logIn({ email: account.email, password: PASSWORD });
  for (let attempt = 0; attempt < 3; attempt++) {
    await assert.rejects(workspace.accounts.verifyPassword(session, OTHER_PASSWORD), { code: 'password_wrong' });
  }
  await assert.rejects(workspace.accounts.verifyPassword(session, PASSWORD), { code: 'too_many_attempts' });
  await workspace.accounts.verifyPassword(other.session, PASSWORD);
  workspace.advance(15 * 60_000);
  await workspace.accounts.verifyPassword(session, PASSWORD);
});

test('a wrap with lower costs than today’s is made anew at the next login, once', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, session } = await workspace.signUpFirst();
  const place = keys.password(account.accountId);
  const read = async () => (await workspace.records.get<PasswordRow>(place.pk, place.sk))?.value;
  const before = await read();
  const settings = { ...workspace.deps.settings, kdfMemoryBytes: 256 * 1024, kdfPasses: 2 };
  const stronger = openAccounts({ ...workspace.deps, settings });
  const logIn = () => stronger.logIn({ email: account.email, password: PASSWORD });
  assert.deepEqual((await logIn()).session.identity.seed, session.identity.seed);
  const after = await read();
  assert.deepEqual([before?.kdf.memoryKiB, after?.kdf.memoryKiB, after?.kdf.passes], [64, 256, 2]);
  assert.notEqual(after?.recipient, before?.recipient);
  assert.equal(after?.changedTime, before?.changedTime);
  assert.deepEqual((await logIn()).session.identity.seed, session.identity.seed);
  assert.deepEqual(await read(), after);
});

test('after the costs were raised an account that has not logged in since is checked for as long as nobody’s', async (t) => {
  const workspace = await testWorkspace(t);
  const { account } = await workspace.signUpFirst();
  const jobs: Argon2Job[] = [];
  const kdf: AccountDeps['kdf'] = {
    ...workspace.deps.kdf,
    argon2id: (job) => {
      jobs.push(job);
      return workspace.deps.kdf.argon2id(job);
    },
  };
  const settings = { ...workspace.deps.settings, kdfMemoryBytes: 256 * 1024, kdfPasses: 2 };
  const accounts = openAccounts({ ...workspace.deps, settings, kdf });
  const work: number[] = [];
  for (const email of [account.email, 'nobody@example.org']) {
    await assert.rejects(accounts.logIn({ email, password: OTHER_PASSWORD }), { code: 'login_failed' });
    const runs = jobs.splice(0).flatMap((job) => [job, ...(job.filler ? [job.filler] : [])]);
    work.push(runs.reduce((sum, { memoryKiB, passes }) => sum + memoryKiB * passes, 0));
  }
  assert.deepEqual(work, [512, 512]);
});

test('many guesses at once are no more than the limit', async (t) => {
  const workspace = await testWorkspace(t, { settings: { loginFailureLimit: 3 } });
  const { account } = await workspace.signUpFirst();
  const guesses = Array.from({ length: 34 }, (_, index) =>
    workspace.accounts.logIn({ email: account.email, password: OTHER_PASSWORD, address: `192.0.2.${index}` }),
  );
  const settled = await Promise.allSettled(guesses);
  const tried = settled.filter((each) => each.status === 'rejected' && each.reason.code === 'login_failed');
  assert.ok(tried.length <= 3, `${tried.length} were tried`);
});

test('with a newer workspace key everything still opens, and passwords move to its pepper at login', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, token, recoveryKey } = await workspace.signUpFirst();
  const old = workspace.deps.workspaceKey;
  const ring = workspaceKeyOf([...parseRing(old.ringText()), Buffer.alloc(32, 9)], old.workspaceId);
  const accounts = openAccounts({ ...workspace.deps, workspaceKey: ring });
  assert.ok(await accounts.authenticate(token));
  assert.ok(await accounts.logIn({ email: account.email, password: PASSWORD }));
  const place = keys.password(account.accountId);
  const row = await workspace.records.get<PasswordRow>(place.pk, place.sk);
  assert.equal(row?.value.kdf.pepperGeneration, 2);
  assert.ok(await accounts.recover({ email: account.email, recoveryKey, newPassword: OTHER_PASSWORD }));
});
