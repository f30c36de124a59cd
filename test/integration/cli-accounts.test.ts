import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { SessionsReply, WhoAmIReply } from '../../src/accounts/wire.ts';
import { cliPerson, type CliPerson, type Ran } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const signUp = async (person: CliPerson, email: string, ...more: string[]): Promise<Ran> =>
  await person.run(
    'signup',
    server.url,
    '--name',
    'Ada',
    '--email',
    email,
    '--password-file',
    person.passwordFile,
    ...more,
  );

test('the first sign-up takes the setup code from its file, logs in, and writes the kit for its owner alone', async () => {
  const code = join(server.data, 'setup-code');
  const kit = ada.path('kit.txt');
  const ran = await signUp(ada, 'ada@example.org', '--setup-code-file', code, '--kit', kit);
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.match(ran.stdout, /Signed up and logged in at .* as Ada \(@ada, admin\)/);
  assert.equal(statSync(kit).mode & 0o777, 0o600);
  assert.match(readFileSync(kit, 'utf8'), /^AGE-SECRET-KEY-/m);
  const me = await ada.json<WhoAmIReply>('whoami');
  assert.equal(me.email, 'ada@example.org');
  assert.equal(me.kitConfirmed, true);
});

test('the session lies in a file that only its owner can read, in a folder that only its owner can enter', () => {
  const folder = join(ada.configFolder, 'holdfast');
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'session.json')).mode & 0o777, 0o600);
});

test('a kit file that is there already is not overwritten, and no account is made', async () => {
  await using eve = await cliPerson();
  const kit = eve.path('kit.txt');
  writeFileSync(kit, 'precious');
  const ran = await signUp(eve, 'eve@example.org', '--kit', kit);
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /output_file_exists/);
  assert.equal(readFileSync(kit, 'utf8'), 'precious');
  assert.equal((await signUp(eve, 'eve@example.org', '--kit', eve.path('kit2.txt'))).exitCode, 0);
});

test('a sign-up that the server refuses leaves no kit file and no session', async () => {
  await using bob = await cliPerson();
  const ran = await signUp(bob, 'ada@example.org', '--kit', bob.path('kit.txt'));
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /email_taken/);
  assert.equal(existsSync(bob.path('kit.txt')), false);
  assert.equal((await bob.run('whoami')).exitCode, 3);
});

test('without --kit and without a terminal the kit is printed once and stays unconfirmed', async () => {
  await using bob = await cliPerson();
  const ran = await signUp(bob, 'bob@example.org');
  assert.equal(ran.exitCode, 0, ran.stderr);
  assert.match(ran.stderr, /^AGE-SECRET-KEY-/m);
  assert.doesNotMatch(ran.stdout, /AGE-SECRET-KEY/);
  assert.equal((await bob.json<WhoAmIReply>('whoami')).kitConfirmed, false);
});

test('a wrong password is told in three parts and a code, and repeats no secret', async () => {
  const wrong = ada.path('wrong');
  writeFileSync(wrong, 'not the password at all\n');
  const ran = await ada.run('login', server.url, '--email', 'ada@example.org', '--password-file', wrong);
  assert.equal(ran.exitCode, 3);
  assert.equal(ran.stdout, '');
  assert.match(ran.stderr, /E-mail and password do not match/);
  assert.match(ran.stderr, /recovery kit/);
  assert.match(ran.stderr, /\nlogin_failed\n$/);
  assert.doesNotMatch(ran.stderr, /not the password/);
});

test('with --json a problem is one JSON object on stderr and stdout stays empty', async () => {
  const wrong = ada.path('wrong');
  const ran = await ada.run('login', server.url, '--email', 'ada@example.org', '--password-file', wrong, '--json');
  assert.equal(ran.stdout, '');
  const problem = JSON.parse(ran.stderr) as Record<string, unknown>;
  assert.equal(problem['code'], 'login_failed');
  assert.equal(problem['status'], 401);
  assert.equal(typeof problem['remedy'], 'string');
});

test('a password comes from standard input', async () => {
  const args = ['login', server.url, '--email', 'ada@example.org', '--password-file', '-'];
  assert.equal((await ada.runWith({ input: `${ada.password}\n` }, ...args)).exitCode, 0);
  const empty = await ada.runWith({ input: '' }, ...args);
  assert.equal(empty.exitCode, 2);
  assert.match(empty.stderr, /secret_file_unusable/);
});

test('without a terminal a missing password is wrong usage and not a hang', async () => {
  const ran = await ada.run('login', server.url, '--email', 'ada@example.org');
  assert.equal(ran.exitCode, 2);
  assert.match(ran.stderr, /--password-file/);
});

test('passwords never go over plain HTTP to another computer', async () => {
  const args = ['login', 'http://files.example.org', '--email', 'a@example.org', '--password-file', ada.passwordFile];
  const ran = await ada.run(...args);
  assert.equal(ran.exitCode, 2);
  assert.match(ran.stderr, /plain_http_refused/);
  const byFlag = await ada.run('whoami', '--server', 'http://192.0.2.7:8080');
  assert.match(byFlag.stderr, /plain_http_refused/);
  const byEnvironment = await ada.runWith({ env: { HOLDFAST_URL: 'http://192.0.2.7:8080' } }, 'ls');
  assert.match(byEnvironment.stderr, /plain_http_refused/);
});

test('a server that is not there is told as such', async () => {
  const ran = await ada.run(
    'login',
    'http://127.0.0.1:9',
    '--email',
    'a@example.org',
    '--password-file',
    ada.passwordFile,
  );
  assert.equal(ran.exitCode, 3);
  assert.match(ran.stderr, /nothing listens at that address/);
  assert.match(ran.stderr, /server_unreachable/);
});

test('sessions are listed, one is ended by the end of its id, and logout ends this one on the server', async () => {
  await using phone = await cliPerson();
  await phone.run('login', server.url, '--email', 'ada@example.org', '--password-file', phone.passwordFile);
  const { sessions } = await phone.json<SessionsReply>('account', 'sessions');
  const own = sessions.find(({ current }) => current);
  assert.ok(own);
  const ended = await ada.run('account', 'revoke', own.sessionId.slice(-8));
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.match((await phone.run('whoami')).stderr, /session_invalid/);
  assert.equal((await phone.run('logout')).exitCode, 0);
  assert.match((await phone.run('whoami')).stderr, /login_required/);
});

test('a new password takes the place of the old one, and the kit sets another', async () => {
  const [next, third] = [ada.path('next'), ada.path('third')];
  writeFileSync(next, 'eleven loud magpies at noon\n');
  writeFileSync(third, 'three slow otters at dawn\n');
  const changed = await ada.run(
    'account',
    'password',
    '--password-file',
    ada.passwordFile,
    '--new-password-file',
    next,
  );
  assert.equal(changed.exitCode, 0, changed.stderr);
  const login = async (file: string): Promise<number | null> =>
    (await ada.run('login', server.url, '--email', 'ada@example.org', '--password-file', file)).exitCode;
  assert.equal(await login(ada.passwordFile), 3);
  assert.equal(await login(next), 0);
  const kit = ['--recovery-key-file', ada.path('kit.txt'), '--new-password-file', third];
  const recovered = await ada.run('account', 'recover', server.url, '--email', 'ada@example.org', ...kit);
  assert.equal(recovered.exitCode, 0, recovered.stderr);
  assert.equal(await login(next), 3);
  assert.equal(await login(third), 0);
});

test('no secret is taken as an argument', async () => {
  for (const option of ['--password', '--setup-code', '--recovery-key', '--passphrase=x']) {
    const ran = await ada.run('login', server.url, option, 'hunter2-hunter2');
    assert.equal(ran.exitCode, 2);
    assert.doesNotMatch(ran.stderr, /hunter2/);
  }
});
