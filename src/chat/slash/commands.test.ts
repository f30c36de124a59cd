import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../messages/content.ts';
import { testChat } from '../test-chat.ts';
import { runSlash, slashCommands } from './commands.ts';

test('a line that begins with a slash does what its command says, as far as whoever typed it may', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const general = chat.generalRoomId;
  const run = (line: string, caller = ada, roomId = general) => runSlash(chat, caller, roomId, line);
  const me = await run('/me waves', grace);
  assert.equal(me.message && textOf(me.message), '_waves_');
  assert.deepEqual((await run('/topic  Plans and cake ')).lines, ['Plans and cake']);
  await assert.rejects(run('/topic Mine', grace), { code: 'chat_forbidden' });
  assert.deepEqual((await run('/topic', grace)).lines, ['Plans and cake']);

  const direct = await run('/msg @grace only for you');
  const { messages } = await chat.history(grace, direct.roomId ?? '', { limit: 5 });
  assert.deepEqual(messages.map(textOf), ['only for you']);

  const made = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room.roomId;
  await run('/invite @grace', ada, made);
  assert.deepEqual((await run('/members', grace, made)).lines?.toSorted(), [
    '@ada (owner, offline)',
    '@grace (member, offline)',
  ]);
  await assert.rejects(run('/join #plans', edsger), { code: 'chat_room_not_found' });
  assert.equal((await run('/join PLANS', grace)).roomId, made);
  await chat.setMember(ada, made, 'grace', 'moderator');
  await run('/invite @grace', ada, made);
  assert.ok((await run('/members', ada, made)).lines?.includes('@grace (moderator, offline)'), 'her role is kept');
  await run('/kick @grace too loud', ada, made);
  await assert.rejects(run('/topic', grace, made), { code: 'chat_room_not_found' });
  await assert.rejects(run('/leave', ada, made), { code: 'chat_last_owner' });

  await run('/mute', grace);
  assert.equal((await chat.room(grace, general)).reading.level, 'none');
  await run('/unmute', grace);
  assert.equal((await chat.room(grace, general)).reading.level, 'all');
  await run('/keep 30');
  assert.equal((await chat.room(ada, general)).room.retentionDays, 30);
  await run('/keep all');
  assert.equal((await chat.room(ada, general)).room.retentionDays, null);
  assert.match((await run('/rooms', edsger)).lines?.join() ?? '', /^#general \(\d unread\)$/);
  assert.equal((await run('/help')).lines?.length, slashCommands.length);
});

test('whom somebody ignores and which words they watch for are chosen by a line as well', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const run = async (line: string) => (await runSlash(chat, grace, chat.generalRoomId, line)).lines?.join();
  assert.match((await run('/ignore')) ?? '', /^You ignore nobody/);
  assert.equal(await run('/ignore @ada'), 'You ignore @ada; /unignore @ada takes it back');
  assert.equal(await run('/ignore'), 'You ignore @ada');
  assert.deepEqual((await chat.preferences(grace)).ignored, [ada.accountId]);
  assert.equal(await run('/unignore ada'), 'You see what @ada says');
  await assert.rejects(run('/ignore @nobody'), { code: 'chat_member_not_found' });
  for (const line of ['/ignore @grace', '/unignore', '/unwatch']) {
    await assert.rejects(run(line), { code: 'chat_command_usage' }, line);
  }
  assert.match((await run('/watch')) ?? '', /^You watch for no word/);
  await run('/watch Launch');
  assert.equal(await run('/watch go live'), 'You watch for launch, go live; /unwatch WORD takes one off');
  assert.equal(await run('/unwatch LAUNCH'), 'You do not watch for launch any more');
  assert.equal(await run('/unwatch launch'), 'You do not watch for launch');
  assert.deepEqual(await chat.preferences(grace), { ignored: [], keywords: ['go live'] });
});

test('whoever is away is so with all of their clients', async (t) => {
  const { chat, ada } = await testChat(t);
  const client = { send: async () => undefined, close: () => undefined };
  using desk = chat.talk(ada, client);
  using phone = chat.talk(ada, client);
  for (const talk of [desk, phone]) talk.hear({ type: 'chat.presence' });
  await runSlash(chat, ada, chat.generalRoomId, '/away');
  assert.equal(chat.presence.stateOf(ada.accountId), 'away');
  await runSlash(chat, ada, chat.generalRoomId, '/back');
  assert.equal(chat.presence.stateOf(ada.accountId), 'online');
});

test('what is no command, or lacks something, is told and does nothing', async (t) => {
  const { chat, ada } = await testChat(t);
  const run = (line: string) => runSlash(chat, ada, chat.generalRoomId, line);
  for (const line of ['/', '/nothing', '/__proto__', '/TOPIC x', 'topic']) {
    await assert.rejects(run(line), { code: 'chat_command_unknown' }, line);
  }
  for (const line of [
    '/me',
    '/msg',
    '/msg @grace',
    '/invite',
    '/kick @grace',
    '/keep',
    '/keep 0',
    '/keep x',
    '/join',
    // Such words are meant for something else than to mute or leave the whole room.
    '/mute @grace too loud',
    '/leave it alone',
    '/away x',
  ]) {
    await assert.rejects(run(line), { code: 'chat_command_usage' }, line);
  }
  assert.equal((await chat.room(ada, chat.generalRoomId)).position.sequence, 0);
});
