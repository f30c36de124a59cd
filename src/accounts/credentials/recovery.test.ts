import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity, parseIdentityFile } from '../../age/index.ts';
import { parseRecoveryKey, recoveryKit } from './recovery-kit.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from '../test-accounts.ts';

test('a recovery key is read from its line, from the kit, and from what a printer made of it', () => {
  const recoveryKey = generateIdentity('pq');
  const facts = { name: 'Ada # x', email: 'ada@example.org', accountId: 'id', createdTime: '2026-06-01T00:00:00.000Z' };
  const kit = recoveryKit({ ...facts, recoveryKey });
  const line = recoveryKey.toString();
  const wrapped = `${line.slice(0, 30)}\r\n   ${line.slice(30)}\r\n`;
  for (const text of [line, ` ${line}\n`, kit, kit.replaceAll('\n', '\r\n'), line.toLowerCase(), wrapped]) {
    assert.deepEqual(parseRecoveryKey(text)?.seed, recoveryKey.seed);
  }
  assert.equal(parseIdentityFile(kit).length, 1, 'the kit is an age identity file');
});

test('what is no recovery key is none', () => {
  const line = generateIdentity('pq').toString();
  const other = generateIdentity('pq').toString();
  for (const text of ['', '#', 'AGE-SECRET-KEY-PQ-1', line.slice(0, -1), `${line}${other}`, `${line}\n${other}`]) {
    assert.equal(parseRecoveryKey(text), null);
  }
  assert.equal(parseRecoveryKey(`${' '.repeat(20_000)}${line}`), null);
});

test('recovery sets a password, ends all sessions, logs in, and the same kit works again', async (t) => {
  const workspace = await testWorkspace(t);
  const { token, recoveryKit: kit, account } = await workspace.signUpFirst();
  const { token: second } = await workspace.accounts.logIn({ email: account.email, password: PASSWORD });
  const recover = (newPassword: string) =>
    workspace.accounts.recover({ email: account.email, recoveryKey: kit, newPassword, device: 'new laptop' });

  const recovered = await recover(OTHER_PASSWORD);
  for (const old of [token, second]) {
    await assert.rejects(workspace.accounts.authenticate(old), { code: 'session_invalid' });
  }
  const session = await workspace.accounts.authenticate(recovered.token);
  assert.deepEqual(
    (await workspace.accounts.sessions(session)).map(({ device }) => device),
    ['new laptop'],
  );
  assert.notEqual((await workspace.accounts.whoAmI(session)).kitUsedTime, null);
  assert.deepEqual(workspace.ended.at(-1), { accountId: account.accountId, sessionId: null });
  assert.ok(await recover('third time lucky marmot'));
  assert.ok(await workspace.accounts.logIn({ email: account.email, password: 'third time lucky marmot' }));
});

test('a wrong key, another person’s key, no key at all and an unknown address get one answer', async (t) => {
  const workspace = await testWorkspace(t);
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const answers = new Set<string>();
  for (const [email, recoveryKey] of [
    [ada.account.email, bob.recoveryKey],
    [ada.account.email, generateIdentity('pq').toString()],
    [ada.account.email, generateIdentity('classic').toString()],
    [ada.account.email, 'no key'],
    ['nobody@example.org', ada.recoveryKey],
    ['no address', ada.recoveryKey],
  ] as const) {
    await assert.rejects(
      workspace.accounts.recover({ email, recoveryKey, newPassword: 'short' }),
      (error: Error) => answers.add(JSON.stringify([error.message, Object.entries(error)])).size > 0,
    );
  }
  assert.equal(answers.size, 1);
  assert.match([...answers].join(), /recovery_failed/);
  assert.ok(await workspace.accounts.authenticate(ada.token));
});

test('a new password that would not do is refused before anything is changed', async (t) => {
  const workspace = await testWorkspace(t);
  const { account, recoveryKey, token } = await workspace.signUpFirst();
  for (const [newPassword, code] of [
    ['short', 'password_length'],
    ['password123', 'password_too_easy'],
  ] as const) {
    await assert.rejects(workspace.accounts.recover({ email: account.email, recoveryKey, newPassword }), { code });
  }
  assert.ok(await workspace.accounts.authenticate(token));
  assert.ok(await workspace.accounts.logIn({ email: account.email, password: PASSWORD }));
});

test('a kit is unconfirmed until the person says so, and saying it again changes nothing', async (t) => {
  const workspace = await testWorkspace(t);
  const { session, recoveryKit: kit, account } = await workspace.signUpFirst();
  assert.equal((await workspace.accounts.whoAmI(session)).kitConfirmed, false);
  await Promise.all([workspace.accounts.confirmKit(session), workspace.accounts.confirmKit(session)]);
  await workspace.accounts.confirmKit(session);
  assert.equal((await workspace.accounts.whoAmI(session)).kitConfirmed, true);
  const again = { email: account.email, recoveryKey: kit, newPassword: OTHER_PASSWORD };
  assert.equal((await workspace.accounts.whoAmI((await workspace.accounts.recover(again)).session)).kitConfirmed, true);
});
