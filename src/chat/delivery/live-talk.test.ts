import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { inProcessPubSub, type PubSub, type RecordStore } from '../../storage/index.ts';
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

/** Pub/sub that tells how many subscriptions there are, and of each one that is made. */
function watchedPubSub(): PubSub & { readonly count: () => number; onSubscribe: (topic: string) => void } {
  const inner = inProcessPubSub({ log: silentLog });
  const there = new Set<Disposable>();
  return {
    count: () => there.size,
    onSubscribe: () => undefined,
    publish: (topic, message) => inner.publish(topic, message),
    subscribe(topic, listener) {
      this.onSubscribe(topic);
      const subscription = inner.subscribe(topic, listener);
      there.add(subscription);
      return {
        [Symbol.dispose]() {
          there.delete(subscription);
          subscription[Symbol.dispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

/** Records where something happens just before the next one is read. */
function watchedRecords() {
  const seen: { meanwhile: (() => unknown) | null; wrapRecords: (records: RecordStore) => RecordStore } = {
    meanwhile: null,
    wrapRecords: (records) => ({
      ...records,
      async get(pk, sk) {
        const act = seen.meanwhile;
        seen.meanwhile = null;
        await act?.();
        return await records.get(pk, sk);
      },
    }),
  };
  return seen;
}

test('a client that goes while it is let into a room leaves nothing behind', async (t) => {
  const [pubSub, records] = [watchedPubSub(), watchedRecords()];
  const { chat, ada, grace } = await testChat(t, { pubSub, wrapRecords: records.wrapRecords });
  const { roomId } = (await chat.startConversation(ada, [grace.handle])).room;
  for (const rooms of [[{ roomId: chat.generalRoomId }], [{ roomId }]]) {
    const before = pubSub.count();
    const goes = chat.talk(ada, client().connection);
    const gone = Promise.withResolvers<void>();
    records.meanwhile = () => {
      goes[Symbol.dispose]();
      gone.resolve();
    };
    goes.hear({ type: 'chat.listen', rooms });
    await gone.promise;
    // Whoever came after it has been let in: so would it have been.
    const stays = client();
    {
      using talk = chat.talk(ada, stays.connection);
      talk.hear({ type: 'chat.listen', rooms });
      await stays.until(({ kind }) => kind === 'sealed' || kind === 'subscribed');
    }
    assert.equal(pubSub.count(), before);
  }
});

test('a room that is left before it was entered is not heard', async (t) => {
  const { chat, ada } = await testChat(t);
  const other = (await chat.createRoom(ada, { name: 'other', kind: 'public' })).room.roomId;
  const reader = client();
  using talk = chat.talk(ada, reader.connection);
  talk.hear({ type: 'chat.listen', rooms: [{ roomId: chat.generalRoomId }] });
  talk.hear({ type: 'chat.leave', rooms: [chat.generalRoomId] });
  talk.hear({ type: 'chat.listen', rooms: [{ roomId: other }] });
  await reader.until(subscribed);
  await chat.send(ada, chat.generalRoomId, { text: 'unheard' });
  const { sequence } = await chat.send(ada, other, { text: 'heard' });
  await reader.until(event(sequence));
  assert.deepEqual(
    reader.told.filter((news) => 'roomId' in news && news.roomId === chat.generalRoomId),
    [],
  );
});

test('who is put out of a room while they are let in hears no more of it', async (t) => {
  const [pubSub, records] = [watchedPubSub(), watchedRecords()];
  const { chat, ada, grace } = await testChat(t, { pubSub, wrapRecords: records.wrapRecords });
  const closed = (await chat.createRoom(ada, { name: 'closed', kind: 'private' })).room.roomId;
  await chat.setMember(ada, closed, grace.handle);
  const reader = client();
  using talk = chat.talk(grace, reader.connection);
  // It was looked whether she may: her place among those who hear is made, and where the room stands is read.
  pubSub.onSubscribe = (topic) => {
    if (topic === `chat#${closed}`) records.meanwhile = () => chat.removeMember(ada, closed, grace.accountId);
  };
  talk.hear({ type: 'chat.listen', rooms: [{ roomId: closed }] });
  await reader.until(({ kind }) => kind === 'closed');
  await chat.send(ada, closed, { text: 'hush' });
  await new Promise(setImmediate);
  assert.deepEqual(sequences(reader.told), []);
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
