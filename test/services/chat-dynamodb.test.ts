/** The chat core over DynamoDB Local: what the tests in src/chat promise of records in memory holds for these. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { BLOCK, putTogether } from '../../src/chat/messages/blocks.ts';
import { textOf } from '../../src/chat/messages/content.ts';
import { openRooms } from '../../src/chat/rooms/open-rooms.ts';
import { testChat, type TestChat } from '../../src/chat/test-chat.ts';
import { openDynamoRecordStore } from '../../src/storage/index.ts';
import { dynamoPlace, skipWithoutDynamo } from '../support/stores/dynamodb-local.ts';

const skip = skipWithoutDynamo;
const DAY = 86_400_000;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function chatOnDynamo(t: TestContext): Promise<TestChat> {
  const mayCreate = () => Promise.resolve(true);
  const records = await openDynamoRecordStore({ ...dynamoPlace(), clock: Date.now, log: silentLog, mayCreate });
  return await testChat(t, { records });
}

test('two servers write into one room at once, and all of it is there once and in one order', { skip }, async (t) => {
  const here = await chatOnDynamo(t);
  const there = await here.another();
  const room = here.chat.generalRoomId;
  const say = (n: number) =>
    (n % 2 ? here.chat : there).send(here.grace, room, { text: `${n}`, messageId: `message-${n}` });
  const sent = await Promise.all([...upTo(120), ...upTo(20)].map(say));
  assert.equal(new Set(sent.map(({ sequence }) => sequence)).size, 120, 'what was sent twice is there once');
  const { messages, position } = await there.history(here.ada, room, { limit: 200 });
  assert.deepEqual(
    messages.map(({ sequence }) => sequence),
    upTo(120),
  );
  assert.equal(position.sequence, 120);
  assert.deepEqual(new Set(messages.map(textOf)), new Set(upTo(120).map(String)));
});

test('edits, removals, reactions, threads, marks and what names somebody are as in memory', { skip }, async (t) => {
  const { chat, ada, grace } = await chatOnDynamo(t);
  const roomId = chat.generalRoomId;
  await chat.send(grace, roomId, { text: '@ada one' });
  await chat.send(grace, roomId, { text: 'two', replyTo: 1 });
  await chat.edit(grace, { roomId, sequence: 1 }, '@ada one, edited');
  await chat.react(ada, { roomId, sequence: 2 }, { reaction: '👍', on: true });
  await chat.remove(grace, { roomId, sequence: 2 });
  const { messages } = await chat.history(ada, roomId, { limit: 10 });
  assert.deepEqual(messages.map(textOf), ['@ada one, edited', null]);
  assert.equal((await chat.edits(ada, roomId, 1))[0]?.text, '@ada one');
  assert.equal((await chat.thread(ada, roomId, 1, { limit: 5 })).messages.length, 1);
  assert.equal((await chat.mentions(ada, { limit: 5 })).messages.length, 1);
  assert.deepEqual((await chat.room(ada, roomId)).reading.unread, { messages: 1, mentions: 1 });
  assert.equal(await chat.markRead(ada, roomId, 5), 5);
  const direct = (await chat.startConversation(ada, ['grace'])).room.roomId;
  await chat.send(grace, direct, { text: 'only for you' });
  assert.deepEqual((await chat.history(ada, direct, { limit: 5 })).messages.map(textOf), ['only for you']);
});

test('old messages become blocks, are found, and go when the room keeps them no longer', { skip }, async (t) => {
  const { chat, ada, grace, deps, advance } = await chatOnDynamo(t);
  const roomId = chat.generalRoomId;
  await Promise.all(upTo(50).map((n) => chat.send(grace, roomId, { text: `old needle ${n}` })));
  advance(8 * DAY);
  for (const _ of upTo(6)) await Promise.all(upTo(90).map((n) => chat.send(grace, roomId, { text: `needle ${n}` })));
  while ((await putTogether(deps, await openRooms(deps).read(roomId))) !== 'all');
  const found = async (): Promise<number> => {
    let count = 0;
    for await (const _ of await chat.search(ada, { query: 'needle', roomId })) count += 1;
    return count;
  };
  assert.equal(await found(), 590);
  await chat.changeRoom(ada, roomId, { retentionDays: 7 });
  await chat.forgetOld();
  assert.equal(await found(), 540);
  const { messages, forgottenUpTo } = await chat.history(ada, roomId, { after: 0, limit: 1 });
  assert.deepEqual([messages[0]?.sequence, forgottenUpTo], [51, 50]);
  assert.ok(590 > 2 * BLOCK);
});
