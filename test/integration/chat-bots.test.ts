/** Bots on a whole server: their token over HTTP and the live connection, and webhooks by their address. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Log } from '../../src/base/log.ts';
import type {
  HistoryReply,
  LiveNews,
  MadeBotReply,
  MadeHookReply,
  MembersReply,
  RoomsReply,
} from '../../src/chat/wire.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { type SignedUp, startServer, type StartedServer } from '../support/servers/start-server.ts';

const lines: string[] = [];
const write = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
const log: Log = { info: write, warn: write, error: write, debug: write };

let server: StartedServer;
let ada: SignedUp;
let room = '';
let bot: MadeBotReply;

before(async () => {
  server = await startServer({ log });
  ada = await server.signUp({ name: 'Ada' });
  const { rooms } = await asked<RoomsReply>(ada.token, 'GET', '/chat/rooms');
  room = `/chat/rooms/${rooms[0]?.roomId}`;
  bot = await asked(ada.token, 'POST', `${room}/bots`, { name: 'Helper', access: 'both', token: true });
});
after(() => server[Symbol.asyncDispose]());

async function asked<Reply>(token: string, method: string, path: string, json?: unknown): Promise<Reply> {
  const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return (response.status === 204 ? null : await response.json()) as Reply;
}

test('a bot reads and writes with its token, and nothing but chat is open to it', async () => {
  const token = bot.token ?? '';
  await asked(token, 'POST', `${room}/messages`, { text: 'hello' });
  const { messages } = await asked<HistoryReply>(token, 'GET', `${room}/messages`);
  assert.equal(messages.at(-1)?.author.bot, bot.bot.botId);
  const { members } = await asked<MembersReply>(ada.token, 'GET', `${room}/members`);
  assert.deepEqual(
    members.map(({ handle }) => handle),
    ['Helper'],
  );
  for (const [method, path] of [
    ['GET', '/drives'],
    ['GET', '/account'],
    ['GET', '/chat/preferences'],
    ['GET', '/chat/search?query=hello'],
    ['POST', '/chat/rooms'],
    ['POST', `${room}/restrictions`],
    ['GET', '/doctor'],
  ] as const) {
    const { status } = await server.call(method, `/api/v1${path}`, { token });
    assert.equal(status, 403, `${method} ${path}`);
  }
  const { status } = await server.call('GET', '/api/v1/chat/rooms', { token: `${token.slice(0, -1)}!` });
  assert.equal(status, 401);
  const cookie = await server.call('GET', '/api/v1/chat/rooms', {
    headers: { cookie: `holdfast_session=${token}; __Host-holdfast_session=${token}` },
  });
  assert.equal(cookie.status, 401);
});

test('a bot hears the room over the live connection, until it has another token', async () => {
  const reader = await asked<MadeBotReply>(ada.token, 'POST', `${room}/bots`, {
    name: 'Reader',
    access: 'read',
    token: true,
  });
  const token = reader.token ?? '';
  const said = await server.call('POST', `/api/v1${room}/messages`, { token, json: { text: 'x' } });
  assert.equal(said.status, 403, 'one that reads does not write');
  await using live = await connectLive(server.url, { authorization: `Bearer ${token}` });
  live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId: room.slice('/chat/rooms/'.length) }] }));
  const isNews = (kind: LiveNews['kind']) => (frame: { type: string; news?: unknown }) =>
    frame.type === 'chat' && (frame.news as LiveNews[]).some((news) => news.kind === kind);
  await live.next(isNews('subscribed'));
  await asked(ada.token, 'POST', `${room}/messages`, { text: 'listen' });
  await live.next(isNews('event'));
  await asked(ada.token, 'POST', `${room}/bots/${reader.bot.botId}/token`);
  await asked(ada.token, 'DELETE', `${room}/bots/${reader.bot.botId}`);
  await live.next(isNews('closed'));
});

test('a webhook takes what Slack takes and answers as Slack does; its address is in no log', async () => {
  const hook = await asked<MadeHookReply>(ada.token, 'POST', `${room}/bots/${bot.bot.botId}/hooks`, { label: 'disks' });
  const answer = await server.call('POST', hook.path, { json: { text: 'Disk *full*: <https://example.org|look>' } });
  assert.deepEqual(
    [answer.status, answer.headers.get('content-type'), await answer.text()],
    [200, 'text/plain; charset=utf-8', 'ok'],
  );
  const form = await server.call('POST', hook.path, {
    body: new URLSearchParams({ payload: JSON.stringify({ text: 'by form' }) }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(await form.text(), 'ok');
  const { messages } = await asked<HistoryReply>(ada.token, 'GET', `${room}/messages`);
  assert.deepEqual(
    messages.slice(-2).map(({ text }) => text),
    ['Disk **full**: [look](https://example.org)', 'by form'],
  );

  const refusals = await Promise.all([
    server.call('POST', hook.path, { body: 'no JSON', headers: { 'content-type': 'application/json' } }),
    server.call('POST', `${hook.path.slice(0, -1)}!`, { json: { text: 'x' } }),
    server.call('GET', hook.path),
    server.call('POST', hook.path, { json: { text: 'x'.repeat(300_000) } }),
    server.call('POST', `${hook.path}/more`, { json: {} }),
  ]);
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [422, 404, 405, 413, 404],
  );
  const token = hook.path.split('/').at(-1) ?? '';
  assert.match(token, /^hfw_/);
  assert.ok(lines.some((line) => line.includes('/hooks/chat/:token')));
  for (const secret of [token, bot.token ?? '?']) assert.ok(!lines.some((line) => line.includes(secret)));
  for (const refusal of refusals) assert.ok(!(await refusal.text()).includes(token.slice(4, 30)));
});
