import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { textOf } from '../messages/content.ts';
import { mentionsIn } from '../messages/mentions.ts';
import { ownPartitions } from '../records.ts';
import { testChat } from '../test-chat.ts';

test('what others said and is not read is counted, and what names the reader', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const roomId = chat.generalRoomId;
  const unread = async () => (await chat.room(grace, roomId)).reading.unread;
  for (const text of ['one', '@grace look', 'for @room', 'mail a@grace.org']) await chat.send(ada, roomId, { text });
  await chat.send(grace, roomId, { text: 'my own' });
  assert.deepEqual(await unread(), { messages: 4, mentions: 2 });
  assert.equal(await chat.markRead(grace, roomId, 2), 2);
  assert.deepEqual(await unread(), { messages: 2, mentions: 1 });
  assert.equal(await chat.markRead(grace, roomId, 1), 2, 'forward only');
  assert.equal(await chat.markRead(grace, roomId, 99), 5, 'and not beyond what there is');
  assert.deepEqual(await unread(), { messages: 0, mentions: 0 });

  await chat.changePreferences(grace, () => ({ ignored: [edsger.accountId], keywords: ['Launch'] }));
  await chat.send(edsger, roomId, { text: '@grace hello?' });
  await chat.send(ada, roomId, { text: 'the launch is near' });
  await chat.react(ada, { roomId, sequence: 1 }, { reaction: '👍', on: true });
  await chat.remove(ada, { roomId, sequence: 1 });
  assert.deepEqual(await unread(), { messages: 1, mentions: 1 });
});

test('reactions between do not use up what is counted, and more than a hundred is a hundred', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const roomId = chat.generalRoomId;
  const unread = async () => (await chat.room(grace, roomId)).reading.unread;
  await chat.send(ada, roomId, { text: 'first' });
  for (let turn = 0; turn < 130; turn += 1) {
    await chat.react(ada, { roomId, sequence: 1 }, { reaction: '👍', on: turn % 2 === 0 });
  }
  for (let turn = 0; turn < 60; turn += 1) await chat.send(ada, roomId, { text: `more ${turn}` });
  await chat.send(ada, roomId, { text: '@grace at the end' });
  assert.deepEqual(await unread(), { messages: 62, mentions: 1 });
  for (let turn = 0; turn < 60; turn += 1) await chat.send(ada, roomId, { text: `and more ${turn}` });
  assert.equal((await unread()).messages, 100);
});

test('a mention is a whole handle that stands by itself, outside of code', async (t) => {
  const { deps, ada, grace } = await testChat(t);
  const named = async (text: string) => {
    const { accountIds, everybody } = await mentionsIn(deps, text);
    return [accountIds.map((id) => (id === ada.accountId ? 'ada' : id === grace.accountId ? 'grace' : '?')), everybody];
  };
  assert.deepEqual(await named('@ada and @Grace, hello @ada.'), [['ada', 'grace'], false]);
  assert.deepEqual(await named('(@ada) @room!'), [['ada'], true]);
  for (const text of ['ada@ada.org', '@adam', '`@ada`', '```\n@ada\n```', '@@ada', 'x@room', '/@ada', '@']) {
    assert.deepEqual(await named(text), [[], false], text);
  }
});

test('a person lists the messages that name them and those that they keep, as far as they may see them', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const roomId = chat.generalRoomId;
  await chat.send(ada, roomId, { text: '@grace one' });
  const secret = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room.roomId;
  await chat.setMember(ada, secret, 'grace', 'member');
  await chat.send(ada, secret, { text: '@grace two' });
  for (const place of [
    { roomId, sequence: 1 },
    { roomId: secret, sequence: 1 },
  ]) {
    await chat.save(grace, { ...place, on: true });
  }
  const both = await chat.mentions(grace, { limit: 10 });
  assert.deepEqual(new Set(both.messages.map(textOf)), new Set(['@grace one', '@grace two']));
  assert.equal((await chat.saved(grace, { limit: 10 })).messages.length, 2);
  await chat.removeMember(ada, secret, grace.accountId);
  assert.deepEqual((await chat.mentions(grace, { limit: 10 })).messages.map(textOf), ['@grace one']);
  assert.deepEqual((await chat.saved(grace, { limit: 10 })).messages.map(textOf), ['@grace one']);
  await chat.save(grace, { roomId, sequence: 1, on: false });
  assert.deepEqual((await chat.saved(grace, { limit: 10 })).messages, []);
  await assert.rejects(chat.save(grace, { roomId: secret, sequence: 1, on: true }), { code: 'chat_room_not_found' });
});

test('what somebody chose is kept, and nobody reads it in the records', async (t) => {
  const { chat, ada, grace, records } = await testChat(t);
  const chosen = { ignored: [ada.accountId], keywords: ['secretword'] };
  await chat.changePreferences(grace, () => chosen);
  assert.deepEqual(await chat.preferences(grace), chosen);
  assert.deepEqual(await chat.preferences(ada), { ignored: [], keywords: [] });
  const rows = JSON.stringify(await records.query(`chat-person#${grace.accountId}`));
  assert.ok(!rows.includes('secretword') && !rows.includes(ada.accountId));
  await chat.setLevel(grace, chat.generalRoomId, 'mentions');
  assert.equal((await chat.room(grace, chat.generalRoomId)).reading.level, 'mentions');
});

test('choices are changed as they are by then, within limits, and nobody ignores themself', async (t) => {
  const { chat, ada, grace, edsger, another } = await testChat(t);
  const add = (accountId: string) =>
    chat.changePreferences(grace, (now) => ({ ...now, ignored: [...now.ignored, accountId] }));
  await Promise.all([add(ada.accountId), add(edsger.accountId), add(grace.accountId)]);
  assert.deepEqual(
    new Set((await chat.preferences(grace)).ignored),
    new Set([ada.accountId, edsger.accountId]),
    'neither is lost',
  );
  await assert.rejects(add('nobody'), { code: 'chat_member_not_found' });
  // Whom they ignored is gone: the rest can be chosen all the same.
  const later = await another({ person: async () => null });
  const keywords = Array.from({ length: 50 }, (_, n) => `word-${n}`);
  await later.changePreferences(grace, (now) => ({ ...now, keywords }));
  for (const wrong of [[...keywords, 'more'], ['x'.repeat(65)]]) {
    await assert.rejects(
      chat.changePreferences(grace, (now) => ({ ...now, keywords: wrong })),
      { code: 'chat_choices_full' },
    );
  }
  assert.equal((await chat.preferences(grace)).keywords.length, 50);
});

test('who writes is told to the others who listen, gathered, and other devices hear what is read', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t, { settings: { chatTypingMs: 100 } });
  const roomId = chat.generalRoomId;
  const client = () => {
    const frames: string[] = [];
    const news = new EventTarget();
    return {
      frames,
      connection: {
        send: async (text: string) => {
          frames.push(text);
          news.dispatchEvent(new Event('frame'));
        },
        close: () => {},
      },
      async until(fits: RegExp) {
        while (!frames.some((frame) => fits.test(frame))) {
          await new Promise((go) => news.addEventListener('frame', go, { once: true }));
        }
      },
    };
  };
  const [one, two] = [client(), client()];
  using adas = chat.talk(ada, one.connection);
  using graces = chat.talk(grace, two.connection);
  for (const talk of [adas, graces]) talk.hear({ type: 'chat.listen', rooms: [{ roomId }] });
  await Promise.all([one, two].map((each) => each.until(/subscribed/)));
  for (let times = 0; times < 5; times++) adas.hear({ type: 'chat.typing', roomId });
  await two.until(/"kind":"typing".*"handles":\["ada"\]/);
  await chat.changePreferences(grace, (now) => ({ ...now, ignored: [ada.accountId] }));
  await two.until(/"kind":"preferences"/);
  two.frames.length = 0;
  using edsgers = chat.talk(edsger, client().connection);
  edsgers.hear({ type: 'chat.listen', rooms: [{ roomId }] });
  for (let told = false; !told; told = two.frames.join().includes('typing')) {
    for (const talk of [adas, edsgers]) talk.hear({ type: 'chat.typing', roomId });
    await new Promise(setImmediate);
  }
  assert.doesNotMatch(two.frames.join(), /"ada"/, 'not of whom they ignore');
  assert.doesNotMatch(one.frames.join(), /"ada"\]/, 'nobody hears of themself');
  await chat.send(ada, roomId, { text: 'there' });
  await chat.markRead(grace, roomId, 1);
  await two.until(/"kind":"read"/);
  assert.doesNotMatch(one.frames.join(), /"kind":"read"/);
});

test('of an account that ends nothing stays but what it said', async (t) => {
  const { chat, records, ada, grace, another } = await testChat(t);
  const roomId = chat.generalRoomId;
  const direct = (await chat.startConversation(grace, ['ada'])).room.roomId;
  await chat.send(grace, direct, { text: 'between us' });
  await chat.send(grace, roomId, { text: '@ada hello' });
  await chat.send(ada, roomId, { text: '@grace hello' });
  await chat.save(grace, { roomId, sequence: 1, on: true });
  await chat.markRead(grace, roomId, 1);
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['Launch'] }));
  await chat.moderation.hide(ada, { roomId, sequence: 1 }, 'too loud');
  const left = async () => {
    const found = await Promise.all(ownPartitions(grace.accountId).map((pk) => records.query(pk)));
    return found.map(({ items }) => items.length);
  };
  assert.deepEqual(await left(), [1, 1, 1, 1, 1, 1]);
  await chat.forget(grace.accountId);
  await chat.forget(grace.accountId);
  assert.deepEqual(await left(), [0, 0, 0, 0, 0, 0]);
  await assert.rejects((await another()).history(grace, direct, { limit: 10 }), (error) =>
    hasCode(error, 'chat_key_needed'),
  );
  const { messages } = await chat.history(ada, direct, { limit: 10 });
  assert.deepEqual(messages.map(textOf), ['between us']);
  assert.equal((await chat.mentions(ada, { limit: 10 })).messages.length, 1);
});
