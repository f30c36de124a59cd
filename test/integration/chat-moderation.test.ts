/** Moderation on a whole server: over HTTP, to whoever listens, and on the chat line. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type {
  ActsReply,
  LiveNews,
  MessageView,
  ReportsReply,
  RoomsReply,
  RulesView,
  SentReply,
} from '../../src/chat/wire.ts';
import { joinLine } from '../support/chat-line/client.ts';
import { linePort } from '../support/chat-line/line-port.ts';
import { connectLive } from '../support/clients/live-client.ts';
import { type SignedUp, startServer, type StartedServer } from '../support/servers/start-server.ts';

let server: StartedServer;
let ada: SignedUp;
let grace: SignedUp;
let room = '';

before(async () => {
  server = await startServer({ environment: { HOLDFAST_CHAT_LINE_PORT: 'any' } });
  ada = await server.signUp({ name: 'Ada' });
  grace = await server.signUp({ name: 'Grace' });
  const { rooms } = await asked<RoomsReply>(ada, 'GET', '/rooms');
  room = `/rooms/${rooms[0]?.roomId}`;
});
after(() => server[Symbol.asyncDispose]());

async function call({ token }: SignedUp, method: string, path: string, json?: unknown): Promise<Response> {
  return await server.call(method, `/api/v1/chat${path}`, { token, ...(json === undefined ? {} : { json }) });
}

async function asked<Reply>(who: SignedUp, method: string, path: string, json?: unknown): Promise<Reply> {
  const response = await call(who, method, path, json);
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return (response.status === 204 ? null : await response.json()) as Reply;
}

async function refusal(who: SignedUp, method: string, path: string, json?: unknown): Promise<[number, string]> {
  const response = await call(who, method, path, json);
  return [response.status, ((await response.json()) as { code: string }).code];
}

const say = (who: SignedUp, text: string) => asked<SentReply>(who, 'POST', `${room}/messages`, { text });

test('a ban ends at once what somebody listens to, is told with its reason, and is lifted again', async () => {
  await using live = await connectLive(server.url, { authorization: `Bearer ${grace.token}` });
  const heard = async (kind: LiveNews['kind']): Promise<void> => {
    await live.next(
      (frame) => frame.type === 'chat' && (frame['news'] as LiveNews[]).some((news) => news.kind === kind),
    );
  };
  live.send(JSON.stringify({ type: 'chat.listen', rooms: [{ roomId: room.slice('/rooms/'.length) }] }));
  await heard('subscribed');
  const ban = { what: 'ban', handle: 'grace', minutes: 60, reason: 'off topic' };
  assert.deepEqual(await refusal(grace, 'POST', `${room}/restrictions`, ban), [403, 'chat_forbidden']);
  await asked(ada, 'POST', `${room}/restrictions`, ban);
  await heard('closed');
  assert.deepEqual(await refusal(grace, 'POST', `${room}/messages`, { text: 'x' }), [403, 'chat_banned']);
  const { acts } = await asked<ActsReply>(grace, 'GET', '/moderation');
  assert.deepEqual(
    acts.map(({ what, reason, by }) => [what, reason, by]),
    [['banned', 'off topic', null]],
  );
  const rules = await asked<RulesView>(ada, 'GET', `${room}/rules`);
  const [restriction] = rules.restrictions;
  assert.ok(restriction);
  await asked(ada, 'POST', `${room}/restrictions/${restriction.restrictionId}/lift`, { reason: 'sorry' });
  await say(grace, 'back');

  await server.workspace.notifications.make();
  const notices = await server.call('GET', '/api/v1/notices', { token: grace.token });
  const text = await notices.text();
  assert.match(text, /chat_moderated/);
  assert.ok(!text.includes('off topic'));
});

test('a visitor on the line is put out by a ban, and is not let in again under another name', async () => {
  const target = { port: linePort(server) };
  await using mallory = await joinLine(target, 'Mallory');
  mallory.say('buy now');
  await mallory.hears('Mallory: buy now');
  const { messages } = await asked<{ messages: MessageView[] }>(ada, 'GET', `${room}/messages`);
  const sequence = messages.find(({ author }) => author.visitor)?.sequence;
  await asked(ada, 'POST', `${room}/restrictions`, { what: 'ban', sequence, minutes: 60, reason: 'spam' });
  await mallory.hears('A moderator has put you out of the room');
  await using again = await joinLine(target, 'Trudy');
  await again.hears('A moderator has put you out of the room');
});

test('a report is read by moderators, the message hidden and restored, and the filter explained', async () => {
  const { sequence } = await say(grace, 'rude words');
  const message = `${room}/messages/${sequence}`;
  const { reportId } = await asked<{ reportId: string }>(grace, 'POST', `${message}/report`, { reason: 'rude' });
  await server.workspace.notifications.make();
  const woken = await (await server.call('GET', '/api/v1/notices', { token: ada.token })).text();
  assert.ok(
    woken.includes('chat_report') && !woken.includes('rude'),
    'whoever moderates is told, without a word of it',
  );
  const reports = await asked<ReportsReply>(ada, 'GET', `${room}/reports`);
  assert.equal(reports.reports[0]?.report?.text, 'rude words');
  assert.deepEqual(await refusal(grace, 'GET', '/reports'), [403, 'admin_only']);
  await asked(ada, 'POST', `${room}/reports/${reportId}/resolve`, { outcome: 'acted', note: 'hidden' });

  const hidden = await asked<MessageView>(ada, 'POST', `${message}/hide`, { reason: 'rude' });
  assert.deepEqual([hidden.state, hidden.text], ['hidden', null]);
  assert.equal((await asked<{ text: string }>(ada, 'GET', `${message}/hidden`)).text, 'rude words');
  const restored = await asked<MessageView>(ada, 'POST', `${message}/restore`, { reason: 'a quote' });
  assert.equal(restored.text, 'rude words');

  const filter = { mode: 'log', lists: ['profanity'], words: [], allowed: [] };
  await asked(ada, 'POST', `${room}/rules`, { filter, reason: 'x' });
  const sent = await say(grace, 'oh shit');
  assert.deepEqual(sent.flagged?.words, ['shit']);
  assert.match(sent.flagged?.explanation ?? '', /sent as it is/);
  const seen = await asked<MessageView>(ada, 'GET', `${room}/messages/${sent.sequence}`);
  assert.ok(!('flagged' in seen) && seen.blurred.length === 0);
});

test('every act of a moderator is in the audit trail, in ids', async () => {
  const events = await server.call('GET', '/api/v1/audit/events?limit=100', { token: ada.token });
  const text = await events.text();
  for (const act of ['banned', 'lifted', 'hidden', 'restored']) assert.ok(text.includes(`chat_moderation.${act}`), act);
  assert.ok(text.includes('chat_report.made') && text.includes('chat_report.resolved'));
  for (const word of ['off topic', 'rude', 'Mallory']) assert.ok(!text.includes(word), word);
});
