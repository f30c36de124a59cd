/** `holdfast moderate` and outgoing webhooks on the command line, against a whole server. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { ActsReply, ReportsReply, RulesView } from '../../src/chat/moderation/wire.ts';
import type { OutgoingReply } from '../../src/chat/outgoing/wire.ts';
import type { RoomsReply, SentReply } from '../../src/chat/wire.ts';
import { type CliPerson, cliPerson } from '../support/clients/cli-person.ts';
import { startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: CliPerson;
/** Grace, over HTTP. */
let grace: { readonly token: string; readonly handle: string };
let messages: string;

before(async () => {
  server = await startServer();
  ada = await cliPerson();
  await ada.signUp(server);
  const { token } = await server.signUp({ name: 'Grace Hopper', email: 'grace@example.org' });
  const account = (await (await server.call('GET', '/api/v1/account', { token })).json()) as { handle: string };
  grace = { token, handle: account.handle };
  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token })).json()) as RoomsReply;
  messages = `/api/v1/chat/rooms/${rooms[0]?.roomId}/messages`;
});
after(async () => {
  await ada[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const say = async (text: string) => await server.call('POST', messages, { token: grace.token, json: { text } });
async function done(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await ada.run('moderate', ...args);
  assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

test('a report is read and closed, and its message hidden and restored', async () => {
  const { sequence } = (await (await say('Something \u001b[31mthat hurts')).json()) as SentReply;
  const report = { reason: 'It hurts' };
  await server.call('POST', `${messages}/${sequence}/report`, { token: grace.token, json: report });
  const listed = await done('reports', 'general');
  assert.match(listed, new RegExp(`message ${sequence} of ${grace.handle} in #general, reported by ${grace.handle}`));
  assert.match(listed, /why: It hurts/);
  assert.ok(!listed.includes('\u001b[31m'), 'what somebody wrote moves no cursor');
  const { reports } = await ada.json<ReportsReply>('moderate', 'reports', '#general');
  const reportId = reports[0]?.reportId ?? '';

  assert.equal(await done('hide', 'general', String(sequence), '--reason', 'Not here'), 'The message is hidden.\n');
  const seen = (await (await server.call('GET', `${messages}/${sequence}`, { token: grace.token })).json()) as {
    state: string;
  };
  assert.equal(seen.state, 'hidden');
  await done('restore', 'general', `#${sequence}`, '--reason', 'A quotation');
  await done('resolve', 'general', reportId, '--outcome', 'dismissed', '--note', 'Fine');
  assert.equal(await done('reports', 'general'), 'There are none.\n');
  assert.match(await done('reports', 'general', '--all'), /dismissed by .+: Fine/);
  assert.equal(await done('reports'), 'There are none.\n', 'to the admins');
});

test('somebody is muted, banned and kicked for a time, and let in again', async () => {
  assert.match(await done('mute', 'general', `@${grace.handle}`, '--for', '2h', '--reason', 'A break'), /muted for 2h/);
  assert.equal((await say('but')).status, 403);
  const rules = await ada.json<RulesView>('moderate', 'rules', 'general');
  const [restriction] = rules.restrictions;
  const minutes = (Date.parse(restriction?.untilTime ?? '') - Date.parse(restriction?.time ?? '')) / 60_000;
  assert.equal(minutes, 120);
  assert.equal(await done('lift', 'general', grace.handle, '--reason', 'We talked'), 'Lifted: mute.\n');
  assert.equal((await say('thanks')).status, 201);
  await done('ban', 'general', grace.handle, '--for', '1d', '--reason', 'Threats');
  assert.equal((await server.call('GET', messages, { token: grace.token })).status, 403);
  const { restrictions } = await ada.json<RulesView>('moderate', 'rules', 'general');
  await done('lift', 'general', restrictions[0]?.restrictionId ?? '', '--reason', 'A mistake');
  await done('kick', 'general', grace.handle, '--reason', 'Off topic');
  const { acts } = await ada.json<ActsReply>('moderate', 'log', 'general', '--limit', '5');
  assert.deepEqual(
    acts.map(({ what, reason }) => [what, reason]),
    [
      ['kicked', 'Off topic'],
      ['lifted', 'A mistake'],
      ['banned', 'Threats'],
      ['lifted', 'We talked'],
      ['muted', 'A break'],
    ],
  );
  assert.match(await done('log', 'general'), /Threats/);
});

test('the filter is tried, set and kept where nothing else is said', async () => {
  const words = ['--word', 'gadget', '--word', 'cheap offer'];
  assert.equal(await done('filter', 'general', ...words, '--try', 'A GADGET'), 'Found: GADGET\n');
  assert.match(await done('rules', 'general'), /The filter is off/);
  await done('filter', 'general', '--mode', 'blur', ...words, '--reason', 'Ads');
  await done('filter', 'general', '--allow', 'fine gadget', '--slow', '30', '--reason', 'Heated');
  const { filter, slowSeconds } = await ada.json<RulesView>('moderate', 'rules', 'general');
  assert.deepEqual(filter, { mode: 'blur', lists: [], words: ['gadget', 'cheap offer'], allowed: ['fine gadget'] });
  assert.equal(slowSeconds, 30);
  const sent = await ada.runWith({ input: 'a gadget for everybody\n' }, 'chat', 'general');
  assert.match(sent.stderr, /^Message \d+: It was sent as it is\. By the rules of this room/);
  const last = async (...more: string[]) => (await ada.run('chat', 'general', '--history', '1', ...more)).stdout;
  assert.match(await last(), /: \(blurred by the rules of this room, for 1 word: --blurred shows it\)\n$/);
  assert.match(await last('--blurred'), /: a gadget for everybody\n$/);
  assert.equal(await done('filter', 'general', '--try', 'a fine gadget'), 'Nothing is found in it.\n');
  assert.match(await done('filter', 'general', '--mode', 'off', '--slow', 'off', '--reason', 'Calm'), /filter is off/);
});

test('what makes no sense is refused before anything happens', async () => {
  for (const [args, said] of [
    [['hide', 'general', 'x', '--reason', 'r'], /a message is named by its number/],
    [['hide', 'general', '1'], /--reason is missing/],
    [['mute', 'general', 'grace', '--for', '3y', '--reason', 'r'], /--for takes a time/],
    [['lift', 'general', 'nobody', '--reason', 'r'], /nothing is in force for “nobody”/],
    [['filter', 'general', '--reason', 'r'], /nothing to change/],
    [['filter', 'general', '--mode', 'ban', '--reason', 'r'], /--mode is one of off, log, blur/],
    [['filter', 'general', '--list', 'slurs', '--reason', 'r'], /abuse, profanity/],
    [['resolve', 'general', 'r', '--outcome', 'x', '--note', 'n'], /--outcome is one of acted, dismissed/],
    [['rules', 'nowhere'], /nowhere/],
  ] as const) {
    const { exitCode, stdout, stderr } = await ada.run('moderate', ...args);
    assert.notEqual(exitCode, 0, args.join(' '));
    assert.equal(stdout, '', args.join(' '));
    assert.match(stderr, said, args.join(' '));
  }
});

test('an outgoing webhook is added from a file, listed by its host, and removed; a token is renewed', async () => {
  await ada.run('bots', 'add', 'general', 'Helper', '--access', 'both', '--with-token', '--out', 'helper.token');
  await ada.run('bots', 'add', 'general', 'Speaker');
  await writeFile(ada.path('url.txt'), 'https://hooks.example.org/secret-part\n');
  const url = ['--url-file', 'url.txt'];
  const refused = await ada.run('bots', 'tell', 'general', 'Speaker', ...url);
  assert.match(refused.stderr, /may write and not read/);
  const told = await ada.run(
    'bots',
    'tell',
    'general',
    'helper',
    ...url,
    '--trigger',
    '!deploy',
    '--out',
    'secret.txt',
  );
  assert.equal(told.exitCode, 0, told.stderr);
  assert.equal((await stat(ada.path('secret.txt'))).mode & 0o777, 0o600);
  assert.match(await readFile(ada.path('secret.txt'), 'utf8'), /^whsec_\S+\n$/);
  const listed = await ada.run('bots', 'outgoing', 'general');
  assert.match(listed.stdout, /hooks\.example\.org +!deploy +nothing failed/);
  assert.ok(!listed.stdout.includes('secret-part'));
  const { hooks } = await ada.json<OutgoingReply>('bots', 'outgoing', 'general');
  const hookId = hooks[0]?.hookId ?? '';
  assert.equal((await ada.run('bots', 'enable', 'general', hookId)).exitCode, 0);
  assert.equal((await ada.run('bots', 'untell', 'general', hookId)).stdout, 'Removed.\n');
  assert.equal((await ada.run('bots', 'outgoing', 'general')).stdout, 'There are none.\n');

  const before = (await readFile(ada.path('helper.token'), 'utf8')).trim();
  const { token } = await ada.json<{ token: string }>('bots', 'token', 'general', 'Helper');
  assert.equal((await server.call('GET', messages, { token: before })).status, 401);
  assert.equal((await server.call('GET', messages, { token })).status, 200);
});
