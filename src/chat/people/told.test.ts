import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testChat, type TestChat } from '../test-chat.ts';

/** Who was told of the messages since the last look, by handle. */
function toldIn({ noticed, ada, grace, edsger, guest }: TestChat): string[] {
  const people = [ada, grace, edsger, guest];
  return noticed
    .splice(0)
    .flatMap(({ kind, accountIds }) =>
      accountIds.map((id) => `${kind} ${people.find(({ accountId }) => accountId === id)?.handle}`),
    );
}

test('whom a message names is told, in the transaction that writes it, and nobody else', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, records } = workspace;
  const roomId = chat.generalRoomId;
  await chat.send(ada, roomId, { text: 'hello, mail grace@example.org' });
  assert.deepEqual(toldIn(workspace), []);
  await chat.send(ada, roomId, { text: '@grace and @edsger and @ada: look', messageId: 'message-1' });
  assert.deepEqual(toldIn(workspace), ['mention grace', 'mention edsger']);
  assert.equal((await records.query('noticed')).items.length, 1);
  await chat.send(ada, roomId, { text: '@grace and @edsger and @ada: look', messageId: 'message-1' });
  assert.equal((await records.query('noticed')).items.length, 1, 'sent again it is told once');
  const direct = (await chat.startConversation(ada, ['grace'])).room.roomId;
  workspace.noticed.splice(0);
  await chat.send(ada, direct, { text: 'only for you' });
  assert.deepEqual(toldIn(workspace), ['direct grace']);
  await chat.send(grace, direct, { text: '@ada, and you' });
  assert.deepEqual(toldIn(workspace), ['direct ada']);
  await chat.setLevel(grace, direct, 'mentions');
  await chat.send(ada, direct, { text: 'nothing that names her' });
  assert.deepEqual(toldIn(workspace), []);
  await chat.send(ada, direct, { text: '@grace, this does' });
  assert.deepEqual(toldIn(workspace), ['direct grace']);
});

test('nobody is told who may not enter, wants nothing of the room, or ignores the author', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, edsger } = workspace;
  const secret = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room.roomId;
  await chat.setMember(ada, secret, 'grace', 'member');
  await chat.send(ada, secret, { text: '@grace @edsger' });
  assert.deepEqual(toldIn(workspace), ['mention grace']);
  const roomId = chat.generalRoomId;
  await chat.setLevel(grace, roomId, 'none');
  await chat.changePreferences(edsger, () => ({ ignored: [ada.accountId], keywords: [] }));
  await chat.send(ada, roomId, { text: '@grace @edsger' });
  assert.deepEqual(toldIn(workspace), []);
});

test('@room tells its members, where they are not too many', async (t) => {
  const workspace = await testChat(t, { settings: { chatEverybodyNotices: 2 } });
  const { chat, ada, grace, edsger } = workspace;
  const roomId = chat.generalRoomId;
  for (const person of [grace, edsger]) await chat.setMember(person, roomId, person.handle, 'member');
  await chat.send(ada, roomId, { text: '@room look' });
  assert.deepEqual(toldIn(workspace).toSorted(), ['mention edsger', 'mention grace']);
  await chat.setMember(ada, roomId, 'ada', 'member');
  await chat.send(ada, roomId, { text: '@room look' });
  assert.deepEqual(toldIn(workspace), []);
});

test('who sees the room is not told, who is away is, and who reads it all has seen it', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, seen } = workspace;
  const roomId = chat.generalRoomId;
  const other = (await chat.createRoom(ada, { name: 'other', kind: 'public' })).room.roomId;
  const subscribed = Promise.withResolvers<void>();
  using talk = chat.talk(grace, {
    send: async (text) => void (text.includes('subscribed') && subscribed.resolve()),
    close: () => undefined,
  });
  talk.hear({ type: 'chat.listen', rooms: [{ roomId }] });
  await subscribed.promise;
  const say = async (room: string): Promise<string[]> => {
    await chat.send(ada, room, { text: '@grace' });
    return toldIn(workspace);
  };
  assert.deepEqual(await say(roomId), []);
  assert.deepEqual(await say(other), ['mention grace'], 'a client that shows another room alone');
  talk.hear({ type: 'chat.away', away: true });
  assert.deepEqual(await say(roomId), ['mention grace']);
  talk.hear({ type: 'chat.away', away: false });
  talk.hear({ type: 'chat.presence' });
  assert.deepEqual(await say(other), [], 'a client that shows all rooms');
  await chat.markRead(grace, other, 1);
  assert.deepEqual(seen, []);
  await chat.markRead(grace, other, 99);
  assert.deepEqual(seen, [{ accountId: grace.accountId, roomId: other }]);
});

test('whoever watches for a word of a message is told as if it named them, in rooms that they joined', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, edsger } = workspace;
  const roomId = chat.generalRoomId;
  for (const person of [ada, grace]) await chat.setMember(person, roomId, person.handle);
  const watch = (keywords: string[], ignored: string[] = []) =>
    chat.changePreferences(grace, () => ({ ignored, keywords }));
  await watch(['Launch']);
  await chat.changePreferences(edsger, () => ({ ignored: [], keywords: ['launch'] }));
  await chat.send(ada, roomId, { text: 'the LAUNCH is at three' });
  assert.deepEqual(toldIn(workspace), ['mention grace'], 'not who has not joined');
  await chat.send(ada, roomId, { text: '@grace launch' });
  assert.deepEqual(toldIn(workspace), ['mention grace'], 'once');
  const { messages } = await chat.mentions(grace, { limit: 10 });
  assert.equal(messages.length, 2, 'in the list of what names her');
  const said = (await chat.history(ada, roomId, { limit: 1, before: 2 })).messages[0];
  assert.ok(!JSON.stringify(said).includes(grace.accountId), 'the message tells nobody who watches');
  await chat.send(grace, roomId, { text: 'my launch' });
  await watch(['lunch']);
  await chat.send(ada, roomId, { text: 'launch' });
  assert.deepEqual(toldIn(workspace), [], 'nobody by their own words, nor by words of before');
  await watch(['launch'], [ada.accountId]);
  await chat.send(ada, roomId, { text: 'launch' });
  await watch(['launch']);
  await chat.setLevel(grace, roomId, 'none');
  await chat.send(ada, roomId, { text: 'launch' });
  assert.deepEqual(toldIn(workspace), []);
  await chat.setMember(edsger, roomId, 'edsger');
  await chat.send(ada, roomId, { text: 'launch' });
  assert.deepEqual(toldIn(workspace), ['mention edsger'], 'from the moment that they join');
});

test('a word is found however its letters are put together', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace } = workspace;
  await chat.setMember(grace, chat.generalRoomId, 'grace');
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['Café'] }));
  await chat.send(ada, chat.generalRoomId, { text: 'at the CAFE\u0301' });
  assert.deepEqual(toldIn(workspace), ['mention grace']);
  assert.equal((await chat.room(grace, chat.generalRoomId)).reading.unread.mentions, 1);
});

test('words wake nobody in a room with more members than @room tells', async (t) => {
  const workspace = await testChat(t, { settings: { chatEverybodyNotices: 1 } });
  const { chat, ada, grace } = workspace;
  const roomId = chat.generalRoomId;
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['launch'] }));
  await chat.setMember(grace, roomId, 'grace');
  await chat.send(ada, roomId, { text: 'launch' });
  assert.deepEqual(toldIn(workspace), ['mention grace']);
  await chat.setMember(ada, roomId, 'ada');
  await chat.send(ada, roomId, { text: 'launch' });
  assert.deepEqual(toldIn(workspace), []);
});

test('another server hears of other words, or finds them after a while', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, deps, another, advance } = workspace;
  const roomId = chat.generalRoomId;
  await chat.setMember(grace, roomId, 'grace');
  const [near, far] = [await another({ pubSub: deps.pubSub }), await another()];
  const told = async (server: typeof chat): Promise<string[]> => {
    await server.send(ada, roomId, { text: 'launch' });
    return toldIn(workspace);
  };
  assert.deepEqual([await told(near), await told(far)], [[], []]);
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['launch'] }));
  assert.deepEqual([await told(near), await told(far)], [['mention grace'], []]);
  advance(10 * 60_000);
  assert.deepEqual(await told(far), ['mention grace']);
});
