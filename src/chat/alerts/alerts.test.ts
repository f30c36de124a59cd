import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageView } from '../http/views.ts';
import { testChat, type TestChat } from '../test-chat.ts';
import type { Alert } from './alert.ts';

const HOUR = 3_600_000;

function alert({ deps }: TestChat, changes: Partial<Alert> = {}): Alert {
  const atMs = deps.clock();
  return {
    ...{ kind: 'finding_opened', severity: 'warning', count: 1, firstMs: atMs, lastMs: atMs, details: [] },
    ...{ about: [{ id: 'f1', title: 'Bucket is public' }], link: 'https://example.org/security/findings' },
    ...changes,
  };
}

const textOf = ({ count, about }: Alert): string => `${count}: ${about.map(({ id }) => id).join(' ')}`;
const tell = async (workspace: TestChat, tellingId: string, changes: Partial<Alert> = {}, fold = 'one') =>
  await workspace.chat.postAlert('Holdfast', workspace.chat.generalRoomId, {
    ...{ fold, tellingId, alert: alert(workspace, changes), textOf },
  });
const read = async ({ chat, ada }: TestChat) =>
  (await chat.history(ada, chat.generalRoomId, { limit: 50 })).messages.map(messageView);

test('the same again counts up the message that is there, each telling once, and after a day it is a new one', async (t) => {
  const workspace = await testChat(t);
  await tell(workspace, 'telling-1');
  await tell(workspace, 'telling-1');
  workspace.advance(HOUR);
  await tell(workspace, 'telling-2', { count: 2 });
  await tell(workspace, 'telling-2');
  await tell(workspace, 'telling-3', {}, 'something else');
  const [first, other, ...more] = await read(workspace);
  assert.deepEqual([first?.text, first?.alert?.count, first?.alert?.severity], ['3: f1', 3, 'warning']);
  assert.deepEqual(first?.author, { accountId: null, handle: 'Holdfast', visitor: false, program: true });
  assert.equal(other?.alert?.count, 1);
  assert.deepEqual(more, []);
  workspace.advance(24 * HOUR);
  await tell(workspace, 'telling-4');
  assert.deepEqual(
    (await read(workspace)).map(({ text }) => text),
    ['3: f1', '1: f1', '1: f1'],
  );
});

test('told again it counts times, and tells of as many things as before', async (t) => {
  const workspace = await testChat(t);
  const two = ['f1', 'f2'].map((id) => ({ id, title: id }));
  for (const telling of ['one', 'two']) await tell(workspace, telling, { count: 2, about: two });
  const [{ alert: told } = {}, ...more] = await read(workspace);
  assert.deepEqual([told?.count, told?.things, more.length], [4, 2, 0]);
});

test('what is new in an alert, or worse, is a new message and unread; what only repeats makes nothing unread', async (t) => {
  const workspace = await testChat(t);
  const { chat, grace } = workspace;
  const f1 = { id: 'f1', title: 'Bucket is public', weight: 'medium' } as const;
  const f2 = { id: 'f2', title: 'Another', weight: 'high' } as const;
  /** How many messages are unread once something was told, for somebody who had read all before. */
  const unreadAfter = async (tellingId: string, changes: Partial<Alert>): Promise<number> => {
    await chat.markRead(grace, chat.generalRoomId, 1_000);
    await tell(workspace, tellingId, changes);
    return (await chat.room(grace, chat.generalRoomId)).reading.unread.messages;
  };
  assert.equal(await unreadAfter('telling-1', { about: [f1] }), 1);
  assert.equal(await unreadAfter('telling-2', { about: [f1] }), 0, 'the same again');
  assert.equal(await unreadAfter('telling-3', { about: [f2] }), 1, 'another finding of the same place');
  assert.equal(await unreadAfter('telling-4', { about: [f1] }), 0, 'each goes on in its own message');
  assert.equal(await unreadAfter('telling-5', { about: [{ ...f1, weight: 'high' }] }), 1, 'a worse finding');
  assert.equal(await unreadAfter('telling-6', { about: [f2], severity: 'critical' }), 1, 'a worse alert');
  assert.equal(
    await unreadAfter('telling-7', { about: [f1, f2], severity: 'critical' }),
    1,
    'together for the first time',
  );
  assert.equal(await unreadAfter('telling-8', { about: [f2], severity: 'critical' }), 0, 'a part of what was told');
  const guessed = (detail: string): Partial<Alert> => ({ about: [], severity: 'critical', details: [detail] });
  assert.equal(await unreadAfter('telling-9', guessed('root from 10.0.0.9')), 1);
  assert.equal(await unreadAfter('telling-10', guessed('root from 10.0.0.9')), 0);
  assert.equal(await unreadAfter('telling-11', guessed('ada from 10.0.0.7')), 1, 'another break-in');
  const texts = (await read(workspace)).map(({ text }) => text);
  assert.deepEqual(texts, ['3: f1', '1: f2', '1: f1', '1: f2', '2: f1 f2', '2: ', '1: ']);
});

test('of two servers that tell the same at once, both count, in one message', async (t) => {
  const workspace = await testChat(t);
  await tell(workspace, 'telling-0');
  const other = { ...workspace, chat: await workspace.another() };
  await Promise.all([tell(workspace, 'telling-1'), tell(other, 'telling-2')]);
  assert.deepEqual(
    (await read(workspace)).map(({ alert: seen }) => seen?.count),
    [3],
  );
});

test('what it offers is done by whoever may do the thing itself, once, and it shows by whom', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, decided, told } = workspace;
  await tell(workspace, 'telling-1');
  const [message] = await read(workspace);
  assert.ok(message?.alert);
  assert.deepEqual(
    message.alert.actions.map(({ actionId, link, done }) => [actionId, link, done]),
    [
      ['acknowledge', null, null],
      ['accept.f1', 'https://example.org/security/findings?finding=f1', null],
    ],
  );
  const place = { roomId: chat.generalRoomId, sequence: message.sequence };
  const act = (actionId: string) => ({ actionId, reason: 'known', untilMs: null });
  await chat.setMember(ada, chat.generalRoomId, 'grace', 'owner');
  await assert.rejects(chat.actOnAlert(grace, place, act('accept.f1')), { code: 'chat_forbidden' });
  await assert.rejects(chat.actOnAlert(ada, place, act('accept.f9')), { code: 'chat_action_not_found' });
  await chat.actOnAlert(ada, place, act('accept.f1'));
  const done = messageView(await chat.actOnAlert(ada, place, act('accept.f1')));
  assert.deepEqual(decided, ['ada accept f1']);
  assert.equal(done.alert?.actions[1]?.done?.handle, 'ada');
  assert.equal(told.filter((event) => event.act === 'chat_alert.acted_on').length, 1);
  const plain = await chat.send(ada, chat.generalRoomId, { text: 'x' });
  await assert.rejects(
    chat.actOnAlert(ada, { roomId: chat.generalRoomId, sequence: plain.sequence }, act('acknowledge')),
    { code: 'chat_action_not_found' },
  );
  // Whoever looked after it hears of it anew.
  await tell(workspace, 'telling-2');
  assert.equal((await read(workspace)).filter((each) => each.alert).length, 2);
});

test('where it could not be shown who did it, nothing is done', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, decided } = workspace;
  await tell(workspace, 'telling-1');
  const [message] = await read(workspace);
  await chat.changeRoom(ada, chat.generalRoomId, { archived: true });
  const place = { roomId: chat.generalRoomId, sequence: message?.sequence ?? 0 };
  await assert.rejects(chat.actOnAlert(ada, place, { actionId: 'accept.f1', reason: 'known', untilMs: null }), {
    code: 'chat_room_archived',
  });
  assert.deepEqual(decided, []);
});

test('a room for the admins is made once, is theirs, whoever they are, and nobody else sees it', async (t) => {
  const { chat, ada, grace, another } = await testChat(t);
  const other = await another();
  const [one, two] = await Promise.all([
    chat.roomForAlerts('alerts', 'admins'),
    other.roomForAlerts('alerts', 'admins'),
  ]);
  assert.ok(one);
  assert.equal(one.roomId, two?.roomId);
  assert.equal((await chat.room(ada, one.roomId)).role, 'owner');
  await assert.rejects(chat.room(grace, one.roomId), { code: 'chat_room_not_found' });
  assert.equal((await chat.room({ ...grace, role: 'admin' }, one.roomId)).role, 'owner');
  await chat.changeRoom(ada, one.roomId, { topic: 'What guards find' });
  await chat.setMember(ada, one.roomId, 'grace', 'member');
  assert.equal((await chat.room(grace, one.roomId)).role, 'member');
  const open = await chat.roomForAlerts('news', 'members');
  assert.equal((await chat.room(grace, open?.roomId ?? '')).role, 'member');
});
