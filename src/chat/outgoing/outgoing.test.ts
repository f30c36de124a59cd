import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { errorCatalogue } from '../../base/errors.ts';
import { textOf } from '../messages/content.ts';
import { OUTBOX } from './records.ts';
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
  const receiver = { answer: '', failWith: null as Error | null };
  const workspace = await testChat(t, {
    settings: { chatOutgoingAttempts: 2, chatOutgoingFailures: 2, ...settings },
    posts: {
      check() {},
      async send({ id, body }) {
        const { data } = JSON.parse(body) as { data: { message: { text: string | null } } };
        sent.push({ id, text: data.message.text });
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
