/** Notices that are said in a room, on a whole server. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Severity } from '../../src/findings/index.ts';
import { observation } from '../../src/findings/test-findings.ts';
import type { HistoryReply, MessageView, RoomView } from '../../src/chat/wire.ts';
import type { ChannelsReply, ChannelView } from '../../src/notifications/wire.ts';
import { startServer } from '../support/servers/start-server.ts';

async function workspace(t: TestContext) {
  const server = await startServer();
  t.after(() => server[Symbol.asyncDispose]());
  const { token } = await server.signUp();
  const call = async <Body>(method: string, path: string, json?: unknown): Promise<Body> => {
    const response = await server.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
    assert.ok(response.ok, `${method} ${path}: ${await response.clone().text()}`);
    return (response.status === 204 ? null : await response.json()) as Body;
  };
  return { server, call };
}

type Call = Awaited<ReturnType<typeof workspace>>['call'];

async function messages(call: Call, { roomId }: RoomView): Promise<MessageView[]> {
  return (await call<HistoryReply>('GET', `/chat/rooms/${roomId}/messages`)).messages;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(20);
  }
}

/** Findings of these severities, each titled by its place in the list. */
async function report(
  call: Call,
  severities: readonly Severity[] = ['critical'],
  titleOf = (at: number): string => `finding ${at}`,
): Promise<void> {
  const start = { source: 'buckets', scope: 'one', checks: null };
  const { runId } = await call<{ runId: string }>('POST', '/findings/runs', start);
  const findings = severities.map((severity, at) =>
    observation({ severity, verdict: 'fail', title: titleOf(at) }, `bucket-${at}`),
  );
  await call('PUT', `/findings/runs/${runId}/batches/0`, { findings });
  await call('POST', `/findings/runs/${runId}/end`, { complete: true });
}

test('findings are said in a private room by the workspace itself, the worst five of them, and nowhere else', async (t) => {
  const { server, call } = await workspace(t);
  const room = await call<RoomView>('POST', '/chat/rooms', { name: 'alerts', kind: 'private' });
  await call<ChannelView>('POST', '/admin/channels/room', { name: 'alerts', config: { room: '#alerts' } });
  await report(call, ['critical', 'low', 'high', 'info', 'medium', 'critical', 'low', 'info'], (at) =>
    at === 5 ? '[finding](https://evil.example) 5' : `finding ${at}`,
  );
  await server.workspace.notifications.make();
  const [said] = await until(async () => {
    const found = await messages(call, room);
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(said?.author, { accountId: null, handle: 'Holdfast', visitor: false, program: true });
  const worst = [
    'critical: finding 0',
    'critical: [finding](https://evil.example) 5',
    'high: finding 2',
    'medium: finding 4',
    'low: finding 1',
  ];
  // The text is Markdown, in which a name is no link.
  const written = worst.with(1, String.raw`critical: \[finding](https\://evil.example) 5`);
  assert.deepEqual(
    said?.text?.match(/^- .*$/gm),
    written.map((line) => `- ${line}`),
  );
  assert.deepEqual(
    said.alert?.actions.slice(1).map(({ severity, title }) => `${severity}: ${title}`),
    worst,
  );
  const general = await call<{ rooms: RoomView[] }>('GET', '/chat/rooms');
  const other = general.rooms.find(({ name }) => name === 'general');
  assert.ok(other);
  assert.deepEqual(await messages(call, other), []);
});

test('a test of the channel is heard in the room; of a room that is archived or missing it is told', async (t) => {
  const { call } = await workspace(t);
  const room = await call<RoomView>('POST', '/chat/rooms', { name: 'alerts', kind: 'public' });
  const channel = await call<ChannelView>('POST', '/admin/channels/room', { name: 'a', config: { room: 'alerts' } });
  await call('POST', `/admin/channels/${channel.channelId}/test`, {});
  assert.match((await messages(call, room))[0]?.text ?? '', /arrive here/);

  await call('POST', `/chat/rooms/${room.roomId}`, { archived: true });
  const tried = await testOf(call, channel);
  assert.equal(tried, 'channel_unavailable');
  assert.equal((await messages(call, room)).length, 1);
});

async function testOf(call: Call, { channelId }: ChannelView): Promise<string | null> {
  await call('POST', `/admin/channels/${channelId}/test`, {}).catch(() => undefined);
  const { channels } = await call<ChannelsReply>('GET', '/admin/channels');
  return channels.find((each) => each.channelId === channelId)?.lastCode ?? null;
}

test('a room for alerts is made at its first use for the admins, who decide about findings there', async (t) => {
  const { server, call } = await workspace(t);
  const member = await server.signUp();
  await call<ChannelView>('POST', '/admin/channels/room', {
    name: 'alerts',
    config: { room: '#alerts', audience: 'admins' },
  });
  const rooms = async () => (await call<{ rooms: RoomView[] }>('GET', '/chat/rooms')).rooms;
  assert.deepEqual(
    (await rooms()).map(({ name }) => name),
    ['general'],
  );
  await report(call);
  await server.workspace.notifications.make();
  const room = await until(async () => (await rooms()).find(({ name }) => name === 'alerts'));
  const said = await until(async () => (await messages(call, room))[0]);
  const { alert } = said;
  assert.ok(alert);
  const [, accept] = alert.actions;
  assert.ok(accept?.findingId);
  const path = `/chat/rooms/${room.roomId}/messages/${said.sequence}/act`;
  const json = { actionId: accept.actionId, reason: 'known' };
  const refused = await server.call('POST', `/api/v1${path}`, { token: member.token, json });
  assert.equal(refused.status, 404, 'nobody else sees the room');

  const done = await call<MessageView>('POST', path, json);
  assert.equal(done.alert?.actions[1]?.done?.handle, 'person.1');
  const { finding } = await call<{ finding: { state: string; acceptance: { reason: string } } }>(
    'GET',
    `/findings/${accept.findingId}`,
  );
  assert.deepEqual([finding.state, finding.acceptance.reason], ['accepted', 'known']);
});

test('whoever is in the room and no admin decides nothing', async (t) => {
  const { server, call } = await workspace(t);
  const member = await server.signUp();
  await call<ChannelView>('POST', '/admin/channels/room', {
    name: 'alerts',
    config: { room: '#alerts', audience: 'members' },
  });
  await report(call);
  await server.workspace.notifications.make();
  const rooms = async () => (await call<{ rooms: RoomView[] }>('GET', '/chat/rooms')).rooms;
  const room = await until(async () => (await rooms()).find(({ name }) => name === 'alerts'));
  const said = await until(async () => (await messages(call, room))[0]);
  for (const { actionId } of said.alert?.actions ?? []) {
    const path = `/api/v1/chat/rooms/${room.roomId}/messages/${said.sequence}/act`;
    const response = await server.call('POST', path, { token: member.token, json: { actionId } });
    assert.equal(((await response.json()) as { code: string }).code, 'admin_only');
  }
});

test('in a fresh workspace the first finding is told in a room that nobody set up, for whom the setting says', async (t) => {
  const { server, call } = await workspace(t);
  const { token } = await server.signUp({ name: 'Grace Hopper', email: 'grace@example.org' });
  const rooms = async () => (await call<{ rooms: RoomView[] }>('GET', '/chat/rooms')).rooms;
  const see = async (roomId: string) => (await server.call('GET', `/api/v1/chat/rooms/${roomId}`, { token })).status;
  assert.deepEqual(
    (await rooms()).map(({ name }) => name),
    ['general'],
  );
  await report(call);
  await server.workspace.notifications.make();
  const said = await until(async () => {
    const room = (await rooms()).find(({ name }) => name === 'alerts');
    const [message] = room ? await messages(call, room) : [];
    return message;
  });
  assert.deepEqual([said.alert?.kind, said.alert?.severity, said.alert?.count], ['finding_opened', 'critical', 1]);
  assert.deepEqual(
    said.alert?.actions.map(({ verb }) => verb),
    ['acknowledge', 'accept'],
  );
  assert.equal(await see(said.roomId), 404);
  await call('POST', '/admin/settings', { name: 'alerts-room', value: 'members' });
  assert.equal(await see(said.roomId), 200);
  await call('POST', '/admin/settings', { name: 'alerts-room', value: 'admins' });
  assert.equal(await see(said.roomId), 404);
});
