import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { hasCode } from '../../base/errors.ts';
import { storageErrors } from '../../storage/errors.ts';
import type { RecordStore } from '../../storage/index.ts';
import { type RoomEvent, textOf } from './content.ts';
import { testChat } from '../test-chat.ts';

const texts = (events: readonly RoomEvent[]) => events.map(textOf);
const sequences = (events: readonly RoomEvent[]) => events.map(({ sequence }) => sequence);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('what is said at once by many gets one sequence each, without a gap, in the order it was said', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const room = chat.generalRoomId;
  const sent = await Promise.all(upTo(500).map((n) => chat.send(n % 2 ? ada : grace, room, { text: `message ${n}` })));
  assert.deepEqual(sequences(sent), upTo(500));
  const page = await chat.history(ada, room, { limit: 200 });
  assert.deepEqual(sequences(page.messages), upTo(500).slice(300));
  assert.deepEqual(texts(page.messages).at(-1), 'message 500');
  assert.deepEqual([page.earlier, page.later, page.position.sequence], [301, null, 500]);
});

test('what one person says keeps its order, also where an earlier message takes longer to be checked', async (t) => {
  const { chat, ada } = await testChat(t);
  const sent = await Promise.all(
    ['@grace first', '@grace second', 'third'].map((text) => chat.send(ada, chat.generalRoomId, { text })),
  );
  assert.deepEqual(sequences(sent), upTo(3));
});

test('pages go both ways from any place, whatever was written together', async (t) => {
  const { chat, ada } = await testChat(t);
  const room = chat.generalRoomId;
  // Runs of 1, 2, 3, … messages.
  for (let size = 1; size <= 12; size++) {
    await Promise.all(upTo(size).map(() => chat.send(ada, room, { text: 'x' })));
  }
  const count = (12 * 13) / 2;
  for (const limit of [1, 7, 200]) {
    for (let from = 1; from <= count + 1; from += 5) {
      const before = await chat.history(ada, room, { before: from, limit });
      assert.deepEqual(
        sequences(before.messages),
        upTo(count)
          .filter((n) => n < from)
          .slice(-limit),
      );
      const after = await chat.history(ada, room, { after: from, limit });
      assert.deepEqual(
        sequences(after.messages),
        upTo(count)
          .filter((n) => n > from)
          .slice(0, limit),
      );
    }
  }
  const seen: number[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const page = await chat.history(ada, room, { limit: 10, before });
    seen.unshift(...sequences(page.messages));
    before = page.earlier;
  }
  assert.deepEqual(seen, upTo(count));
});

test('a message that is sent again with its id is the same message, at once and for ever', async (t) => {
  const { chat, ada, grace, advance } = await testChat(t);
  const room = chat.generalRoomId;
  const messageId = newId();
  const [one, two] = await Promise.all([
    chat.send(ada, room, { text: 'once', messageId }),
    chat.send(ada, room, { text: 'once', messageId }),
  ]);
  assert.deepEqual(two, one);
  advance(400 * 24 * 3_600_000);
  assert.deepEqual(await chat.send(ada, room, { text: 'once, but other words', messageId }), one);
  const other = await chat.send(grace, room, { text: 'of somebody else', messageId });
  assert.equal(other.sequence, 2);
  assert.equal((await chat.history(ada, room, { limit: 10 })).messages.length, 2);
});

test('two servers that write into one room at once give no sequence twice, and lose nothing', async (t) => {
  const here = await testChat(t);
  const there = await here.another();
  const room = here.chat.generalRoomId;
  assert.equal(there.generalRoomId, room);
  const sends = upTo(300).map(async (n) => {
    const message = { text: `message ${n}`, messageId: `message-${n}` };
    // Every tenth is sent to both, as by a client that lost an answer.
    const servers = n % 10 === 0 ? [here.chat, there] : [n % 2 ? here.chat : there];
    return await Promise.all(servers.map((server) => server.send(here.ada, room, message)));
  });
  const sent = await Promise.all(sends);
  for (const [first, second] of sent) if (second) assert.equal(second.sequence, first?.sequence);
  const all = sent.map(([event]) => event?.sequence ?? 0).toSorted((a, b) => a - b);
  assert.deepEqual(all, upTo(300));
  const last = await there.history(here.ada, room, { limit: 200 });
  assert.deepEqual(sequences(last.messages), upTo(300).slice(100));
});

test('a write whose outcome is not known is made once when it is sent again', async (t) => {
  let broken = false;
  const { chat, ada } = await testChat(t, {
    wrapRecords: (records): RecordStore => ({
      properties: records.properties,
      get: (pk, sk) => records.get(pk, sk),
      query: (pk, options) => records.query(pk, options),
      async transact(operations) {
        await records.transact(operations);
        if (broken) throw storageErrors('records_unavailable', { attempted: 'Write records' });
      },
      [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
    }),
  });
  const room = chat.generalRoomId;
  const message = { text: 'did it arrive?', messageId: newId() };
  broken = true;
  await assert.rejects(chat.send(ada, room, message), (error) => hasCode(error, 'records_unavailable'));
  broken = false;
  assert.equal((await chat.send(ada, room, message)).sequence, 1);
  assert.deepEqual(texts((await chat.history(ada, room, { limit: 10 })).messages), ['did it arrive?']);
});

test('a message is 16 KiB of UTF-8 at most, and not empty', async (t) => {
  const { chat, ada } = await testChat(t);
  const room = chat.generalRoomId;
  const longest = 'ä'.repeat(8 * 1024);
  assert.equal(textOf(await chat.send(ada, room, { text: longest })), longest);
  await assert.rejects(chat.send(ada, room, { text: `${longest}x` }), { code: 'chat_text_too_long' });
  await assert.rejects(chat.send(ada, room, { text: ' \n\t ' }), { code: 'chat_text_empty' });
  assert.equal(textOf(await chat.send(ada, room, { text: 'half \ud800 of it' })), 'half \ufffd of it');
  const many = await Promise.all(upTo(60).map(() => chat.send(ada, room, { text: longest })));
  assert.equal(many.at(-1)?.sequence, 62, 'however long they are together');
  const odd = '\u0001'.repeat(16 * 1024);
  const bells = await Promise.all(upTo(20).map(() => chat.send(ada, room, { text: odd })));
  assert.ok(
    bells.every((event) => textOf(event) === odd),
    'and whatever they are made of',
  );
});

test('time in a room never goes back, whatever the clock does', async (t) => {
  const { chat, ada, advance } = await testChat(t);
  const first = await chat.send(ada, chat.generalRoomId, { text: 'now' });
  advance(-60_000);
  assert.equal((await chat.send(ada, chat.generalRoomId, { text: 'before' })).atMs, first.atMs);
});

test('the records show neither text nor names, and nothing in them opens anywhere else', async (t) => {
  const { chat, ada, records } = await testChat(t);
  const { roomId } = (await chat.createRoom(ada, { name: 'secretname', kind: 'private', topic: 'secrettopic' })).room;
  await chat.send(ada, roomId, { text: 'secretone' });
  await chat.send(ada, roomId, { text: 'secrettwo' });
  await chat.sendAsVisitor({ name: 'secretvisitor', address: '192.0.2.1' }, chat.generalRoomId, 'secretthree');
  const rows = await Promise.all(
    ['chat-rooms', 'chat-room-names', `chat-room#${roomId}`, `chat-room#${chat.generalRoomId}`].map((pk) =>
      records.query(pk),
    ),
  );
  assert.doesNotMatch(JSON.stringify(rows), /secret(name|topic|one|two|visitor|three)/);
  const [one, two] = (await records.query(`chat-room#${roomId}`, { prefix: 'm#' })).items;
  assert.ok(one && two);
  await records.transact([{ op: 'put', pk: two.pk, sk: two.sk, value: one.value }]);
  const page = await chat.history(ada, roomId, { limit: 10 });
  assert.deepEqual(texts(page.messages), ['secretone', null], 'what was moved does not open');
});

test('a part of the workspace says something once under one id, in private rooms too, and under a name of its own', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const { roomId } = (await chat.createRoom(ada, { name: 'alerts', kind: 'private' })).room;
  const message = { text: 'A bucket is open', messageId: 'letter-00000001' };
  const [one, again] = [
    await chat.sendAsProgram('Holdfast', roomId, message),
    await chat.sendAsProgram('Holdfast', roomId, message),
  ];
  assert.deepEqual(again, one);
  const { messages } = await chat.history(ada, roomId, { limit: 10 });
  assert.deepEqual(
    messages.map(({ author }) => author),
    [{ program: 'Holdfast' }],
  );
  const direct = (await chat.startConversation(ada, [grace.handle])).room;
  await assert.rejects(chat.sendAsProgram('Holdfast', direct.roomId, message), (error) =>
    hasCode(error, 'chat_room_not_found'),
  );
});
