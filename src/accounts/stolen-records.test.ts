import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decryptBytes, generateIdentity, parseIdentity } from '../age/index.ts';
import { silentLog } from '../base/log.ts';
import { memoryRecordStore, openSqliteRecordStore } from '../storage/index.ts';
import { openWithPassword, openWithRecoveryKey } from './credentials/credentials.ts';
import type { PasswordRow, RecoveryRow, SessionRow } from './records.ts';
import { openSealedIdentity } from './sessions/session-token.ts';
import { OTHER_PASSWORD, PASSWORD, signUpMember, testWorkspace } from './test-accounts.ts';
import { watchRecords, type WatchedRecords } from './watched-records.ts';
import { workspaceKeyOf } from './keys/workspace-key.ts';

/** All that a person could hold, in the ways it might lie in a file. */
function spellings(secrets: readonly string[], seeds: readonly Buffer[]): Buffer[] {
  const bytes = [...secrets.map((text) => Buffer.from(text)), ...seeds];
  return bytes.flatMap((secret) => [
    secret,
    ...(['base64', 'base64url', 'hex'] as const).map((encoding) => Buffer.from(secret.toString(encoding))),
  ]);
}

test('a stolen database and stolen stores hold no password, token, recovery key or identity', async (t) => {
  const written: WatchedRecords['written'][] = [];
  const workspace = await testWorkspace(t, {
    records: async ({ folder, clock }) => {
      const path = join(folder, 'db', 'records.sqlite');
      const watched = watchRecords(await openSqliteRecordStore({ path, clock, log: silentLog }));
      written.push(watched.written);
      return watched.store;
    },
  });
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org', { password: OTHER_PASSWORD });
  const newPassword = 'third time lucky marmot';
  const { token } = await workspace.accounts.logIn({ email: 'ada@example.org', password: PASSWORD });
  await workspace.accounts.changePassword(ada.session, { currentPassword: PASSWORD, newPassword });
  await workspace.accounts.recover({ email: 'bob@example.org', recoveryKey: bob.recoveryKit, newPassword });

  const tokens = [ada.token, bob.token, token].flatMap((text) => [text, ...text.slice(4).split('.')]);
  const recoveryKeys = [ada.recoveryKey, bob.recoveryKey];
  const identities = [ada, bob].map(({ session }) => session.identity.toString());
  const seeds = [
    ...[ada, bob].map(({ session }) => session.identity.seed),
    ...recoveryKeys.map((key) => parseIdentity(key).seed),
    ...tokens.map((part) => Buffer.from(part, 'base64url')),
  ];
  const secrets = [
    PASSWORD,
    OTHER_PASSWORD,
    newPassword,
    workspace.setupCode ?? '',
    ...tokens,
    ...recoveryKeys,
    ...identities,
  ];
  const ring = workspace.deps.workspaceKey
    .ringText()
    .split('\n')
    .filter((line) => line.startsWith('HOLDFAST'));
  const needles = spellings([...secrets, ...ring], seeds).filter((needle) => needle.length > 8);

  const folder = join(workspace.folder, 'db');
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
  // The files as they lie on disk, where pages may cut a value in two, and so the values as well.
  const values = Buffer.from(JSON.stringify(written));
  const stolen = [...files, values, ...workspace.published.values()];
  assert.ok(files.some((bytes) => bytes.includes('ada.lovelace')) && values.includes(ada.account.recipient));
  for (const bytes of stolen) {
    assert.equal(
      needles.findIndex((needle) => bytes.includes(needle)),
      -1,
    );
  }
});

test('every wrap in the records stays shut without the secret it was made for', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const ada = await workspace.signUpFirst();
  const bob = await signUpMember(workspace, 'bob@example.org');
  const value = <Row>(pk: string, sk: string): Row =>
    watched.written.findLast((row) => row.pk === pk && row.sk === sk)?.value as unknown as Row;
  const password = value<PasswordRow>(`account#${ada.account.accountId}`, 'credential#password');
  const recovery = value<RecoveryRow>(`account#${ada.account.accountId}`, 'credential#recovery');
  const sessionRow = watched.written.find((row) => row.value['sessionId'] === ada.session.sessionId)
    ?.value as unknown as SessionRow;

  // A thief who knows the right password still lacks the pepper, which lies in no record.
  const thief = { ...workspace.deps, workspaceKey: workspaceKeyOf([randomBytes(32)], 'stolen') };
  assert.equal(await openWithPassword(password, PASSWORD, thief), null);
  assert.ok(await openWithPassword(password, PASSWORD, workspace.deps));
  assert.equal(await openWithPassword(password, OTHER_PASSWORD, workspace.deps), null);

  assert.equal(openWithRecoveryKey(recovery, parseIdentity(bob.recoveryKey)), null);
  assert.equal(openWithRecoveryKey(recovery, bob.session.identity), null);
  assert.equal(openWithRecoveryKey(recovery, generateIdentity('pq')), null);
  assert.ok(openWithRecoveryKey(recovery, parseIdentity(ada.recoveryKey)));

  const secretOf = (token: string): Buffer => Buffer.from(token.split('.')[1] ?? '', 'base64url');
  assert.equal(openSealedIdentity(sessionRow.sealed, secretOf(bob.token), sessionRow), null);
  assert.ok(openSealedIdentity(sessionRow.sealed, secretOf(ada.token), sessionRow));

  for (const [path, bytes] of workspace.published) {
    if (!path.includes(ada.account.accountId)) continue;
    assert.throws(() => decryptBytes(bytes, [bob.session.identity, parseIdentity(bob.recoveryKey)]), {
      code: 'age_no_identity_match',
    });
  }
});

test('whoever has the records and the stores and also the workspace key still needs a password', async (t) => {
  const watched = watchRecords(memoryRecordStore({ clock: () => Date.UTC(2026, 5, 1) }));
  const workspace = await testWorkspace(t, { records: () => watched.store });
  const ada = await workspace.signUpFirst();
  const password = watched.written.find((row) => row.sk === 'credential#password')?.value as unknown as PasswordRow;
  for (const guess of ['', PASSWORD.toUpperCase(), `${PASSWORD} `, ada.account.email]) {
    assert.equal(await openWithPassword(password, guess, workspace.deps), null);
  }
});
