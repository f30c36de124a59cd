import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateIdentity } from '../../age/index.ts';
import { textOf } from '../messages/content.ts';
import { personalKey, testChat } from '../test-chat.ts';

test('a conversation is one for the same people, whoever starts it, and nobody else sees it', async (t) => {
  const { chat, ada, grace, edsger, guest } = await testChat(t);
  const [one, two] = await Promise.all([
    chat.startConversation(ada, ['grace']),
    chat.startConversation(grace, ['@ada', 'grace']),
  ]);
  const { roomId } = one.room;
  assert.equal(two.room.roomId, roomId);
  await chat.send(ada, roomId, { text: 'just for you' });
  assert.deepEqual((await chat.history(grace, roomId, { limit: 10 })).messages.map(textOf), ['just for you']);
  const missing = { code: 'chat_room_not_found' };
  for (const act of [
    () => chat.room(edsger, roomId),
    () => chat.send(edsger, roomId, { text: 'me too' }),
    () => chat.history(edsger, roomId, { limit: 1 }),
    () => chat.sendAsVisitor({ name: 'someone', address: '192.0.2.1' }, roomId, 'hello'),
  ]) {
    await assert.rejects(act, missing);
  }
  assert.ok((await chat.rooms(edsger)).every(({ room }) => room.kind !== 'direct'));
  assert.ok((await chat.rooms(grace)).some(({ room }) => room.roomId === roomId));
  await assert.rejects(chat.setMember(ada, roomId, 'edsger', 'member'), { code: 'chat_forbidden' });
  await assert.rejects(chat.changeRoom(ada, roomId, { topic: 'x' }), { code: 'chat_forbidden' });
  const three = await chat.startConversation(ada, ['grace', 'edsger']);
  assert.notEqual(three.room.roomId, roomId, 'other people are another conversation');
  await assert.rejects(chat.startConversation(ada, ['ada']), { code: 'chat_conversation_size' });
  await assert.rejects(chat.startConversation(ada, ['nobody']), { code: 'chat_member_not_found' });
  await assert.rejects(chat.startConversation(guest, ['ada']), { code: 'chat_forbidden' });
});

test('a server that has just started opens a conversation for its members alone, workspace key or not', async (t) => {
  const { chat, ada, grace, edsger, another, records } = await testChat(t);
  const { roomId } = (await chat.startConversation(ada, ['grace'])).room;
  await chat.send(ada, roomId, { text: 'secrettext' });
  const later = await another();
  const { key: _, ...keyless } = grace;
  await assert.rejects(later.history(keyless, roomId, { limit: 1 }), { code: 'chat_key_needed' });
  const forged = { ...grace, key: () => personalKey(generateIdentity('classic')) };
  await assert.rejects(later.history(forged, roomId, { limit: 1 }), { code: 'chat_key_needed' });
  await assert.rejects(later.history(edsger, roomId, { limit: 1 }), { code: 'chat_room_not_found' });
  assert.deepEqual((await later.history(grace, roomId, { limit: 1 })).messages.map(textOf), ['secrettext']);
  const rows = await Promise.all(
    ['chat-conversations', `chat-room#${roomId}`, `chat-wraps#${ada.accountId}`].map((pk) => records.query(pk)),
  );
  assert.doesNotMatch(JSON.stringify(rows), /secrettext/);
});

test('the key of a conversation is forgotten a while after its last use', async (t) => {
  const { chat, ada, advance, deps } = await testChat(t);
  const { roomId } = (await chat.startConversation(ada, ['grace'])).room;
  const { key: _, ...keyless } = ada;
  await chat.send(keyless, roomId, { text: 'it is open' });
  advance(deps.settings.chatKeyKeptMs);
  await assert.rejects(chat.send(keyless, roomId, { text: 'and now?' }), { code: 'chat_key_needed' });
  assert.equal((await chat.send(ada, roomId, { text: 'opened again' })).sequence, 2);
});

test('whoever gets a new identity keeps their conversations', async (t) => {
  const { chat, ada, grace, another } = await testChat(t);
  const { roomId } = (await chat.startConversation(ada, ['grace'])).room;
  await chat.send(ada, roomId, { text: 'from before' });
  const next = personalKey(generateIdentity('classic'));
  await chat.wrapForNext(grace, next.recipient);
  for (const person of [{ ...grace, key: () => next }, grace]) {
    const { messages } = await (await another()).history(person, roomId, { limit: 1 });
    assert.deepEqual(messages.map(textOf), ['from before'], 'with the new one, and with the old one until it is gone');
  }
});

test('a connection is told that there is something in a conversation, and not what', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const { roomId } = (await chat.startConversation(ada, ['grace'])).room;
  const listen = (person: typeof ada) => {
    const frames: string[] = [];
    const news = new EventTarget();
    const send = async (text: string): Promise<void> => {
      frames.push(text);
      news.dispatchEvent(new Event('frame'));
    };
    const talk = chat.talk(person, { send, close: () => {} });
    t.after(() => talk[Symbol.dispose]());
    talk.hear({ type: 'chat.listen', rooms: [{ roomId }] });
    const until = async (fits: RegExp) => {
      while (!fits.test(frames.join())) await new Promise((go) => news.addEventListener('frame', go, { once: true }));
      return frames.join();
    };
    return Object.assign(until, { writes: () => talk.hear({ type: 'chat.typing', roomId }) });
  };
  const [graces, edsgers] = [listen(grace), listen(edsger)];
  await edsgers(/"closed"/);
  await graces(/"sealed".*"sequence":0/);
  await chat.send(ada, roomId, { text: 'secrettext' });
  assert.doesNotMatch(await graces(/"sealed".*"sequence":1/), /secrettext/);
  const adas = listen(ada);
  await adas(/"sealed"/);
  adas.writes();
  await graces(/"kind":"typing".*"handles":\["ada"\]/);
});
