/** `holdfast bots` against a whole server. */
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { BotsReply, HistoryReply, RoomsReply } from '../../src/chat/wire.ts';
import { type CliPerson, cliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  await ada.signUp(server);
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** What stands in a file that nobody else can read. */
async function secretIn(name: string): Promise<string[]> {
  assert.equal((await stat(ada.path(name))).mode & 0o777, 0o600, name);
  return (await readFile(ada.path(name), 'utf8')).trimEnd().split('\n');
}

test('a bot gets a token and an address into files, speaks with both, is listed and removed', async () => {
  const added = await ada.run(
    ...['bots', 'add', '#general', 'Helper', '--access', 'both', '--with-token', '--out', 'helper.token'],
  );
  assert.equal(added.exitCode, 0, added.stderr);
  const [token = ''] = await secretIn('helper.token');
  assert.ok(!added.stdout.includes(token));
  assert.match(added.stdout, /helper\.token/);
  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token })).json()) as RoomsReply;
  const messages = `/api/v1/chat/rooms/${rooms[0]?.roomId}/messages`;
  assert.equal((await server.call('POST', messages, { token, json: { text: 'by the token' } })).status, 201);

  const hooked = await ada.run(
    'bots',
    'hook',
    'general',
    'helper',
    '--label',
    'disks',
    '--signed',
    '--out',
    'hook.txt',
  );
  assert.equal(hooked.exitCode, 0, hooked.stderr);
  const [, secret = ''] = await secretIn('hook.txt');
  assert.match(secret, /^whsec_/);
  const { url } = await ada.json<{ url: string }>('bots', 'hook', 'general', 'Helper');
  assert.equal(await (await fetch(url, { method: 'POST', body: '{"text":"by the address"}' })).text(), 'ok');
  const said = (await (await server.call('GET', messages, { token })).json()) as HistoryReply;
  assert.deepEqual(
    said.messages.map(({ text }) => text),
    ['by the token', 'by the address'],
  );

  const { hooks } = await ada.json<BotsReply>('bots', 'list', 'general');
  const [disks, other] = hooks;
  const listed = await ada.run('bots', 'list', 'general');
  assert.match(listed.stdout, /Helper +read and write +yes +\S+ “disks”, \S+\n/);
  assert.equal((await ada.run('bots', 'unhook', 'general', other?.hookId ?? '')).exitCode, 0);
  assert.equal((await fetch(url, { method: 'POST', body: '{"text":"x"}' })).status, 404);
  assert.deepEqual(
    (await ada.json<BotsReply>('bots', 'list', 'general')).hooks.map(({ hookId }) => hookId),
    [disks?.hookId],
  );
  assert.equal((await ada.run('bots', 'remove', 'general', 'HELPER')).stdout, 'Removed.\n');
  assert.equal((await server.call('GET', messages, { token })).status, 401);
  assert.equal((await ada.run('bots', 'list', 'general')).stdout, 'There are none.\n');
});

test('what makes no sense is refused, and leaves neither a bot nor a file', async () => {
  for (const [args, said] of [
    [['add', 'general', 'Other', '--access', 'all'], /--access is one of read, write, both/],
    [['add', 'general', 'Other', '--out', 'other.token'], /--with-token/],
    [['add', 'general', '-@-', '--with-token', '--out', 'other.token'], /./],
    [['add', 'nowhere', 'Other'], /nowhere/],
    [['hook', 'general', 'Nobody', '--out', 'other.token'], /there is no bot “Nobody”; there are none/],
    [['remove', 'general', 'Nobody'], /there is no bot “Nobody”/],
    [['unhook', 'general', '../bots'], /./],
  ] as const) {
    const { exitCode, stdout, stderr } = await ada.run('bots', ...args);
    assert.notEqual(exitCode, 0, args.join(' '));
    assert.equal(stdout, '', args.join(' '));
    assert.match(stderr, said, args.join(' '));
  }
  await assert.rejects(stat(ada.path('other.token')), { code: 'ENOENT' });
  assert.deepEqual(await ada.json<BotsReply>('bots', 'list', 'general'), { bots: [], hooks: [] });
});
