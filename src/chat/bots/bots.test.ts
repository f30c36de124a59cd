import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { messageView } from '../http/views.ts';
import { testChat } from '../test-chat.ts';

const NEW = { name: 'Grafana', access: 'write', withToken: true } as const;
const json = (body: unknown, headers: Record<string, string> = {}) => ({
  ...{ contentType: 'application/json', body: JSON.stringify(body), headers },
});

test('a bot says something in the rooms that were given to it, is marked, and enters no other', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot, token } = await chat.bots.make(ada, room, NEW);
  assert.ok(token);
  const caller = await chat.bots.authenticate(token);
  assert.ok(caller);
  const said = await chat.send(caller, room, { text: 'disk full' });
  assert.deepEqual(messageView(said).author, {
    ...{ accountId: null, handle: 'Grafana', visitor: false, program: false, bot: bot.botId },
  });
  await chat.edit(caller, { roomId: room, sequence: said.sequence }, 'disk is fine');
  const other = (await chat.createRoom(ada, { name: 'open', kind: 'public' })).room.roomId;
  await assert.rejects(chat.send(caller, other, { text: 'x' }), { code: 'chat_room_not_found' });
  assert.deepEqual(
    (await chat.rooms(caller)).map(({ room: { name } }) => name),
    ['general'],
  );
  await assert.rejects(chat.createRoom(caller, { name: 'x', kind: 'public' }), { code: 'chat_forbidden' });
  await assert.rejects(chat.startConversation(caller, ['ada']), { code: 'chat_forbidden' });
  await assert.rejects(chat.bots.make(grace, room, { ...NEW, name: 'Other' }), { code: 'chat_forbidden' });
  assert.deepEqual(
    (await chat.bots.list(ada, room)).map(({ name }) => name),
    ['Grafana'],
  );
});

test('a bot has neither the name of a person nor of another bot, in any case, nor that of the product', async (t) => {
  const { chat, ada } = await testChat(t);
  const make = (name: string) => chat.bots.make(ada, chat.generalRoomId, { ...NEW, name });
  await make('Deploy Bot');
  assert.equal(await chat.bots.isNameTaken('ＤＥＰＬＯＹ bot'), true);
  assert.equal(await chat.bots.isNameTaken('Deploy'), false);
  for (const name of ['deploy bot', 'ＤＥＰＬＯＹ bot', 'grace', 'Grace', 'holdfast']) {
    await assert.rejects(make(name), { code: 'chat_bot_name_taken' }, name);
  }
  for (const name of ['', ' ', '@x', 'a\u202eb', 'x'.repeat(33), '-x', '[x]']) {
    await assert.rejects(make(name), { code: 'chat_bot_name_invalid' }, name);
  }
});

test('another token ends the one before, and with its last room the bot is gone', async (t) => {
  const { chat, ada, grace, records } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot, token } = await chat.bots.make(ada, room, NEW);
  const caller = await chat.bots.authenticate(token ?? '');
  assert.ok(caller);
  assert.equal(await chat.bots.stands(caller), true);
  await chat.setMember(ada, room, 'grace', 'moderator');
  await assert.rejects(chat.bots.renewToken(grace, room, bot.botId), { code: 'chat_forbidden' });
  const next = await chat.bots.renewToken(ada, room, bot.botId);
  assert.equal(await chat.bots.authenticate(token ?? ''), null);
  assert.equal(await chat.bots.stands(caller), false);
  assert.equal(await chat.bots.stands(ada), null, 'people are none of its business');
  assert.ok(await chat.bots.authenticate(next));
  for (const wrong of ['', 'hfb_', next.slice(0, -1), `${next}x`, next.replace('hfb_', 'hfw_')]) {
    assert.equal(await chat.bots.authenticate(wrong), null);
  }
  await chat.bots.remove(grace, room, bot.botId);
  assert.equal(await chat.bots.authenticate(next), null);
  for (const pk of ['chat-bots', 'chat-bot-names', 'chat-bot-secrets']) {
    assert.deepEqual((await records.query(pk)).items, [], pk);
  }
});

test('rows of bots that somebody else wrote are worth nothing, and none shows a secret', async (t) => {
  const { chat, ada, records } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot, token } = await chat.bots.make(ada, room, { ...NEW, access: 'both' });
  const hook = await chat.bots.addHook(ada, room, { botId: bot.botId, label: '', isSigned: true });
  const rows = await Promise.all(
    ['chat-bots', 'chat-bot-secrets', `chat-hooks#${room}`].map((pk) => records.query(pk)),
  );
  const text = JSON.stringify(rows);
  for (const secret of [token, hook.token, hook.secret]) assert.ok(secret && !text.includes(secret));
  const [row] = rows[0]?.items ?? [];
  assert.ok(row);
  await records.transact([{ op: 'put', pk: row.pk, sk: row.sk, value: { ...row.value, access: 'read' } }]);
  assert.equal(await chat.bots.authenticate(token ?? ''), null);
  await assert.rejects(chat.bots.receive(hook.token, json({ text: 'x' })), { code: 'chat_hook_not_found' });
});

test('a webhook says what it is sent, until it or its bot is taken out', async (t) => {
  const { chat, ada, grace } = await testChat(t, { settings: { chatHookMessagesPerMinute: 3 } });
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, { ...NEW, withToken: false });
  const { token, hook } = await chat.bots.addHook(ada, room, { botId: bot.botId, label: 'disks', isSigned: false });
  const said = await chat.bots.receive(token, json({ text: 'See <https://example.org|this>', username: 'ada' }));
  assert.equal(messageView(said).text, 'See [this](https://example.org)');
  assert.equal(messageView(said).author.handle, 'Grafana');
  await assert.rejects(chat.bots.receive(token, json({})), { code: 'chat_hook_body' });
  await chat.bots.receive(token, json({ text: 'x' }));
  await assert.rejects(chat.bots.receive(token, json({ text: 'x' })), { code: 'chat_too_fast' });
  await assert.rejects(chat.bots.removeHook(grace, room, hook.hookId), { code: 'chat_forbidden' });
  await chat.bots.removeHook(ada, room, hook.hookId);
  await assert.rejects(chat.bots.receive(token, json({ text: 'x' })), { code: 'chat_hook_not_found' });
  const again = await chat.bots.addHook(ada, room, { botId: bot.botId, label: '', isSigned: false });
  await chat.bots.remove(ada, room, bot.botId);
  await assert.rejects(chat.bots.receive(again.token, json({ text: 'x' })), { code: 'chat_hook_not_found' });
});

test('a signed webhook takes signed requests alone, lately signed, and each once', async (t) => {
  const { chat, ada, deps, advance } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, NEW);
  const { token, secret } = await chat.bots.addHook(ada, room, { botId: bot.botId, label: '', isSigned: true });
  const body = JSON.stringify({ text: 'deployed' });
  const sign = (id: string, at = new Date(deps.clock())) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret ?? '').sign(id, at, body),
  });
  const receive = (headers: Record<string, string>) =>
    chat.bots.receive(token, { contentType: 'application/json', body, headers });
  const refused = { code: 'chat_hook_signature' };
  await assert.rejects(receive({}), refused);
  await assert.rejects(receive({ ...sign('msg_1'), 'webhook-id': 'msg_2' }), refused);
  const headers = sign('msg_1');
  const first = await receive(headers);
  assert.equal((await receive(headers)).sequence, first.sequence);
  assert.notEqual((await receive(sign('msg_2'))).sequence, first.sequence);
  advance(5 * 60_000 + 1000);
  await assert.rejects(receive(headers), refused);
});

test('what two senders call the same is two messages: each has an address of its own', async (t) => {
  const { chat, ada, deps } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, NEW);
  const receive = async (text: string) => {
    const { token, secret } = await chat.bots.addHook(ada, room, { botId: bot.botId, label: text, isSigned: true });
    const at = new Date(deps.clock());
    const body = JSON.stringify({ text });
    const signature = new Webhook(secret ?? '').sign('1', at, body);
    const seconds = String(Math.floor(at.getTime() / 1000));
    const headers = { 'webhook-id': '1', 'webhook-timestamp': seconds, 'webhook-signature': signature };
    return await chat.bots.receive(token, { contentType: 'application/json', body, headers });
  };
  const [one, two] = [await receive('one'), await receive('two')];
  assert.notEqual(two.sequence, one.sequence);
});

test('taken out as a member a bot is gone as well, and its name is free', async (t) => {
  const { chat, ada, grace, records } = await testChat(t);
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, NEW);
  const hook = await chat.bots.addHook(ada, room, { botId: bot.botId, label: '', isSigned: false });
  await assert.rejects(chat.removeMember(grace, room, bot.botId), { code: 'chat_forbidden' });
  await chat.removeMember(ada, room, bot.botId);
  await assert.rejects(chat.bots.receive(hook.token, json({ text: 'x' })), { code: 'chat_hook_not_found' });
  assert.deepEqual((await records.query('chat-bots')).items, []);
  await chat.bots.make(ada, room, NEW);
});
