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
  await chat.setPreferences(edsger, { ignored: [ada.accountId], keywords: [] });
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
