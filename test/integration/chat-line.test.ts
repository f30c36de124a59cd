/** The chat line of a whole server: who may speak where, what is shared with the other ways in, and what is kept. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Log } from '../../src/base/log.ts';
import { hasCode } from '../../src/base/errors.ts';
import { makeCertificates, withoutOpenssl } from '../support/channels/certificates.ts';
import { connectLine, joinLine, type LineClient, type LineTarget } from '../support/chat-line/client.ts';
import { linePort } from '../support/chat-line/line-port.ts';
import { type SignedUp, startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const environment = { HOLDFAST_CHAT_LINE_PORT: 'any', ...options.environment };
  const server = await startServer({ ...options, environment });
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

async function joined(t: TestContext, target: LineTarget, name: string): Promise<LineClient> {
  const client = await joinLine(target, name);
  t.after(() => client[Symbol.asyncDispose]());
  return client;
}

/** Ids are for taking it back. */
async function appPassword(
  server: StartedServer,
  { token, password }: SignedUp,
  scope = 'chat',
): Promise<{ readonly id: string; readonly text: string }> {
  const json = { label: 'line', scope, password };
  const response = await server.call('POST', '/api/v1/account/app-passwords', { token, json });
  assert.equal(response.status, 201);
  const made = (await response.json()) as { appPasswordId: string; appPassword: string };
  return { id: made.appPasswordId, text: made.appPassword };
}

type Message = { readonly text: string; readonly author: { readonly handle: string; readonly visitor: boolean } };

/** The room that the line speaks into, by HTTP. */
async function roomNamed(server: StartedServer, token: string, name = 'general') {
  const listed = await server.call('GET', '/api/v1/chat/rooms', { token });
  const { rooms } = (await listed.json()) as { rooms: { roomId: string; name: string }[] };
  const id = rooms.find((room) => room.name === name)?.roomId ?? '';
  const at = `/api/v1/chat/rooms/${id}/messages`;
  return {
    id,
    async messages(): Promise<Message[]> {
      return ((await (await server.call('GET', at, { token })).json()) as { messages: Message[] }).messages;
    },
    async say(text: string): Promise<void> {
      assert.equal((await server.call('POST', at, { token, json: { text } })).status, 201);
    },
  };
}

/** A connection that was asked for a name, and gave this one. */
async function asked(t: TestContext, target: LineTarget, name: string): Promise<LineClient> {
  const client = await connectLine(target);
  t.after(() => client[Symbol.asyncDispose]());
  await client.hears('NICKNAME');
  client.say(name);
  return client;
}

test('a message that is edited comes again on the line, marked', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const room = await roomNamed(server, ada.token);
  const lo = await joined(t, { port: linePort(server) }, 'LO');
  await room.say('at thre');
  await lo.hears('ada: at thre\n');
  const at = `/api/v1/chat/rooms/${room.id}/messages/1`;
  await server.call('POST', at, { token: ada.token, json: { text: 'at three' } });
  await lo.hears('ada: at three (edited)\n');
  await server.call('POST', `${at}/reactions`, { token: ada.token, json: { reaction: '👍', on: true } });
  await room.say('later');
  await lo.hears('ada: later\n');

  // What the rules of the room blur is told without its words, and where to see it; its author is told why.
  const filter = { mode: 'blur', lists: [], words: ['gadget'], allowed: [] };
  const rules = `/api/v1/chat/rooms/${room.id}/rules`;
  await server.call('POST', rules, { token: ada.token, json: { filter, reason: 'Ads' } });
  lo.say('buy this gadget');
  await lo.hears('LO: (blurred');
  await room.say('much later');
  await lo.hears('ada: much later\n');
  assert.match(lo.heard(), /\nLO: \(blurred by the rules of the room, for 1 word: \S+\/at\/\d+ shows it\)\n/);
  assert.match(lo.heard(), /\nIt was sent as it is\. By the rules of this room these words are shown blurred/);
  assert.doesNotMatch(lo.heard(), /gadget/);
});

test('the line and the other ways in share #general, whose history keeps who said what', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const room = await roomNamed(server, ada.token);
  const port = linePort(server);
  const lo = await joined(t, { port }, 'LO');
  lo.say('LO: hiii');
  await lo.hears('LO: hiii\n');
  await room.say('from the web\nER: forged');
  await lo.hears('ada: from the web\nada: ER: forged\n');
  const { text } = await appPassword(server, ada);
  const mute = await server.signUp({ name: 'Mute' });
  const choices = { ignored: [mute.accountId], keywords: [] };
  await server.call('POST', '/api/v1/chat/preferences', { token: ada.token, json: choices });
  const line = await asked(t, { port }, 'Ada');
  await line.hears('App password of Ada?\n');
  line.say(`Ada: ${text}`);
  await line.hears('ada joined!\nConnected to server!\n');
  const ignored = await roomNamed(server, mute.token);
  await ignored.say('not for ada');
  await lo.hears('mute: not for ada\n');
  line.say('Ada: hello');
  await lo.hears('ada: hello\n');
  assert.equal(await line.hears('ada: hello\n'), '', 'who is ignored by the account is not heard by it');
  lo.say('@ada only for you');
  await line.hears('LO: @ada only for you\n');
  line.say('@LO and for you');
  await lo.hears('ada: @LO and for you\n');
  // From account to account, whether on the line or not, it is a message of the conversation of the two.
  const grace = await server.signUp({ name: 'Grace' });
  const away = await asked(t, { port }, 'grace');
  away.say((await appPassword(server, grace)).text);
  await away.hears('Connected to server!\n');
  line.say('@Grace between us');
  await away.hears('ada: @Grace between us\n');
  await away[Symbol.asyncDispose]();
  await line.hears('grace left!\n');
  line.say('@grace when you are back');
  line.say('bye');
  await lo.hears('ada: bye\n');
  const direct = await roomNamed(server, grace.token, '');
  assert.deepEqual(
    (await direct.messages()).map((message) => [message.author.handle, message.text]),
    [
      ['ada', 'between us'],
      ['ada', 'when you are back'],
    ],
  );
  assert.deepEqual(
    (await room.messages()).map((message) => [message.author.handle, message.author.visitor, message.text]),
    [
      ['LO', true, 'hiii'],
      ['ada', false, 'from the web\nER: forged'],
      ['mute', false, 'not for ada'],
      ['ada', false, 'hello'],
      ['ada', false, 'bye'],
    ],
    'neither private lines, nor joins and leaves, nor what logs in',
  );
});

test('the name of an account takes an app password of it with the scope chat, and no other', async (t) => {
  const server = await started(t);
  const [ada, bo] = [await server.signUp({ name: 'Ada' }), await server.signUp({ name: 'Bo' })];
  const wrong = [await appPassword(server, ada, 'files'), await appPassword(server, bo)];
  const client = await asked(t, { port: linePort(server) }, 'ada');
  for (const { text } of wrong) {
    await client.hears('App password of ada?\n');
    client.say(text);
    await client.hears('Not an app password of this account for chat\nNICKNAME');
    client.say('ada');
  }
  await client.hears('App password of ada?\n');
  client.say((await appPassword(server, ada)).text);
  await client.hears('Connected to server!\n');
  // Of the same form, and not one that visitors may have: it speaks for the product.
  const system = await asked(t, { port: linePort(server) }, 'Holdfast');
  await system.hears('Name in use\n');
});

test('whose app password is taken back is out at once', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const { id, text } = await appPassword(server, ada);
  const lo = await joined(t, { port: linePort(server) }, 'LO');
  const client = await asked(t, { port: linePort(server) }, 'ada');
  client.say(text);
  await lo.hears('ada joined!\n');
  const revoked = await server.call('DELETE', `/api/v1/account/app-passwords/${id}`, { token: ada.token });
  assert.equal(revoked.status, 204);
  await client.ended;
  assert.match(client.heard(), /Your app password is not good here any more\n$/);
  await lo.hears('ada left!\n');
});

test('a message that cannot be kept is told to its sender and to nobody else', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const port = linePort(server);
  const [er, lo] = [await joined(t, { port }, 'ER'), await joined(t, { port }, 'LO')];
  const listed = await server.call('GET', '/api/v1/chat/rooms', { token: ada.token });
  const { rooms } = (await listed.json()) as { rooms: { roomId: string }[] };
  const change = (archived: boolean) =>
    server.call('POST', `/api/v1/chat/rooms/${rooms[0]?.roomId}`, { token: ada.token, json: { archived } });
  assert.equal((await change(true)).status, 200);
  lo.say('too late');
  await lo.hears('Not sent: This room is archived: it can be read and not written\n');
  assert.equal((await change(false)).status, 200);
  lo.say('again');
  assert.equal(await er.hears('LO: again\n'), 'LO joined!\n');
});

test('a room that was made private is heard on the line no more', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const room = await roomNamed(server, ada.token);
  const lo = await joined(t, { port: linePort(server) }, 'LO');
  await room.say('for everybody');
  await lo.hears('ada: for everybody\n');
  const at = `/api/v1/chat/rooms/${room.id}`;
  const member = await server.call('POST', `${at}/members`, {
    token: ada.token,
    json: { handle: 'ada', role: 'owner' },
  });
  assert.equal(member.status, 204);
  const change = (kind: string) => server.call('POST', at, { token: ada.token, json: { kind } });
  assert.equal((await change('private')).status, 200);
  await room.say('for members');
  lo.say('and I');
  assert.equal(await lo.hears('Not sent: There is no such room for you\n'), '');
  assert.equal((await change('public')).status, 200);
  await room.say('for everybody again');
  assert.equal(await lo.hears('ada: for everybody again\n'), '');
});

test('a guest who may not enter the room may not enter it by the line', async (t) => {
  const server = await started(t);
  const ada = await server.signUp({ name: 'Ada' });
  const invited = await server.call('POST', '/api/v1/invites', { token: ada.token, json: { role: 'guest' } });
  const { invitation } = (await invited.json()) as { invitation: string };
  const gil = await server.signUp({ name: 'Gil', invitation });
  const { text } = await appPassword(server, gil);
  const client = await asked(t, { port: linePort(server) }, 'gil');
  await client.hears('App password of gil?\n');
  client.say(text);
  await client.hears('This account may not enter the room\nNICKNAME');
});

test('it speaks into the room of the setting; where there is none, it is off and says so', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'holdfast-line-'));
  t.after(() => rm(data, { recursive: true, force: true }));
  const environment = { HOLDFAST_CHAT_LINE_ROOM: '#Lobby' };
  let token = '';
  {
    await using server = await startServer({ data, environment: { ...environment, HOLDFAST_CHAT_LINE_PORT: 'any' } });
    assert.deepEqual(server.workspace.chatLine, []);
    assert.match(server.workspace.warnings.join(), /there is no public room #Lobby \(HOLDFAST_CHAT_LINE_ROOM\)/);
    ({ token } = await server.signUp());
    const json = { name: 'lobby', kind: 'public' };
    assert.equal((await server.call('POST', '/api/v1/chat/rooms', { token, json })).status, 201);
  }
  const server = await started(t, { data, environment });
  const lo = await joined(t, { port: linePort(server) }, 'LO');
  lo.say('in the lobby');
  await lo.hears('LO: in the lobby\n');
  const room = await roomNamed(server, token, 'lobby');
  assert.deepEqual(
    (await room.messages()).map((message) => message.text),
    ['in the lobby'],
  );
});

test(
  'off loopback it is spoken over TLS, by accounts; visitors where the setting lets them',
  { skip: withoutOpenssl },
  async (t) => {
    using certificates = makeCertificates();
    const flags = { tlsCert: certificates.certFile, tlsKey: certificates.keyFile };
    const ca = Buffer.from(certificates.ca);
    const environment = { HOLDFAST_CHAT_LINE_HOST: '0.0.0.0' };
    const server = await started(t, { flags, environment });
    assert.match(server.workspace.chatLine.join(), /^openssl s_client -quiet -connect [^,]+:[0-9]+$/);
    assert.doesNotMatch(server.workspace.chatLine.join(), /0\.0\.0\.0/);
    const target = { port: linePort(server), ca };
    const stranger = await asked(t, target, 'LO');
    await stranger.hears('Only people with an account may speak here\n');
    const ada = await server.workspace.accounts.signUp({
      ...{ name: 'Ada', email: 'ada@example.org', password: 'three unlikely words', device: 'test' },
      ...{ setupCode: server.workspace.setupCode ?? '', signUpOpen: true },
    });
    assert.ok(ada);
    const client = await asked(t, target, 'ada');
    await client.hears('App password of ada?\n');
    // In clear nothing is said there, and nothing is heard.
    const plain = await connectLine({ port: target.port });
    plain.say('LO');
    await plain.ended;
    assert.equal(plain.heard(), '');

    const open = await started(t, { flags, environment: { ...environment, HOLDFAST_CHAT_LINE_VISITORS: 'anywhere' } });
    await joined(t, { port: linePort(open), ca }, 'LO');
  },
);

test('in clear off loopback visitors may speak where the setting lets them, and no account is asked for a secret', async (t) => {
  const environment = { HOLDFAST_CHAT_LINE_HOST: '0.0.0.0', HOLDFAST_CHAT_LINE_VISITORS: 'anywhere' };
  const server = await started(t, { environment });
  await server.signUp({ name: 'Ada' });
  assert.match(server.workspace.chatLine.join(), /^nc \S+ [0-9]+$/);
  const target = { port: linePort(server) };
  await joined(t, target, 'LO');
  const ada = await asked(t, target, 'ada');
  await ada.hears('This name belongs to an account, which can be used over TLS alone\n');
});

test('nobody may speak without an account where the setting says so, and 0 is off', async (t) => {
  const strict = await started(t, { environment: { HOLDFAST_CHAT_LINE_VISITORS: 'nobody' } });
  const client = await asked(t, { port: linePort(strict) }, 'LO');
  await client.hears('Only people with an account may speak here\n');
  const off = await started(t, { environment: { HOLDFAST_CHAT_LINE_PORT: '0' } });
  assert.deepEqual([off.workspace.chatLine, off.workspace.warnings], [[], []]);
});

test('a taken port stops the start when it was asked for', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  await assert.rejects(startServer({ environment: { HOLDFAST_CHAT_LINE_PORT: String(port) } }), (error) => {
    assert.ok(hasCode(error, 'port_taken'));
    return error.remedy.includes(`HOLDFAST_CHAT_LINE_PORT=${port + 1}, or 0 for none`);
  });
});

test('names and words stand in no log, and in no file of the server', async (t) => {
  const logged: string[] = [];
  const write = (fields: object, message: string): void => void logged.push(`${JSON.stringify(fields)} ${message}`);
  const log: Log = { info: write, warn: write, error: write, debug: write };
  const server = await started(t, { log });
  const ada = await server.signUp({ name: 'Ada' });
  const { text } = await appPassword(server, ada);
  const port = linePort(server);
  const lo = await joined(t, { port }, 'Zanzibar');
  const client = await asked(t, { port }, 'ada');
  client.say(text);
  client.say('a quixotic public line');
  await lo.hears('ada: a quixotic public line\n');
  lo.say('@ada a quixotic private line');
  lo.say('@nobody a quixotic lost line');
  lo.say('quixotic '.repeat(2000));
  await lo.hears('Message too long\n');
  lo.socket.resetAndDestroy();
  await client.hears('Zanzibar left!\n');
  await server.stop();
  // Only words that random bytes do not make by chance: four letters are soon among the base64 of a data folder.
  const told = new RegExp(`quixotic|zanzibar|${text.slice('hfa_'.length).split('.').join('|')}`, 'i');
  assert.doesNotMatch(logged.join('\n'), told);
  const files = await readdir(server.data, { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  );
  assert.ok(contents.length > 3);
  assert.doesNotMatch(contents.join('\n'), told);
});
