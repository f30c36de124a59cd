/** An app password of the scope chat over HTTP and the live connection: all of the chat, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandReply, MessageView, RoomsReply, RoomView } from '../../src/chat/wire.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { startServer } from '../support/servers/start-server.ts';

test('a program speaks, listens and opens conversations with an app password for chat, and sees no file', async (t) => {
  const server = await startServer();
  t.after(() => server[Symbol.asyncDispose]());
  const ada = await server.signUp({ name: 'Ada' });
  const grace = await server.signUp({ name: 'Grace' });
  const made = await server.call('POST', '/api/v1/account/app-passwords', {
    token: ada.token,
    json: { label: 'a bot of mine', scope: 'chat', password: ada.password },
  });
  const { appPassword: token } = (await made.json()) as { appPassword: string };
  const call = async <Reply>(method: string, path: string, json?: object): Promise<Reply> => {
    const response = await server.call(method, `/api/v1${path}`, { token, ...(json && { json }) });
    assert.ok(response.ok, `${method} ${path}: ${await response.clone().text()}`);
    return (await response.json()) as Reply;
  };
  const { rooms } = await call<RoomsReply>('GET', '/chat/rooms');
  const roomId = rooms[0]?.roomId ?? '';

  const live = await connectLive(server.url, { authorization: `Bearer ${token}` });
  t.after(() => live[Symbol.asyncDispose]());
  live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId }] }));
  await live.next((frame) => JSON.stringify(frame).includes('subscribed'));
  const sent = await call<MessageView>('POST', `/chat/rooms/${roomId}/messages`, { text: 'by a program' });
  assert.equal(sent.author.handle, 'ada');
  await live.next((frame) => JSON.stringify(frame).includes('by a program'));
  // A change of a drive is hinted to a session, and not to this.
  await server.call('POST', '/api/v1/drives', { token: ada.token, json: { name: 'Shared' } });
  assert.deepEqual([...new Set(live.heard.map(({ type }) => type))].toSorted(), ['chat', 'ready']);

  const direct = await call<RoomView>('POST', '/chat/conversations', { handles: ['grace'] });
  await call('POST', `/chat/rooms/${direct.roomId}/messages`, { text: 'only for you' });
  const by = { token: grace.token };
  const read = await server.call('GET', `/api/v1/chat/rooms/${direct.roomId}/messages`, by);
  assert.match(await read.text(), /only for you/);
  const answer = await call<CommandReply>('POST', `/chat/rooms/${roomId}/commands`, { line: '/me waves' });
  assert.equal(answer.message?.text, '_waves_');

  // Ada is an owner of this room. Her program is not.
  assert.equal((await call<RoomView>('GET', `/chat/rooms/${roomId}`)).role, 'member');
  const room = `/api/v1/chat/rooms/${roomId}`;
  const said = await server.call('POST', `${room}/messages`, { ...by, json: { text: 'of somebody else' } });
  const others = `${room}/messages/${((await said.json()) as MessageView).sequence}`;
  await server.call('POST', `${room}/members`, { ...by, json: { handle: 'grace' } });
  const acts: readonly (readonly [string, string, object?])[] = [
    ['POST', room, { topic: 'set by a program' }],
    ['POST', `${room}/members`, { handle: 'grace', role: 'owner' }],
    ['DELETE', `${room}/members/${grace.accountId}`],
    ['POST', `${others}/pin`, { on: true }],
    ['DELETE', others],
    ['GET', `${room}/export`],
    ['POST', `${room}/commands`, { line: '/topic set by a program' }],
    ['POST', `${room}/commands`, { line: '/kick @grace too loud' }],
  ];
  for (const [method, path, json] of acts) {
    const refused = await server.call(method, path, { token, ...(json && { json }) });
    assert.equal(refused.status, 403, `${method} ${path}`);
    assert.match(await refused.text(), /does not moderate|its author may/);
  }
  const allowed = await server.call('DELETE', others, { token: ada.token });
  assert.equal(allowed.status, 200, 'who logs in moderates');
  await call('DELETE', `/chat/rooms/${roomId}/messages/${sent.sequence}`);

  for (const path of ['/drives', '/notices', '/account', '/people']) {
    const refused = await server.call('GET', `/api/v1${path}`, { token });
    assert.equal(refused.status, 403, path);
  }
});
