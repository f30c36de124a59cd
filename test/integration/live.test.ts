/** `/api/v1/live` on a real server: who hears what, and when it ends. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { RecordStore } from '../../src/storage/index.ts';
import { connectLive, type LiveClient, RefusedUpgrade } from '../support/clients/live-client.ts';
import { rawRequest, sendBytes } from '../support/clients/raw-http.ts';
import { type SignedUp, startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const server = await startServer({
    ...options,
    environment: { HOLDFAST_LIVE_GATHER_MS: '0', ...options.environment },
  });
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

/** Connected, with everything that changes from here on told. */
async function connected(t: TestContext, server: StartedServer, token: string): Promise<LiveClient> {
  const client = await connectLive(server.url, { authorization: `Bearer ${token}` });
  t.after(() => client[Symbol.asyncDispose]());
  await client.next(({ type }) => type === 'ready');
  return client;
}

async function driveOf(server: StartedServer, token: string): Promise<{ id: string; rootId: string }> {
  const { drives } = (await (await server.call('GET', '/api/v1/drives', { token })).json()) as {
    drives: { id: string; rootId: string }[];
  };
  return drives[0] ?? { id: '', rootId: '' };
}

async function put(server: StartedServer, token: string, driveId: string, name: string): Promise<{ id: string }> {
  const response = await server.call('POST', `/api/v1/drives/${driveId}/folders/root/files`, {
    token,
    body: `content of ${name}`,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
  });
  assert.equal(response.status, 201);
  return ((await response.json()) as { entry: { id: string } }).entry;
}

async function logIn(server: StartedServer, { email, password }: SignedUp): Promise<{ token: string; id: string }> {
  const response = await server.call('POST', '/api/v1/sessions', { json: { email, password } });
  const { token, sessionId } = (await response.json()) as { token: string; sessionId: string };
  return { token, id: sessionId };
}

const sessionOver = { code: 4401, reason: 'session_invalid' };

test('a change is told to whoever may see the drive, in ids alone, and to nobody else', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const bo = await server.signUp();
  const [hers, his] = [await driveOf(server, ada.token), await driveOf(server, bo.token)];
  const clients = { ada: await connected(t, server, ada.token), bo: await connected(t, server, bo.token) };

  const file = await put(server, ada.token, hers.id, 'a secret name.txt');
  assert.deepEqual(await clients.ada.next(({ type }) => type === 'entries'), {
    type: 'entries',
    driveId: hers.id,
    folderId: hers.rootId,
  });
  await clients.ada.next(({ type }) => type === 'quota');
  await clients.ada.next(({ type, driveId }) => type === 'copies' && driveId === hers.id);
  const at = `/api/v1/drives/${hers.id}/entries/${file.id}/trash`;
  assert.equal((await server.call('POST', at, { token: ada.token })).status, 200);
  await clients.ada.next(({ type, driveId }) => type === 'trash' && driveId === hers.id);
  const set = await server.call('POST', `/api/v1/people/${bo.accountId}/quota`, {
    token: ada.token,
    json: { quotaBytes: 1_000_000 },
  });
  assert.equal(set.status, 200);
  assert.deepEqual(await clients.bo.next(({ type }) => type === 'quota'), { type: 'quota' });

  await put(server, bo.token, his.id, 'his');
  await clients.bo.next(({ type }) => type === 'entries');
  assert.ok(!JSON.stringify(clients.bo.heard).includes(hers.id), 'nothing of hers');
  assert.ok(!JSON.stringify(clients.ada.heard).includes(his.id), 'nothing of his');
  assert.ok(!/secret|name/.test(JSON.stringify(clients.ada.heard)), 'no names');
});

test('whatever ends a session ends its live connections, and only its', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_SESSION_RECHECK_MS: '60000' } });
  const admin = await server.signUp();
  const bo = await server.signUp();
  const boHere = await logIn(server, bo);
  const stays = await connected(t, server, admin.token);
  const call = async (method: string, path: string, token: string, json?: unknown): Promise<void> => {
    const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.text()}`);
  };

  const elsewhere = await logIn(server, bo);
  const loggedOut = await connected(t, server, elsewhere.token);
  await call('DELETE', `/sessions/${elsewhere.id}`, boHere.token);
  assert.deepEqual(await loggedOut.ended, sessionOver);

  const before = await connected(t, server, (await logIn(server, bo)).token);
  const asks = await connected(t, server, boHere.token);
  const newPassword = 'gravel umbrella tenor 77';
  await call('POST', '/account/password', boHere.token, { currentPassword: bo.password, newPassword });
  assert.deepEqual(await before.ended, sessionOver);
  asks.send('{"type":"ping"}');
  await asks.next(({ type }) => type === 'pong');

  const made = await server.call('POST', '/api/v1/account/app-passwords', {
    token: boHere.token,
    json: { label: 'sync', scope: 'files', password: newPassword },
  });
  const program = (await made.json()) as { appPasswordId: string; appPassword: string };
  const sync = await connected(t, server, program.appPassword);
  await call('DELETE', `/account/app-passwords/${program.appPasswordId}`, boHere.token);
  assert.deepEqual(await sync.ended, sessionOver);

  await server.workspace.accounts.people.changeRole(
    await server.workspace.accounts.authenticate(admin.token),
    bo.accountId,
    'admin',
    admin.password,
  );
  assert.deepEqual(await asks.ended, { code: 4403, reason: 'role_changed' });
  const again = await connected(t, server, boHere.token);
  await call('POST', `/people/${bo.accountId}/disable`, admin.token);
  assert.deepEqual(await again.ended, sessionOver);

  stays.send('{"type":"ping"}');
  await stays.next(({ type }) => type === 'pong');
});

test('a session that ends without anybody telling ends its connection within the time between two looks', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_SESSION_RECHECK_MS: '50' } });
  const ada = await server.signUp();
  const client = await connected(t, server, ada.token);
  await server.stop();
  assert.equal((await client.ended).code, 1001);
  const kept: { records?: RecordStore } = {};
  const again = await started(t, {
    data: server.data,
    environment: { HOLDFAST_SESSION_RECHECK_MS: '50' },
    // What another server writes into the same records.
    wrapRecords(records) {
      kept.records = records;
      return records;
    },
  });
  const live = await connected(t, again, ada.token);
  const { sessionId } = await again.workspace.accounts.authenticate(ada.token);
  await kept.records?.transact([{ op: 'delete', pk: `account#${ada.accountId}`, sk: `session#${sessionId}` }]);
  assert.deepEqual(await live.ended, sessionOver);
});

test('a foreign page, a foreign host name, and nobody are refused at the upgrade', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const authorization = `Bearer ${ada.token}`;
  const refused = async (headers: Record<string, string>, path?: string): Promise<string> => {
    const error: unknown = await connectLive(server.url, headers, path).then(
      async (client) => {
        await client[Symbol.asyncDispose]();
        return null;
      },
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof RefusedUpgrade, `was let in with ${JSON.stringify(headers)}`);
    return `${error.status} ${(JSON.parse(error.body) as { code: string }).code}`;
  };
  assert.equal(await refused({ authorization, origin: 'https://evil.example' }), '403 origin_not_allowed');
  assert.equal(await refused({ authorization, origin: 'null' }), '403 origin_not_allowed');
  assert.equal(await refused({ authorization, host: 'evil.example' }), '421 host_not_allowed');
  assert.equal(await refused({ cookie: 'session=x' }), '403 origin_missing');
  assert.equal(await refused({}), '401 not_signed_in');
  assert.equal(await refused({ authorization: 'Bearer x' }), '401 session_invalid');
  assert.equal(await refused({}, `/api/v1/live?token=${ada.token}`), '401 not_signed_in');
  const own = await connectLive(server.url, { authorization, origin: server.url });
  await own.next(({ type }) => type === 'ready');
  await own[Symbol.asyncDispose]();
});

test('connections are counted by account and by address', async (t) => {
  const server = await started(t, {
    environment: { HOLDFAST_LIVE_CONNECTIONS_PER_ACCOUNT: '2', HOLDFAST_LIVE_CONNECTIONS_PER_PLACE: '3' },
  });
  const ada = await server.signUp();
  const bo = await server.signUp();
  const first = await connected(t, server, ada.token);
  await connected(t, server, ada.token);
  await assert.rejects(connected(t, server, ada.token), { status: 429 });
  await connected(t, server, bo.token);
  await assert.rejects(connected(t, server, bo.token), { status: 429 });
  await first[Symbol.asyncDispose]();
  // The server hears of it a moment later.
  for (;;) {
    const client = await connectLive(server.url, { authorization: `Bearer ${bo.token}` }).catch(() => null);
    if (!client) continue;
    await client[Symbol.asyncDispose]();
    break;
  }
});

const handshake = (token: string): string =>
  'GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n`;

/** A frame as clients send it (RFC 6455 section 5.2), of at most 125 bytes, under a mask that changes nothing. */
const textFrame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

test('what is no ping ends the connection, and so does a message that is too long or no text; what follows it is not heard', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const ended = async (data: string | Buffer): Promise<number> => {
    const client = await connected(t, server, ada.token);
    client.send(data);
    return (await client.ended).code;
  };
  assert.equal(await ended('{"type":"subscribe"}'), 4400);
  assert.equal(await ended('not json'), 4400);
  assert.equal(await ended('null'), 4400);
  assert.equal(await ended(randomBytes(10)), 1003);
  assert.equal(await ended('x'.repeat(10_000)), 1009);

  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token: ada.token })).json()) as {
    rooms: { roomId: string }[];
  };
  const roomId = rooms[0]?.roomId ?? '';
  const listen = JSON.stringify({ type: 'chat.listen', rooms: [{ roomId }] });
  const typing = JSON.stringify({ type: 'chat.typing', roomId });
  const listening = async ({ token }: SignedUp): Promise<LiveClient> => {
    const client = await connected(t, server, token);
    client.send(listen);
    await client.next((message) => JSON.stringify(message).includes('subscribed'));
    return client;
  };
  const reader = await listening(await server.signUp());
  // One that takes no notice of being told that it is over.
  const stubborn = connect({ port: server.port, host: '127.0.0.1' });
  t.after(() => stubborn.destroy());
  let heard = '';
  stubborn.setEncoding('latin1').on('data', (text: string) => (heard += text));
  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(stubborn, 'data');
  };
  stubborn.write(handshake(ada.token));
  await until('"ready"');
  stubborn.write(textFrame(listen));
  await until('subscribed');
  stubborn.write(Buffer.concat([textFrame('null'), textFrame(typing)]));
  await until('this message is not understood');
  stubborn.destroy();
  const other = await server.signUp();
  const { handle } = (await (await server.call('GET', '/api/v1/account', { token: other.token })).json()) as {
    handle: string;
  };
  (await listening(other)).send(typing);
  const told = await reader.next((message) => JSON.stringify(message).includes('"typing"'));
  assert.deepEqual(told['news'], [{ kind: 'typing', roomId, handles: [handle] }]);
});

test('random bytes, half a handshake and half a frame are closed, and the server lives', async (t) => {
  const server = await started(t, {
    environment: { HOLDFAST_REQUEST_HEADERS_TIMEOUT_MS: '1000', HOLDFAST_WEB_SOCKET_PING_MS: '200' },
  });
  const { token } = await server.signUp();
  const half = handshake(token).slice(0, -2);
  assert.match(await sendBytes(server.port, half), /^HTTP\/1\.1 400 /);
  for (let round = 0; round < 20; round++) {
    // A close frame or a cut: what is no frame is answered by nothing else.
    const answer = await sendBytes(server.port, Buffer.concat([Buffer.from(handshake(token)), randomBytes(64)]));
    assert.match(answer, /^HTTP\/1\.1 101 /);
  }
  // A frame that never comes to its end: no pong either.
  const answer = await sendBytes(
    server.port,
    Buffer.concat([Buffer.from(handshake(token)), Buffer.from([0x81, 0xfe, 0x0f])]),
  );
  assert.match(answer, /^HTTP\/1\.1 101 /);
  for (const changed of [
    handshake(token).replace('Version: 13', 'Version: 7'),
    handshake(token).replace('dGhlIHNhbXBsZSBub25jZQ==', 'short'),
    handshake(token).replace(/Sec-WebSocket-Key.*\r\n/, ''),
  ]) {
    assert.match(await sendBytes(server.port, changed), /^HTTP\/1\.1 426 [\s\S]*web_socket_expected/);
  }
  const { status } = await server.call('GET', '/api/v1/live', { token });
  assert.equal(status, 426);
  // Elsewhere the wish is passed over, as RFC 9110 section 7.8 has it.
  const headers = { host: 'localhost', upgrade: 'websocket', connection: 'upgrade', authorization: `Bearer ${token}` };
  assert.equal((await rawRequest({ port: server.port, path: '/api/v1/account', headers })).status, 200);
  assert.equal(
    (await rawRequest({ port: server.port, path: '/api/v1/account', headers: { ...headers, upgrade: 'h2c' } })).status,
    200,
  );
});

test('a client that does not read is ended and holds nobody up', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_WEB_SOCKET_PING_MS: '300' } });
  const { token } = await server.signUp();
  const { id } = await driveOf(server, token);
  const deaf = connect({ port: server.port, host: '127.0.0.1' });
  t.after(() => deaf.destroy());
  deaf.write(handshake(token));
  await once(deaf, 'readable');
  const quick = await connected(t, server, token);
  await put(server, token, id, 'a');
  await quick.next(({ type }) => type === 'entries');
  // It never answers a ping.
  deaf.resume();
  await once(deaf, 'close');
});

test('stopping the server ends live connections in order', async (t) => {
  const server = await started(t);
  const { token } = await server.signUp();
  const clients = [await connected(t, server, token), await connected(t, server, token)];
  await server.stop();
  for (const client of clients)
    assert.deepEqual(await client.ended, { code: 1001, reason: 'the server is being stopped' });
});
