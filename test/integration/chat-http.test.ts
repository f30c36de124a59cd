/** Rooms and messages over HTTP, on a whole server. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { HistoryReply, MessageView, RoomsReply, RoomView } from '../../src/chat/wire.ts';
import { type SignedUp, startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const server = await startServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

async function asked<Reply>(
  server: StartedServer,
  { token }: SignedUp,
  method: string,
  path: string,
  json?: unknown,
): Promise<Reply> {
  const response = await server.call(method, `/api/v1/chat${path}`, { token, ...(json === undefined ? {} : { json }) });
  assert.ok(response.ok, `${method} ${path} answered ${response.status}`);
  return (response.status === 204 ? null : await response.json()) as Reply;
}

async function refusal(server: StartedServer, { token }: SignedUp, method: string, path: string, json?: unknown) {
  const response = await server.call(method, `/api/v1/chat${path}`, { token, ...(json === undefined ? {} : { json }) });
  return [response.status, ((await response.json()) as { code: string }).code];
}

test('a room is made, filled, read page by page, and there again after a restart', async (t) => {
  const first = await startServer();
  const ada = await first.signUp();
  const { rooms } = await asked<RoomsReply>(first, ada, 'GET', '/rooms');
  assert.deepEqual(
    rooms.map(({ name, role, member }) => [name, role, member]),
    [['general', 'owner', false]],
  );
  const room = await asked<RoomView>(first, ada, 'POST', '/rooms', {
    name: 'plans',
    kind: 'private',
    topic: 'What next',
  });
  const path = `/rooms/${room.roomId}`;
  for (const text of ['one', 'two', 'three']) await asked(first, ada, 'POST', `${path}/messages`, { text });
  await first.stop();

  const again = await started(t, { data: first.data });
  const page = await asked<HistoryReply>(again, ada, 'GET', `${path}/messages?limit=2`);
  assert.deepEqual(
    page.messages.map(({ text }) => text),
    ['two', 'three'],
  );
  const earlier = await asked<HistoryReply>(again, ada, 'GET', `${path}/messages?before=${page.earlier}`);
  assert.deepEqual(
    earlier.messages.map(({ text, sequence }) => [text, sequence]),
    [['one', 1]],
  );
  assert.deepEqual([earlier.earlier, earlier.later], [null, 1]);
  assert.equal((await asked<RoomView>(again, ada, 'GET', path)).topic, 'What next');
  assert.equal(page.position.epoch, room.position.epoch);
});

test('sending again with the same id answers the same message', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const [general] = (await asked<RoomsReply>(server, ada, 'GET', '/rooms')).rooms;
  const path = `/rooms/${general?.roomId}/messages`;
  const message = { text: 'hello', messageId: '0199f3a0-0000-7000-8000-000000000001' };
  const one = await asked<MessageView>(server, ada, 'POST', path, message);
  assert.deepEqual(await asked<MessageView>(server, ada, 'POST', path, message), one);
  assert.deepEqual(one.author.accountId, ada.accountId);
  assert.deepEqual(await asked<MessageView>(server, ada, 'GET', `${path}/${one.sequence}`), one);
  assert.deepEqual(await refusal(server, ada, 'GET', `${path}/2`), [404, 'chat_message_not_found']);
});

test('members come and go, and nobody else sees a private room', async (t) => {
  const server = await started(t);
  const [ada, grace] = [await server.signUp({ name: 'Ada' }), await server.signUp({ name: 'Grace' })];
  const { roomId } = await asked<RoomView>(server, ada, 'POST', '/rooms', { name: 'plans', kind: 'private' });
  const path = `/rooms/${roomId}`;
  assert.deepEqual(await refusal(server, grace, 'GET', path), [404, 'chat_room_not_found']);
  assert.deepEqual(await refusal(server, ada, 'POST', `${path}/members`, { handle: 'nobody' }), [
    404,
    'chat_member_not_found',
  ]);
  await asked(server, ada, 'POST', `${path}/members`, { handle: '@Grace' });
  const { members } = await asked<{ members: { handle: string; role: string }[] }>(
    server,
    grace,
    'GET',
    `${path}/members`,
  );
  assert.deepEqual(members.map(({ handle, role }) => `${handle} ${role}`).toSorted(), ['ada owner', 'grace member']);
  await asked(server, grace, 'DELETE', `${path}/members/${grace.accountId}`);
  assert.deepEqual(await refusal(server, grace, 'GET', `${path}/messages`), [404, 'chat_room_not_found']);
});

test('bad requests are refused before anything has happened', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const [general] = (await asked<RoomsReply>(server, ada, 'GET', '/rooms')).rooms;
  const path = `/rooms/${general?.roomId}/messages`;
  for (const json of [{}, { text: '' }, { text: 1 }, { text: 'x', messageId: 'short' }, { text: 'x', other: 1 }]) {
    const [status] = await refusal(server, ada, 'POST', path, json);
    assert.ok(status === 400 || status === 422, JSON.stringify(json));
  }
  for (const query of ['limit=0', 'limit=201', 'before=-1', 'after=x']) {
    const [status] = await refusal(server, ada, 'GET', `${path}?${query}`);
    assert.ok(status === 400 || status === 422, query);
  }
  assert.deepEqual(await refusal(server, ada, 'GET', '/rooms/not-an-id'), [404, 'chat_room_not_found']);
  assert.deepEqual(await refusal(server, ada, 'POST', path, { text: 'ä'.repeat(8193) }), [413, 'chat_text_too_long']);
  assert.equal((await asked<HistoryReply>(server, ada, 'GET', path)).messages.length, 0);
});

test('a conversation opens for its members, after a restart and with a new identity as well', async (t) => {
  const first = await startServer();
  const [ada, grace, eve] = [
    await first.signUp({ name: 'Ada' }),
    await first.signUp({ name: 'Grace' }),
    await first.signUp({ name: 'Eve' }),
  ];
  const made = await asked<RoomView>(first, ada, 'POST', '/conversations', { handles: ['grace'] });
  assert.deepEqual([made.kind, made.people.length], ['direct', 2]);
  const path = `/rooms/${made.roomId}`;
  await asked(first, ada, 'POST', `${path}/messages`, { text: 'just for you' });
  assert.deepEqual(await refusal(first, eve, 'GET', `${path}/messages`), [404, 'chat_room_not_found']);
  await first.stop();

  const again = await started(t, { data: first.data });
  t.after(() => rm(first.data, { recursive: true, force: true }));
  const texts = async (person: SignedUp) =>
    (await asked<HistoryReply>(again, person, 'GET', `${path}/messages`)).messages.map(({ text }) => text);
  assert.deepEqual(await texts(grace), ['just for you']);
  const { email, password } = grace;
  const rotated = await again.call('POST', '/api/v1/account/rotate', { token: grace.token, json: { password } });
  assert.ok(rotated.ok, await rotated.text());
  const login = await again.call('POST', '/api/v1/sessions', { json: { email, password } });
  const { token } = (await login.json()) as { token: string };
  await asked(again, { ...grace, token }, 'POST', `${path}/messages`, { text: 'still here' });
  await again.stop();
  const last = await started(t, { data: first.data });
  const page = await asked<HistoryReply>(last, { ...grace, token }, 'GET', `${path}/messages`);
  assert.deepEqual(
    page.messages.map(({ text }) => text),
    ['just for you', 'still here'],
  );
  const { rooms } = await asked<RoomsReply>(last, ada, 'GET', '/rooms');
  assert.deepEqual(
    rooms.map(({ kind, unread }) => [kind, unread.messages]).toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      ['direct', 1],
      ['public', 0],
    ],
  );
});
