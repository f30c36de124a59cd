/** Chat over `/api/v1/live` on whole servers: who hears what, from where on, and once. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type {
  LiveNews,
  MembersReply,
  MessageView,
  PeopleReply,
  Position,
  RoomsReply,
  RoomView,
} from '../../src/chat/wire.ts';
import { connectLive, type LiveClient } from '../support/clients/live-client.ts';
import { type SignedUp, startServer, type StartedServer, type StartOptions } from '../support/servers/start-server.ts';

async function started(t: TestContext, options: StartOptions = {}): Promise<StartedServer> {
  const server = await startServer(options);
  t.after(() => server[Symbol.asyncDispose]());
  return server;
}

interface ChatClient {
  readonly live: LiveClient;
  /** Everything that was told, in order. */
  readonly told: LiveNews[];
  /** Resolves with the first of what is told that fits. */
  until(fits: (news: LiveNews) => boolean): Promise<LiveNews>;
  listen(roomId: string, position?: Position): void;
}

async function connected(t: TestContext, server: StartedServer, { token }: SignedUp): Promise<ChatClient> {
  const live = await connectLive(server.url, { authorization: `Bearer ${token}` });
  t.after(() => live[Symbol.asyncDispose]());
  const told: LiveNews[] = [];
  return {
    live,
    told,
    async until(fits) {
      for (;;) {
        const found = told.find(fits);
        if (found) return found;
        const frame = await live.next(({ type }) => type === 'chat');
        told.push(...(frame as unknown as { news: LiveNews[] }).news);
      }
    },
    listen: (roomId, position) => live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId, ...position }] })),
  };
}

const isSubscribed = ({ kind }: LiveNews): boolean => kind === 'subscribed';
const isEvent = (sequence: number) => (news: LiveNews) => news.kind === 'event' && news.sequence === sequence;
const sequencesOf = (told: readonly LiveNews[]): number[] =>
  told.flatMap((news) => (news.kind === 'event' ? [news.sequence] : []));

async function generalOf(server: StartedServer, { token }: SignedUp): Promise<RoomView> {
  const { rooms } = (await (await server.call('GET', '/api/v1/chat/rooms', { token })).json()) as RoomsReply;
  const [general] = rooms;
  assert.ok(general);
  return general;
}

async function say(server: StartedServer, { token }: SignedUp, roomId: string, text: string): Promise<MessageView> {
  const response = await server.call('POST', `/api/v1/chat/rooms/${roomId}/messages`, { token, json: { text } });
  assert.equal(response.status, 201);
  return (await response.json()) as MessageView;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('whoever listens is sent the last page, and then everything that is said', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  const { roomId } = await generalOf(server, ada);
  await say(server, ada, roomId, 'before');
  const client = await connected(t, server, ada);
  client.listen(roomId);
  const subscribed = await client.until(isSubscribed);
  assert.ok(subscribed.kind === 'subscribed' && !subscribed.recovered);
  assert.equal(subscribed.position.sequence, 1);
  const sent = await say(server, ada, roomId, 'after');
  const event = await client.until(isEvent(2));
  assert.ok(event.kind === 'event');
  assert.deepEqual(event.message, sent);
  assert.deepEqual(
    client.told.flatMap((news) => (news.kind === 'message' ? [news.message.text] : [])),
    ['before'],
  );
});

test('a client that comes back gets every event that it missed, or is told that it does not', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_CHAT_RESUME_EVENTS: '5' } });
  const ada = await server.signUp();
  const { roomId, position } = await generalOf(server, ada);
  for (const n of upTo(5)) await say(server, ada, roomId, `${n}`);

  const within = await connected(t, server, ada);
  within.listen(roomId, position);
  const recovered = await within.until(isSubscribed);
  assert.ok(recovered.kind === 'subscribed' && recovered.recovered);
  await within.until(isEvent(5));
  assert.deepEqual(sequencesOf(within.told), upTo(5));

  await say(server, ada, roomId, '6');
  for (const since of [position, { ...position, epoch: 'another' }, { ...position, sequence: 999 }]) {
    const beyond = await connected(t, server, ada);
    beyond.listen(roomId, since);
    const gap = await beyond.until(isSubscribed);
    assert.ok(gap.kind === 'subscribed' && !gap.recovered);
    const next = gap.position.sequence + 1;
    await say(server, ada, roomId, 'on');
    await beyond.until(isEvent(next));
    const messages = beyond.told.flatMap((news) => (news.kind === 'message' ? [news.message.sequence] : []));
    assert.deepEqual(messages, upTo(next - 1));
    assert.deepEqual(sequencesOf(beyond.told), [next]);
  }
});

test('who is removed from a private room is told so, and hears nothing more', async (t) => {
  const server = await started(t);
  const [ada, grace] = [await server.signUp({ name: 'Ada' }), await server.signUp({ name: 'Grace' })];
  const made = await server.call('POST', '/api/v1/chat/rooms', {
    token: ada.token,
    json: { name: 'plans', kind: 'private' },
  });
  const { roomId } = (await made.json()) as RoomView;
  const client = await connected(t, server, grace);
  client.listen(roomId);
  assert.ok((await client.until(({ kind }) => kind === 'closed')).kind === 'closed', 'no member yet');
  const members = `/api/v1/chat/rooms/${roomId}/members`;
  await server.call('POST', members, { token: ada.token, json: { handle: 'grace' } });
  client.listen(roomId);
  await client.until(isSubscribed);
  await say(server, ada, roomId, 'welcome');
  await client.until(isEvent(1));
  client.told.length = 0;
  await server.call('DELETE', `${members}/${grace.accountId}`, { token: ada.token });
  await client.until(({ kind }) => kind === 'closed');
  await say(server, ada, roomId, 'she is gone');
  const { roomId: general } = await generalOf(server, grace);
  client.listen(general);
  await client.until(isSubscribed);
  assert.deepEqual(sequencesOf(client.told), []);
});

test('what is not understood ends the connection, and a ping does not', async (t) => {
  const server = await started(t);
  const ada = await server.signUp();
  for (const text of [
    '{"type":"chat.listen"}',
    '{"type":"chat.listen","rooms":[{"roomId":"x"}]}',
    '{"type":"chat.listen","rooms":[]}',
    '{"type":"chat.other","rooms":["x"]}',
    '{"type":"elsewhere"}',
    'chat',
  ]) {
    const client = await connected(t, server, ada);
    client.live.send(text);
    assert.equal((await client.live.ended).code, 4400, text);
  }
  const client = await connected(t, server, ada);
  client.live.send('{"type":"ping"}');
  await client.live.next(({ type }) => type === 'pong');
});

test('who is here is shown with the members and the people of the workspace', async (t) => {
  const server = await started(t, { environment: { HOLDFAST_CHAT_PRESENCE_MS: '20' } });
  const [ada, grace] = [await server.signUp({ name: 'Ada' }), await server.signUp({ name: 'Grace' })];
  const { token } = ada;
  const made = await server.call('POST', '/api/v1/chat/rooms', { token, json: { name: 'plans', kind: 'private' } });
  const { roomId } = (await made.json()) as RoomView;
  await server.call('POST', `/api/v1/chat/rooms/${roomId}/members`, { token, json: { handle: 'grace' } });
  const client = await connected(t, server, grace);
  client.live.send(JSON.stringify({ type: 'chat.presence' }));
  client.live.send(JSON.stringify({ type: 'chat.away', away: true }));
  await client.until((news) => news.kind === 'presence' && news.people.some(({ presence }) => presence === 'away'));
  const { members } = (await (
    await server.call('GET', `/api/v1/chat/rooms/${roomId}/members`, { token })
  ).json()) as MembersReply;
  const presences = (list: readonly { handle: string | null; presence: string }[]) =>
    Object.fromEntries(list.map(({ handle, presence }) => [handle, presence]));
  assert.deepEqual(presences(members), { ada: 'offline', grace: 'away' });
  const page = await server.call('GET', '/api/v1/chat/people?limit=1', { token });
  const { people, next } = (await page.json()) as PeopleReply;
  assert.equal(people.length, 1);
  const rest = await server.call('GET', `/api/v1/chat/people?after=${next}`, { token });
  assert.deepEqual(presences([...people, ...((await rest.json()) as PeopleReply).people]), {
    ada: 'offline',
    grace: 'away',
  });
});
