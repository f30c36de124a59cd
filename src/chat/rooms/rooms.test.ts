import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workspaceKeyOf } from '../../accounts/index.ts';
import { textOf } from '../messages/content.ts';
import { openRoomKey } from './room-key.ts';
import { testChat } from '../test-chat.ts';
import type { RoomRow } from '../records.ts';

test('#general is there from the start, once, whoever starts first', async (t) => {
  const { chat, another, grace, guest } = await testChat(t);
  assert.equal((await another()).generalRoomId, chat.generalRoomId);
  const rooms = await chat.rooms(grace);
  assert.deepEqual(
    rooms.map(({ room, role, isMember }) => [room.name, room.kind, role, isMember]),
    [['general', 'public', 'member', false]],
  );
  assert.deepEqual(await chat.rooms(guest), [], 'a guest is in the rooms that they were added to');
});

test('a private room is not there for those who are no members, an admin included', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  const missing = { code: 'chat_room_not_found' };
  for (const stranger of [ada, edsger]) {
    await assert.rejects(chat.room(stranger, roomId), missing);
    await assert.rejects(chat.history(stranger, roomId, { limit: 1 }), missing);
    await assert.rejects(chat.send(stranger, roomId, { text: 'let me in' }), missing);
    await assert.rejects(chat.setMember(stranger, roomId, stranger.handle, 'member'), missing);
  }
  await assert.rejects(chat.sendAsVisitor({ name: 'someone', address: '192.0.2.1' }, roomId, 'hello'), missing);
  await chat.setMember(grace, roomId, 'edsger', 'member');
  await chat.send(edsger, roomId, { text: 'thanks' });
  await chat.removeMember(grace, roomId, edsger.accountId);
  await assert.rejects(chat.send(edsger, roomId, { text: 'still here?' }), missing);
  assert.equal((await chat.history(grace, roomId, { limit: 10 })).messages.length, 1);
});

test('who was removed on one server can say nothing on another, which had let them in before', async (t) => {
  const { chat, grace, edsger, another } = await testChat(t);
  const there = await another();
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(grace, roomId, 'edsger', 'member');
  await there.send(edsger, roomId, { text: 'here I am' });
  await chat.removeMember(grace, roomId, edsger.accountId);
  await assert.rejects(there.send(edsger, roomId, { text: 'and here' }), { code: 'chat_room_not_found' });
  assert.equal((await there.send(grace, roomId, { text: 'gone' })).sequence, 2);
});

test('each role does what it may and no more', async (t) => {
  const { chat, ada, grace, edsger, guest } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'team', kind: 'public' })).room;
  const forbidden = { code: 'chat_forbidden' };
  await assert.rejects(chat.changeRoom(edsger, roomId, { topic: 'mine' }), forbidden);
  await assert.rejects(chat.setMember(edsger, roomId, 'guest', 'member'), forbidden);
  await assert.rejects(chat.setMember(edsger, roomId, 'edsger', 'owner'), forbidden);
  await chat.setMember(edsger, roomId, 'edsger', 'member');
  await chat.setMember(grace, roomId, 'edsger', 'moderator');
  await chat.changeRoom(edsger, roomId, { topic: 'ours' });
  await assert.rejects(chat.changeRoom(edsger, roomId, { archived: true }), forbidden);
  await assert.rejects(chat.removeMember(edsger, roomId, grace.accountId), forbidden);
  await assert.rejects(chat.createRoom(guest, { name: 'guests', kind: 'public' }), forbidden);
  await chat.setMember(edsger, roomId, 'guest', 'member');
  assert.deepEqual(
    (await chat.rooms(guest)).map(({ room }) => room.name),
    ['team'],
  );
  await chat.changeRoom(ada, roomId, { archived: true });
  await assert.rejects(chat.send(guest, roomId, { text: 'hello' }), { code: 'chat_room_archived' });
  await chat.changeRoom(grace, roomId, { archived: false });
  await chat.send(guest, roomId, { text: 'hello' });
});

test('a private room keeps an owner', async (t) => {
  const { chat, grace } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'mine', kind: 'private' })).room;
  const refused = { code: 'chat_last_owner' };
  await assert.rejects(chat.removeMember(grace, roomId, grace.accountId), refused);
  await assert.rejects(chat.setMember(grace, roomId, 'grace', 'member'), refused);
  await chat.setMember(grace, roomId, 'ada', 'owner');
  await chat.removeMember(grace, roomId, grace.accountId);
});

test('names are unique whatever their case, and free again after a change', async (t) => {
  const { chat, grace, ada } = await testChat(t);
  const { room } = await chat.createRoom(grace, { name: '#Büro', kind: 'private' });
  assert.equal(room.name, 'Büro');
  const taken = { code: 'chat_room_name_taken' };
  await assert.rejects(chat.createRoom(ada, { name: 'bu\u0308ro', kind: 'public' }), taken);
  await assert.rejects(chat.changeRoom(grace, room.roomId, { name: 'General' }), taken);
  await chat.changeRoom(grace, room.roomId, { name: 'office' });
  await chat.createRoom(ada, { name: 'büro', kind: 'public' });
  for (const name of ['', ' ', 'a b', 'a#b', 'a:b', '@ada', 'x'.repeat(65), 'a\u202eb', 'a\u0007']) {
    await assert.rejects(chat.createRoom(ada, { name, kind: 'public' }), { code: 'chat_room_name_invalid' });
  }
});

test('whoever writes the database makes nobody a member and no room public', async (t) => {
  const { chat, grace, edsger, records, another } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  const own = await records.get(`chat-members#${roomId}`, grace.accountId);
  await records.transact([{ op: 'put', pk: `chat-members#${roomId}`, sk: edsger.accountId, value: own?.value ?? {} }]);
  await assert.rejects((await another()).room(edsger, roomId), { code: 'chat_room_not_found' });
  const row = await records.get<RoomRow>('chat-rooms', roomId);
  await records.transact([{ op: 'put', pk: 'chat-rooms', sk: roomId, value: { ...row?.value, kind: 'public' } }]);
  await assert.rejects((await another()).room(edsger, roomId), { code: 'chat_room_damaged' });
});

test('after a rotation of the workspace key a room moves to its new generation, and its history opens', async (t) => {
  const { chat, grace, deps, another, records } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'old', kind: 'private' })).room;
  await chat.send(grace, roomId, { text: 'from before' });
  const workspaceKey = workspaceKeyOf([Buffer.alloc(32, 7), Buffer.alloc(32, 8)], 'workspace');
  const later = await another({ workspaceKey });
  assert.deepEqual((await later.history(grace, roomId, { limit: 1 })).messages.map(textOf), ['from before']);
  const row = await records.get<RoomRow>('chat-rooms', roomId);
  assert.equal(openRoomKey(workspaceKey, roomId, row?.value.wrap ?? '')?.generation, 2);
  assert.equal((await later.send(grace, roomId, { text: 'and after' })).sequence, 2);
  assert.equal(deps.workspaceKey.generation, 1);
});

test('acts that change rooms are noted in the audit trail, in ids', async (t) => {
  const { chat, grace, told } = await testChat(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(grace, roomId, 'edsger', 'member');
  await chat.changeRoom(grace, roomId, { name: 'other' });
  assert.deepEqual(
    told.map(({ act }) => act),
    ['chat_room.made', 'chat_member.set', 'chat_room.changed'],
  );
  assert.doesNotMatch(JSON.stringify(told), /plans|other"/);
});
