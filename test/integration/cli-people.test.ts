/** Invitations, people, settings and app passwords by the command line, on a real server. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AppPasswords } from '../../src/accounts/app-passwords/wire.ts';
import type { Invites, MadeInvite, People } from '../../src/accounts/people/wire.ts';
import type { WhoAmIReply } from '../../src/accounts/wire.ts';
import { cliPerson, type CliPerson, type Ran } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer({ environment: { HOLDFAST_LOGIN_FAILURE_LIMIT: '3' } });
  ada = await cliPerson();
  const code = join(server.data, 'setup-code');
  const ran = await signUp(ada, 'Ada', '--setup-code-file', code, '--kit', ada.path('kit.txt'));
  assert.equal(ran.exitCode, 0, ran.stderr);
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function signUp(person: CliPerson, name: string, ...more: string[]): Promise<Ran> {
  const email = `${name.toLowerCase()}@example.org`;
  const facts = ['--name', name, '--email', email, '--password-file', person.passwordFile];
  return person.run('signup', server.url, ...facts, ...more);
}

test('an admin closes sign-up to the uninvited, invites somebody, and gives them another role', async () => {
  await using bob = await cliPerson();
  assert.equal((await ada.run('admin', 'settings', 'set', 'sign-up', 'invite')).exitCode, 0);
  assert.match((await ada.run('admin', 'settings', 'list')).stdout, /sign-up = invite/);
  const refused = await signUp(bob, 'Bob', '--kit', bob.path('kit.txt'));
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /invite_required/);

  const file = ada.path('invitation');
  const made = await ada.run('admin', 'invites', 'add', '--email', 'bob@example.org', '--out', file);
  assert.equal(made.exitCode, 0, made.stderr);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(made.stdout, /hfi_/);
  const [open] = (await ada.json<{ invites: Invites['invites'] }>('admin', 'invites', 'list')).invites;
  assert.deepEqual([open?.email, open?.role], ['bob@example.org', 'member']);

  const joined = await signUp(bob, 'Bob', '--kit', bob.path('kit.txt'), '--invite-file', file);
  assert.equal(joined.exitCode, 0, joined.stderr);
  const role = ['admin', 'people', 'role', '@bob', 'admin'];
  assert.match((await ada.run(...role)).stderr, /--password-file FILE[\s\S]*secret_required/);
  assert.equal((await ada.run(...role, '--password-file', ada.passwordFile)).exitCode, 0);
  assert.equal((await bob.json<WhoAmIReply>('whoami')).role, 'admin');
  const { people } = await bob.json<People>('admin', 'people', 'list');
  assert.deepEqual(
    people.map(({ handle, role }) => `${handle} ${role}`),
    ['ada admin', 'bob admin'],
  );
  assert.equal((await ada.run('admin', 'people', 'disable', 'bob@example.org')).exitCode, 0);
  assert.match((await bob.run('ls')).stderr, /session_invalid/);
  assert.match((await ada.run('admin', 'people', 'list')).stdout, /admin, disabled/);
  assert.match((await ada.run('admin', 'people', 'disable', '@ada')).stderr, /last_admin/);
  assert.match((await ada.run('admin', 'people', 'role', '@nobody', 'admin')).stderr, /usage_invalid/);
  const enable = ['admin', 'people', 'enable', '@bob'];
  assert.match((await ada.run(...enable)).stderr, /secret_required/);
  assert.equal((await ada.run(...enable, '--password-file', ada.passwordFile)).exitCode, 0);
  const invite = ['admin', 'invites', 'add', '--role', 'admin'];
  assert.match((await ada.run(...invite)).stderr, /secret_required/);
  const { inviteId } = await ada.json<MadeInvite>(...invite, '--password-file', ada.passwordFile);
  assert.equal((await ada.run('admin', 'invites', 'revoke', inviteId)).exitCode, 0);
});

test('an invitation is taken back by the end of its id', async () => {
  const { inviteId } = await ada.json<{ inviteId: string }>(
    'admin',
    'invites',
    'add',
    '--role',
    'guest',
    '--days',
    '1',
  );
  assert.equal((await ada.run('admin', 'invites', 'revoke', inviteId.slice(-8))).exitCode, 0);
  assert.deepEqual((await ada.json<Invites>('admin', 'invites', 'list')).invites, []);
});

test('an app password is made for one program, works, and is revoked', async () => {
  const add = ['account', 'app-passwords', 'add', 'rclone 🦑', '--password-file', ada.passwordFile];
  const file = ada.path('app-password');
  const made = await ada.run(...add, '--out', file);
  assert.equal(made.exitCode, 0, made.stderr);
  const token = readFileSync(file, 'utf8').trim();
  assert.equal((await server.call('GET', '/api/v1/drives', { token })).status, 200);
  const { appPasswords } = await ada.json<AppPasswords>('account', 'app-passwords', 'list');
  assert.deepEqual(
    appPasswords.map(({ label, scope }) => [label, scope]),
    [['rclone 🦑', 'files']],
  );
  const id = appPasswords[0]?.appPasswordId ?? '';
  assert.equal((await ada.run('account', 'app-passwords', 'revoke', id.slice(-6))).exitCode, 0);
  assert.equal((await server.call('GET', '/api/v1/drives', { token })).status, 401);
});

test('strangers who guess do not lock a person out of the computer they use', async () => {
  const json = { email: 'ada@example.org', password: 'not the right words' };
  for (let guess = 0; guess < 3; guess++) await server.call('POST', '/api/v1/sessions', { json });
  const logIn = (person: CliPerson): Promise<Ran> =>
    person.run('login', server.url, '--email', 'ada@example.org', '--password-file', ada.passwordFile);
  await using elsewhere = await cliPerson();
  assert.match((await logIn(elsewhere)).stderr, /too_many_attempts/);
  assert.equal((await ada.run('logout')).exitCode, 0);
  const ran = await logIn(ada);
  assert.equal(ran.exitCode, 0, ran.stderr);
});

test('a file that does not hold an invitation admits nobody', async () => {
  await using eve = await cliPerson();
  const file = eve.path('invitation');
  writeFileSync(file, 'hfi_made-up\n');
  const ran = await signUp(eve, 'Eve', '--kit', eve.path('kit.txt'), '--invite-file', file);
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /invite_invalid/);
});
