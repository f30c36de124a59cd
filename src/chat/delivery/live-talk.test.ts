import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testChat } from '../test-chat.ts';
import type { LiveNews } from '../wire.ts';
import type { Connection } from './live-talk.ts';

/** A client that reads, or does not. */
function client(reads = true) {
  const told: LiveNews[] = [];
  const frames: string[] = [];
  const waiting: { fits: (news: LiveNews) => boolean; done: () => void }[] = [];
  let closed = 0;
  const connection: Connection = {
    send(text) {
      frames.push(text);
      if (!reads) return new Promise(() => {});
      told.push(...(JSON.parse(text) as { news: LiveNews[] }).news);
      for (const each of [...waiting]) if (told.some(each.fits)) each.done();
      return Promise.resolve();
    },
    close: (code) => void (closed = code),
  };
  return {
    connection,
    told,
    frames,
    closedWith: () => closed,
    until: (fits: (news: LiveNews) => boolean): Promise<void> =>
      told.some(fits) ? Promise.resolve() : new Promise((done) => waiting.push({ fits, done })),
  };
}

const sequences = (told: readonly LiveNews[]) => told.flatMap((news) => (news.kind === 'event' ? [news.sequence] : []));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const subscribed = ({ kind }: LiveNews): boolean => kind === 'subscribed';
const event = (sequence: number) => (news: LiveNews) => news.kind === 'event' && news.sequence === sequence;

test('what is written together reaches a client in one frame', async (t) => {
  const { chat, ada } = await testChat(t);
  const roomId = chat.generalRoomId;
  const reader = client();
  using talk = chat.talk(ada, reader.connection);
  assert.ok(talk.hear({ type: 'chat.listen', rooms: [{ roomId }] }));
  await reader.until(subscribed);
  const before = reader.frames.length;
  await Promise.all(upTo(50).map((n) => chat.send(ada, roomId, { text: `${n}` })));
  await reader.until(event(50));
  assert.equal(reader.frames.length, before + 1);
  assert.deepEqual(sequences(reader.told), upTo(50));
});

test('a client that does not read costs bounded memory, is ended so that it resumes, and delays nobody', async (t) => {
  const { chat, ada, deps } = await testChat(t);
  const roomId = chat.generalRoomId;
  const { position } = await chat.room(ada, roomId);
  const [dead, reader] = [client(false), client()];
  using deadTalk = chat.talk(ada, dead.connection);
  using talk = chat.talk(ada, reader.connection);
  for (const each of [deadTalk, talk]) each.hear({ type: 'chat.listen', rooms: [{ roomId, ...position }] });
  await reader.until(subscribed);
  const text = 'x'.repeat(10_000);
  for (const n of upTo(250)) assert.equal((await chat.send(ada, roomId, { text })).sequence, n);
  await reader.until(event(250));
  assert.deepEqual(sequences(reader.told), upTo(250));
  assert.equal(dead.closedWith(), 4408);
  const taken = dead.frames.reduce((sum, frame) => sum + frame.length, 0);
  assert.ok(taken <= deps.settings.chatSocketBytes + 100 * dead.frames.length, `${taken} bytes wait`);

  const again = client();
  using resumed = chat.talk(ada, again.connection);
  resumed.hear({ type: 'chat.listen', rooms: [{ roomId, ...position }] });
  await again.until(event(250));
  assert.deepEqual(sequences(again.told), upTo(250), 'and misses nothing');
});

test('a client that does not take what it missed is ended as well when too much is said meanwhile', async (t) => {
  const { chat, ada } = await testChat(t);
  const roomId = chat.generalRoomId;
  const { position } = await chat.room(ada, roomId);
  await chat.send(ada, roomId, { text: 'missed' });
  const [dead, reader] = [client(false), client()];
  using deadTalk = chat.talk(ada, dead.connection);
  using talk = chat.talk(ada, reader.connection);
  for (const each of [deadTalk, talk]) each.hear({ type: 'chat.listen', rooms: [{ roomId, ...position }] });
  await reader.until(event(1));
  for (const _ of upTo(120)) await chat.send(ada, roomId, { text: 'x'.repeat(10_000) });
  await reader.until(event(121));
  assert.equal(dead.closedWith(), 4408);
});

test('what is said while a client is told what it missed comes after that, and once', async (t) => {
  const { chat, ada } = await testChat(t);
  const roomId = chat.generalRoomId;
  const { position } = await chat.room(ada, roomId);
  for (const n of upTo(200)) await chat.send(ada, roomId, { text: `${n}` });
  const reader = client();
  using talk = chat.talk(ada, reader.connection);
  talk.hear({ type: 'chat.listen', rooms: [{ roomId, ...position }] });
  await Promise.all(upTo(100).map((n) => chat.send(ada, roomId, { text: `${n}` })));
  await reader.until(event(300));
  assert.deepEqual(sequences(reader.told), upTo(300));
});

test('a client hears of no more rooms than it may', async (t) => {
  const { chat, ada } = await testChat(t, { settings: { chatSubscriptions: 1 } });
  const { roomId } = (await chat.createRoom(ada, { name: 'other', kind: 'public' })).room;
  const reader = client();
  using talk = chat.talk(ada, reader.connection);
  assert.ok(talk.hear({ type: 'chat.listen', rooms: [{ roomId }] }));
  await reader.until(subscribed);
  assert.ok(!talk.hear({ type: 'chat.listen', rooms: [{ roomId: chat.generalRoomId }] }));
});

test('what is told before a page comes before the page', async (t) => {
  const { chat, ada } = await testChat(t);
  const roomId = chat.generalRoomId;
  await chat.send(ada, roomId, { text: 'before' });
  const reader = client();
  using talk = chat.talk(ada, reader.connection);
  talk.hear({ type: 'chat.listen', rooms: [{ roomId }] });
  await reader.until(({ kind }) => kind === 'message');
  assert.deepEqual(
    reader.told.map(({ kind }) => kind),
    ['subscribed', 'message'],
  );
});

test('who is added to a room, or written to for the first time, hears of it without having asked', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const reader = client();
  using _talk = chat.talk(grace, reader.connection);
  const hears = (roomId: string) => reader.until((news) => news.kind === 'room' && news.roomId === roomId);
  const closed = (await chat.createRoom(ada, { name: 'closed', kind: 'private' })).room.roomId;
  await chat.setMember(ada, closed, grace.handle);
  await hears(closed);
  const { roomId } = (await chat.startConversation(ada, [grace.handle])).room;
  await hears(roomId);
});
