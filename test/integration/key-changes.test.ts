/** New keys, ended accounts and a rotated workspace key, on a whole server with real stores and by the real command. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { decryptBytes, generateIdentity, parseIdentityFile } from '../../src/age/index.ts';
import { cliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';
import { bytesAt, keysIn } from '../support/stores/stored-objects.ts';
import { personalDrive } from '../support/clients/workspace-files.ts';

const STORES = ['primary', 'backup'] as const;

/** From a key through one store alone to the plaintext of every object of a drive, with nothing of the server. */
async function walk(
  server: StartedServer,
  store: (typeof STORES)[number],
  { key, wrap, accountId, driveId }: { key: string; wrap: string; accountId: string; driveId: string },
): Promise<Buffer[]> {
  const from = server.workspace.stores[store];
  const open = async (path: string, text: string): Promise<string> =>
    decryptBytes(await bytesAt(from, path), parseIdentityFile(text)).toString();
  const account = await open(`keys/accounts/${accountId}/${wrap}.age`, key);
  const keyring = parseIdentityFile(await open(`keys/drives/${driveId}/${accountId}.age`, account));
  const objects = await keysIn(from, `drives/${driveId}/o/`);
  return Promise.all(objects.map(async (path) => decryptBytes(await bytesAt(from, path), keyring)));
}

const sorted = (bodies: readonly Buffer[]): string[] => bodies.map((body) => body.toString('hex')).toSorted();

test('after account rotate, everything from before and after opens: on the server, and from the backup by the new kit', async () => {
  const organisation = generateIdentity('pq');
  await using server = await startServer();
  await using ada = await cliPerson();
  const recipientFile = ada.path('organisation');
  await writeFile(recipientFile, `${organisation.recipient.toString()}\n`);
  const about = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile];
  const setup = ['--setup-code-file', join(server.data, 'setup-code'), '--organisation-recovery-file', recipientFile];
  const made = await ada.run('signup', server.url, ...about, ...setup, '--kit', 'kit.txt');
  assert.equal(made.exitCode, 0, made.stderr);
  const bodies = [randomBytes(70_000), randomBytes(30)];
  await writeFile(ada.path('before'), bodies[0] ?? '');
  await writeFile(ada.path('after'), bodies[1] ?? '');
  assert.equal((await ada.run('put', 'before', '/')).exitCode, 0);

  const rotated = await ada.run('account', 'rotate', '--kit', 'new-kit.txt', '--password-file', ada.passwordFile);
  assert.equal(rotated.exitCode, 0, rotated.stderr);
  assert.equal((await ada.run('put', 'after', '/')).exitCode, 0, 'the command is logged in with the new session');
  assert.equal((await ada.run('get', '/before', 'fetched')).exitCode, 0);
  assert.ok((await readFile(ada.path('fetched'))).equals(bodies[0] ?? Buffer.alloc(0)));
  await server.workspace.files.copyDue();

  const { accountId } = await ada.json<{ accountId: string }>('whoami');
  const drives = (await keysIn(server.workspace.stores.backup)).find((path) => path.endsWith('drive.json')) ?? '';
  const place = { accountId, driveId: drives.split('/')[1] ?? '', wrap: 'recovery' };
  const [oldKit, newKit] = await Promise.all(
    ['kit.txt', 'new-kit.txt'].map((name) => readFile(ada.path(name), 'utf8')),
  );
  for (const store of STORES) {
    assert.deepEqual(sorted(await walk(server, store, { ...place, key: newKit ?? '' })), sorted(bodies));
    const byOrganisation = { ...place, wrap: 'organisation', key: organisation.toString() };
    assert.deepEqual(sorted(await walk(server, store, byOrganisation)), sorted(bodies));
    await assert.rejects(walk(server, store, { ...place, key: oldKit ?? '' }), { code: 'age_no_identity_match' });
  }

  // Whoever joins is shown the key of the organisation.
  await using bob = await cliPerson();
  const joining = ['--name', 'Bob', '--email', 'bob@example.org', '--password-file', bob.passwordFile, '--kit', 'k'];
  const joined = await bob.run('signup', server.url, ...joining);
  assert.equal(joined.exitCode, 0, joined.stderr);
  assert.ok(joined.stderr.includes(organisation.recipient.toString()));
});

test('a deleted account leaves not one file in either store, and others keep all of theirs', async () => {
  await using server = await startServer();
  const ada = await server.signUp();
  const bob = await server.signUp({ name: 'Bob', email: 'bob@example.org' });
  const [adasDrive, bobsDrive] = [await personalDrive(server, ada.token), await personalDrive(server, bob.token)];
  const kept = await adasDrive.put('root', 'kept', randomBytes(1000));
  await bobsDrive.put('root', 'a', randomBytes(90_000));
  await bobsDrive.put(await bobsDrive.makeFolder('root', 'papers'), 'b', randomBytes(10));
  await server.workspace.files.copyDue();

  const wrong = { token: bob.token, json: { password: 'not the password' } };
  assert.equal((await server.call('POST', '/api/v1/account/delete', wrong)).status, 403);
  const options = { token: bob.token, json: { password: bob.password } };
  const deleted = await server.call('POST', '/api/v1/account/delete', options);
  assert.equal(deleted.status, 200);
  const reply = (await deleted.json()) as { wrapsDestroyed: boolean; backupsExpireTime: string; deletedTime: string };
  assert.equal(reply.wrapsDestroyed, true);
  assert.ok(reply.backupsExpireTime > reply.deletedTime);
  assert.equal((await server.call('GET', '/api/v1/account', { token: bob.token })).status, 401);

  await server.workspace.files.purgeDue();
  for (const store of STORES) {
    const left = (await keysIn(server.workspace.stores[store])).filter((path) => {
      return path.includes(bob.accountId) || path.includes(bobsDrive.driveId);
    });
    assert.deepEqual(left, []);
  }
  assert.equal((await adasDrive.read(kept.id)).length, 1000);
  const verdict = await server.workspace.audit.verify();
  assert.equal(verdict.verdict, 'intact');
});

test('a rotated workspace key survives a restart, and sessions, files and the audit trail go on', async () => {
  await using first = await startServer();
  const ada = await first.signUp();
  const bob = await first.signUp({ name: 'Bob', email: 'bob@example.org' });
  const drive = await personalDrive(first, ada.token);
  const file = await drive.put('root', 'before', randomBytes(500));
  const rotate = (token: string, password: string): Promise<Response> =>
    first.call('POST', '/api/v1/admin/workspace-key/rotate', { token, json: { password } });
  assert.equal((await rotate(bob.token, bob.password)).status, 403, 'for admins');
  const rotated = await rotate(ada.token, ada.password);
  assert.equal(rotated.status, 200);
  const text = await rotated.text();
  assert.ok(!text.includes('HOLDFAST-WORKSPACE-KEY'));
  assert.equal((JSON.parse(text) as { generation: number }).generation, 2);
  await drive.put('root', 'after', randomBytes(500));
  assert.equal((await first.workspace.audit.verify()).verdict, 'intact');

  await first.stop();
  await using second = await startServer({ data: first.data });
  assert.equal((await (await personalDrive(second, ada.token)).read(file.id)).length, 500);
  for (const { email, password } of [ada, bob]) {
    assert.equal((await second.call('POST', '/api/v1/sessions', { json: { email, password } })).status, 201);
  }
  assert.equal((await second.workspace.audit.verify()).verdict, 'intact');
});

test('a person who lost everything starts anew, and the old kit still opens the old account', async () => {
  await using server = await startServer();
  const ada = await server.signUp();
  const bob = await server.signUp({ name: 'Bob', email: 'bob@example.org' });
  const drive = await personalDrive(server, bob.token);
  const file = await drive.put('root', 'kept', randomBytes(500));
  const path = `/api/v1/people/${bob.accountId}/reset`;
  const reset = await server.call('POST', path, { token: ada.token, json: { password: ada.password } });
  assert.equal(reset.status, 201);
  assert.equal(reset.headers.get('cache-control'), 'no-store');
  const { invite } = (await reset.json()) as { invite: { invitation: string } };
  assert.equal((await server.call('GET', '/api/v1/account', { token: bob.token })).status, 401);
  const anew = await server.signUp({ name: 'Bob', email: 'bob@example.org', invitation: invite.invitation });
  assert.notEqual(anew.accountId, bob.accountId);
  assert.deepEqual(await (await personalDrive(server, anew.token)).list('root'), []);

  const recovery = {
    json: { email: bob.email, recoveryKey: bob.recoveryKey, newPassword: 'fourth set of seldom words' },
  };
  const taken = await server.call('POST', '/api/v1/account/recovery', recovery);
  assert.equal(taken.status, 409);
  assert.equal(((await taken.json()) as { code: string }).code, 'account_replaced');
  const options = { token: anew.token, json: { password: anew.password } };
  assert.equal((await server.call('POST', '/api/v1/account/delete', options)).status, 200);
  const recovered = await server.call('POST', '/api/v1/account/recovery', recovery);
  assert.equal(recovered.status, 201);
  const { token } = (await recovered.json()) as { token: string };
  assert.equal((await (await personalDrive(server, token)).read(file.id)).length, 500);
});

test('the command rotates the workspace key, starts accounts anew and deletes the own one, never by accident', async () => {
  await using server = await startServer();
  await using ada = await cliPerson();
  await using bob = await cliPerson();
  const code = join(server.data, 'setup-code');
  const join1 = ['--name', 'Ada', '--email', 'ada@example.org', '--password-file', ada.passwordFile, '--kit', 'k'];
  const first = await ada.run('signup', server.url, ...join1, '--setup-code-file', code);
  assert.equal(first.exitCode, 0, first.stderr);
  const join2 = ['--name', 'Bob', '--email', 'bob@example.org', '--password-file', bob.passwordFile, '--kit', 'k'];
  assert.equal((await bob.run('signup', server.url, ...join2)).exitCode, 0);

  const prepared = await ada.run('admin', 'keys', 'rotate', '--prepare', '--password-file', ada.passwordFile);
  assert.equal(prepared.exitCode, 0, prepared.stderr);
  assert.match(prepared.stdout, /Generation 2 is ready/);
  const rotated = await ada.run('admin', 'keys', 'rotate', '--password-file', ada.passwordFile);
  assert.match(rotated.stdout, /Generation 2 of the workspace key is in force/);
  const { generation } = await ada.json<{ generation: number }>('admin', 'keys', 'show');
  assert.equal(generation, 2);

  const invite = ['--invite-file', 'invite', '--password-file', ada.passwordFile];
  const reset = await ada.run('admin', 'people', 'reset', '@bob', ...invite);
  assert.equal(reset.exitCode, 0, reset.stderr);
  const invitation = (await readFile(ada.path('invite'), 'utf8')).trim();
  assert.ok(!reset.stdout.includes(invitation), 'it stands in the file only');
  const back = await bob.run('signup', server.url, ...join2.slice(0, -1), 'k2', '--invite-file', ada.path('invite'));
  assert.equal(back.exitCode, 0, back.stderr);

  const remove = ['account', 'delete', '--password-file', bob.passwordFile];
  assert.equal((await bob.run(...remove)).exitCode, 2, 'without a terminal the address must be given');
  assert.equal((await bob.run(...remove, '--confirm', 'ada@example.org')).exitCode, 2);
  assert.equal((await bob.run('whoami')).exitCode, 0);
  const deleted = await bob.run(...remove, '--confirm', 'BOB@example.org');
  assert.equal(deleted.exitCode, 0, deleted.stderr);
  assert.match(deleted.stdout, /Backups made before today may hold keys of it until \d{4}-\d\d-\d\d/);
  assert.equal((await bob.run('whoami')).exitCode, 3, 'the saved session is gone too');
  const last = await ada.run('account', 'delete', '--password-file', ada.passwordFile, '--confirm', 'ada@example.org');
  assert.equal(last.exitCode, 3);
  assert.match(last.stderr, /last active admin/);
});
