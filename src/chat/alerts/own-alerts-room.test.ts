import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { keys } from '../records.ts';
import { testChat, type TestChat } from '../test-chat.ts';

const named = async ({ chat }: Pick<TestChat, 'chat'>, caller: TestChat['ada']) =>
  (await chat.rooms(caller)).map(({ room: { name, kind } }) => `${kind} ${name}`);

test('the room is made at its first use, once, for those who are wanted', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace } = workspace;
  assert.deepEqual(await named(workspace, ada), ['public general']);
  const other = await workspace.another();
  const [first, second] = await Promise.all([chat.ownAlertsRoom('admins'), other.ownAlertsRoom('admins')]);
  assert.equal(first.roomId, second.roomId);
  assert.deepEqual(await named(workspace, ada), ['private alerts', 'public general']);
  assert.deepEqual(await named(workspace, grace), ['public general']);
});

test('whoever took the name before reads nothing along', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace } = workspace;
  const mine = await chat.createRoom(grace, { name: 'alerts', kind: 'private' });
  const { roomId } = await chat.ownAlertsRoom('admins');
  assert.notEqual(roomId, mine.room.roomId);
  await assert.rejects(chat.room(grace, roomId), { code: 'chat_room_not_found' });
  assert.deepEqual(await named(workspace, ada), ['public general', 'private holdfast-alerts']);
  const { roomId: third } = await chat.createRoom(grace, { name: 'other', kind: 'private' }).then(({ room }) => room);
  await workspace.records.transact([{ op: 'put', ...keys.alerts, value: { roomId: third } }]);
  await assert.rejects(chat.ownAlertsRoom('admins'), { code: 'chat_room_damaged' });
});

test('for others it is opened or closed at once, and whoever listens and may not any more is put out', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, guest, told } = workspace;
  await chat.openAlertsRoomTo('members', ada);
  assert.deepEqual(await named(workspace, ada), ['public general'], 'nothing is made by it');
  const { roomId } = await chat.ownAlertsRoom('members');
  assert.equal((await chat.room(ada, roomId)).role, 'owner');
  assert.equal((await chat.room(grace, roomId)).role, 'member');
  await assert.rejects(chat.room(guest, roomId), { code: 'chat_room_not_found' });
  let looks = 0;
  using _ = chat.onRoomChanged(roomId, () => (looks += 1));
  await chat.openAlertsRoomTo('admins', ada);
  assert.equal(looks, 1);
  await assert.rejects(chat.room(grace, roomId), { code: 'chat_room_not_found' });
  assert.equal((await chat.room(ada, roomId)).role, 'owner');
  assert.equal(told.at(-1)?.act, 'chat_room.changed');
  assert.equal(told.at(-1)?.actorId, ada.accountId);
  // What a server did not hear of is put right before anything is told.
  assert.equal((await chat.ownAlertsRoom('members')).roomId, roomId);
  assert.equal((await chat.room(grace, roomId)).role, 'member');
});

test('whoever joined it while it was open is no member any more once it is for admins alone; admins and bots stay', async (t) => {
  const { chat: first, ada, grace, another, deps, told } = await testChat(t);
  const crowd = Array.from({ length: 45 }, (_, n) => ({ ...grace, accountId: newId(), handle: `person-${n}` }));
  const chat = await another({
    pubSub: deps.pubSub,
    personOfHandle: async (handle) => crowd.find((each) => each.handle === handle) ?? deps.personOfHandle(handle),
    person: async (accountId) => crowd.find((each) => each.accountId === accountId) ?? deps.person(accountId),
  });
  const { roomId } = await chat.ownAlertsRoom('members');
  const joining = [ada, grace, ...crowd];
  for (const person of joining) await chat.setMember(person, roomId, person.handle);
  const { bot } = await chat.bots.make(ada, roomId, { name: 'Siren', access: 'both', withToken: false });
  await chat.openAlertsRoomTo('admins', ada);
  for (const person of [grace, ...crowd]) {
    await assert.rejects(chat.room(person, roomId), { code: 'chat_room_not_found' });
    assert.deepEqual(await named({ chat }, person), ['public general']);
  }
  await assert.rejects(first.room(grace, roomId), { code: 'chat_room_not_found' });
  const left = (await chat.members(ada, roomId)).map(({ accountId }) => accountId);
  assert.deepEqual(left.toSorted(), [ada.accountId, bot.botId].toSorted());
  assert.equal((await chat.room(ada, roomId)).room.row?.memberCount, 2);
  assert.equal(told.filter(({ act }) => act === 'chat_member.removed').length, 46);
  assert.equal(told.filter(({ act }) => act === 'chat_room.changed').length, 1);
  // An admin may let somebody in, who stays.
  await chat.setMember(ada, roomId, 'grace');
  await chat.ownAlertsRoom('admins');
  assert.equal((await chat.room(grace, roomId)).role, 'member');
});

test('admins may make it private and rename it as any room, and it stays the one', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const { roomId } = await chat.ownAlertsRoom('members');
  await chat.setMember(ada, roomId, 'grace');
  await chat.changeRoom(ada, roomId, { kind: 'private', name: 'guards', archived: true });
  assert.deepEqual(await chat.ownAlertsRoom('members').then(({ roomId: id, archived }) => [id, archived]), [
    roomId,
    true,
  ]);
  assert.equal((await chat.room(ada, roomId)).role, 'owner');
  await chat.removeMember(ada, roomId, grace.accountId);
});
