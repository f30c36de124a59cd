import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { errorCatalogue } from '../../base/errors.ts';
import { textOf } from '../messages/content.ts';
import { withMac } from '../bots/bot-rows.ts';
import { OUTBOX, outgoingKeys, type OutgoingRow } from './records.ts';
import { testChat, type TestChoices } from '../test-chat.ts';

/** As the way out has them. */
const channelErrors = errorCatalogue({
  channel_unavailable: { status: 503, title: 'It cannot be reached', remedy: 'Wait.' },
  channel_refused: { status: 502, title: 'It is not taken', remedy: 'None.' },
});

interface Sent {
  readonly id: string;
  readonly text: string | null;
}

/** A bot in #general with an outgoing webhook, and a receiver that answers as it is told. */
async function told(t: TestContext, triggers: readonly string[] = [], settings: TestChoices['settings'] = {}) {
  const sent: Sent[] = [];
  const receiver = { answer: '', failWith: null as Error | null, gate: Promise.resolve() };
  const workspace = await testChat(t, {
    settings: { chatOutgoingAttempts: 2, chatOutgoingFailures: 2, ...settings },
    posts: {
      check() {},
      async send({ id, body }) {
        const { data } = JSON.parse(body) as { data: { message: { text: string | null } } };
        sent.push({ id, text: data.message.text });
        await receiver.gate;
        if (receiver.failWith) throw receiver.failWith;
        return receiver.answer;
      },
    },
  });
  const { chat, ada } = workspace;
  const room = chat.generalRoomId;
  const { bot, token } = await chat.bots.make(ada, room, { name: 'Helper', access: 'both', withToken: true });
  const url = 'https://example.org/hook?token=hush';
  const hook = await chat.outgoing.add(ada, room, { botId: bot.botId, label: '', url, triggers });
  const texts = async () => (await chat.history(ada, room, { limit: 50 })).messages.map(textOf);
  return { ...workspace, room, bot, token: token ?? '', hook, sent, receiver, texts };
}

test('what people say is told once, in order; what bots and the workspace say is not', async (t) => {
  const { chat, ada, grace, room, token, sent, records } = await told(t);
  await chat.send(grace, room, { text: 'one', messageId: 'message-1' });
  await chat.send(grace, room, { text: 'one', messageId: 'message-1' });
  await chat.send(ada, room, { text: 'two' });
  await chat.sendAsVisitor({ name: 'Bob', address: '192.0.2.1' }, room, 'three');
  const bot = await chat.bots.authenticate(token);
  assert.ok(bot);
  await chat.send(bot, room, { text: 'of a bot' });
  await chat.sendAsProgram('Holdfast', room, { text: 'of the workspace', messageId: 'message-2' });
  await chat.outgoing.deliver();
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['one', 'two', 'three'],
  );
  assert.deepEqual((await records.query(OUTBOX)).items, []);
});

test('with triggers only messages that hold one of them are told', async (t) => {
  const { chat, grace, room, sent } = await told(t, ['!Deploy', '@helper']);
  for (const text of ['hello', '!deploy now', 'please @Helper, look', '!deployment', 'deploy']) {
    await chat.send(grace, room, { text });
  }
  await chat.outgoing.deliver();
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['!deploy now', 'please @Helper, look'],
  );
});

test('an answer is said by the bot, once, and sets nothing off', async (t) => {
  const { chat, grace, room, sent, receiver, texts } = await told(t);
  receiver.answer = JSON.stringify({ text: 'Deploying', other: 1 });
  await chat.send(grace, room, { text: 'go' });
  await chat.outgoing.deliver();
  await chat.outgoing.deliver();
  assert.deepEqual(await texts(), ['go', 'Deploying']);
  assert.equal(sent.length, 1);
  for (const answer of ['', 'ok', '{}', '{"text":1}', '[]', 'null', '{"text":" "}']) {
    receiver.answer = answer;
    await chat.send(grace, room, { text: 'again' });
    await chat.outgoing.deliver();
  }
  assert.equal((await texts()).filter((text) => text !== 'again').length, 2);
});

test('what fails is tried again under its id, then given up and shown; after too many it is told no more', async (t) => {
  const { chat, ada, grace, room, hook, sent, receiver, advance, told: events } = await told(t);
  receiver.failWith = channelErrors('channel_unavailable');
  await chat.send(grace, room, { text: 'one' });
  await chat.outgoing.deliver();
  await chat.outgoing.deliver();
  assert.equal(sent.length, 1, 'not at once');
  advance(3_600_000);
  await chat.outgoing.deliver();
  assert.deepEqual(
    sent.map(({ id }) => id === sent[0]?.id),
    [true, true],
  );
  let listed = await chat.outgoing.list(ada, room);
  assert.deepEqual(
    listed.dead.map(({ sequence, code }) => [sequence, code]),
    [[1, 'channel_unavailable']],
  );
  assert.deepEqual(
    listed.hooks.map(({ host, state }) => [host, state.failures]),
    [['example.org', 1]],
  );
  assert.ok(!JSON.stringify(listed).includes('hush'));

  receiver.failWith = channelErrors('channel_refused');
  await chat.send(grace, room, { text: 'two' });
  await chat.outgoing.deliver();
  listed = await chat.outgoing.list(ada, room);
  assert.notEqual(listed.hooks[0]?.state.disabledMs, null);
  assert.equal(events.filter(({ act }) => act === 'chat_outgoing.disabled').length, 1);
  receiver.failWith = null;
  const before = sent.length;
  await chat.send(grace, room, { text: 'three' });
  await chat.outgoing.deliver();
  assert.equal(sent.length, before);
  await assert.rejects(chat.outgoing.enable(grace, room, hook.hookId), { code: 'chat_forbidden' });
  await chat.outgoing.enable(ada, room, hook.hookId);
  await chat.send(grace, room, { text: 'four' });
  await chat.outgoing.deliver();
  assert.deepEqual(sent.at(-1)?.text, 'four');
});

test('two servers tell it once, and a message that was taken back meanwhile is not told', async (t) => {
  const { chat, ada, grace, room, sent, deps, another, receiver, hook } = await told(t);
  const other = await another({ posts: deps.posts });
  await chat.send(grace, room, { text: 'one' });
  await Promise.all([chat.outgoing.deliver(), other.outgoing.deliver()]);
  assert.equal(sent.length, 1);
  receiver.failWith = channelErrors('channel_unavailable');
  const { sequence } = await chat.send(grace, room, { text: 'secret' });
  await chat.outgoing.deliver();
  await chat.remove(grace, { roomId: room, sequence });
  await chat.outgoing.remove(ada, room, hook.hookId);
  const before = sent.length;
  await chat.send(grace, room, { text: 'later' });
  await chat.outgoing.deliver();
  assert.equal(sent.length, before);
});

test('a bot that is out of the room is told nothing more, by whichever way it was taken out', async (t) => {
  const { chat, ada, grace, room, bot, sent } = await told(t);
  await chat.removeMember(ada, room, bot.botId);
  await chat.send(grace, room, { text: 'one' });
  await chat.outgoing.deliver();
  assert.deepEqual(sent, []);
  assert.deepEqual((await chat.outgoing.list(ada, room)).hooks, []);
});

test('a receiver that takes nothing is tried with one message a round, so that others do not wait for it', async (t) => {
  const { chat, grace, room, sent, receiver } = await told(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  Object.assign(receiver, { failWith: channelErrors('channel_unavailable'), gate: promise });
  await chat.send(grace, room, { text: 'one' });
  while (sent.length === 0) await setImmediate();
  await chat.send(grace, room, { text: 'two' });
  await chat.send(grace, room, { text: 'three' });
  // The round that goes on, and one more.
  const tried = chat.outgoing.deliver();
  resolve();
  await tried;
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['one', 'two'],
  );
});

test('a bot that may only write has no outgoing webhook, and one that it had tells nothing', async (t) => {
  const { chat, ada, grace, room, hook, bot, records, deps, sent } = await told(t);
  const deaf = await chat.bots.make(ada, room, { name: 'Speaker', access: 'write', withToken: false });
  await assert.rejects(
    chat.outgoing.add(ada, room, { botId: deaf.bot.botId, label: '', url: 'https://example.org', triggers: [] }),
    { code: 'chat_bot_deaf' },
  );
  assert.equal((await chat.outgoing.list(ada, room)).hooks.length, 1);
  const at = outgoingKeys.hook(room, hook.hookId);
  const item = await records.get<OutgoingRow>(at.pk, at.sk);
  assert.equal(item?.value.botId, bot.botId);
  const { mac: _, ...row } = item.value;
  const value = withMac(deps.workspaceKey, 'chat-outgoing', at, { ...row, botId: deaf.bot.botId });
  await records.transact([{ op: 'put', ...at, value }]);
  await chat.send(grace, room, { text: 'between us' });
  await chat.outgoing.deliver();
  assert.deepEqual(sent, []);
  assert.deepEqual((await records.query(OUTBOX, { limit: 10 })).items, []);
});
