import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportView } from '../http/moderation-views.ts';
import { textOf } from '../messages/content.ts';
import { withEvent } from '../messages/run-rows.ts';
import { keys, type RunRow } from '../records.ts';
import { messageView } from '../http/views.ts';
import { testChat } from '../test-chat.ts';

const MINUTE = 60_000;
const visitor = (name: string, address: string) => ({ name, address });

test('whoever is muted reads and writes nothing, may take back what they said, and may write again when it ends', async (t) => {
  const { chat, ada, grace, advance, told } = await testChat(t);
  const room = chat.generalRoomId;
  const said = await chat.send(grace, room, { text: 'one' });
  const place = { roomId: room, sequence: said.sequence };
  await chat.moderation.restrict(ada, room, {
    ...{ whom: { handle: 'grace' }, what: 'mute', minutes: 10, reason: 'too loud' },
  });
  await assert.rejects(chat.send(grace, room, { text: 'two' }), { code: 'chat_muted', detail: /too loud/ });
  await assert.rejects(chat.edit(grace, place, 'changed'), { code: 'chat_muted' });
  await assert.rejects(chat.react(grace, place, { reaction: '👍', on: true }), { code: 'chat_muted' });
  assert.equal((await chat.history(grace, room, { limit: 10 })).messages.length, 1);
  await chat.remove(grace, place);
  assert.deepEqual(told.at(-2)?.act, 'chat_moderation.muted');
  assert.deepEqual(told.at(-2)?.subjectIds, [room, grace.accountId]);
  advance(10 * MINUTE);
  await chat.send(grace, room, { text: 'two' });
});

test('whoever is banned is not in the room by any way, is told why, and comes back when it ends', async (t) => {
  const { chat, ada, grace, edsger, advance } = await testChat(t);
  const room = chat.generalRoomId;
  const ban = { whom: { handle: 'grace' }, what: 'ban', minutes: 60, reason: 'off topic' } as const;
  await chat.moderation.restrict(ada, room, ban);
  for (const act of [
    () => chat.send(grace, room, { text: 'x' }),
    () => chat.history(grace, room, { limit: 1 }),
    () => chat.room(grace, room),
    () => chat.search(grace, { query: 'x', roomId: room }),
    () => chat.setMember(grace, room, 'grace', 'member'),
  ]) {
    await assert.rejects(act, { code: 'chat_banned', detail: /off topic/ });
  }
  assert.equal(await chat.mayEnter(grace, room), false);
  assert.deepEqual(await chat.rooms(grace), []);
  assert.equal(await chat.mayEnter(edsger, room), true);
  const { acts } = await chat.moderation.actsOn(grace, { limit: 10 });
  assert.deepEqual(
    acts.map(({ room: name, act }) => [name, act.what, act.reason]),
    [['general', 'banned', 'off topic']],
  );
  advance(60 * MINUTE);
  await chat.send(grace, room, { text: 'back' });
  const { inForce } = await chat.moderation.rules(ada, room);
  assert.deepEqual(inForce, []);
});

test('a ban that is written while a message waits keeps that message out', async (t) => {
  const { chat, ada, grace, another } = await testChat(t);
  const room = chat.generalRoomId;
  await chat.send(grace, room, { text: 'one' });
  // This server knows the room from before, and hears nothing of the other one.
  const other = await another();
  await other.moderation.restrict(ada, room, {
    ...{ whom: { handle: 'grace' }, what: 'ban', minutes: 60, reason: 'no' },
  });
  await assert.rejects(chat.send(grace, room, { text: 'two' }), { code: 'chat_banned' });
  assert.equal((await chat.history(ada, room, { limit: 10 })).messages.length, 1);
});

test('nobody acts about people of their own rank, and members about nobody', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const room = chat.generalRoomId;
  await chat.setMember(ada, room, 'grace', 'moderator');
  const about = (handle: string) => ({ whom: { handle }, what: 'ban', minutes: 1, reason: 'x' }) as const;
  await assert.rejects(chat.moderation.restrict(grace, room, about('ada')), { code: 'chat_forbidden' });
  await assert.rejects(chat.moderation.restrict(grace, room, about('grace')), { code: 'chat_forbidden' });
  await assert.rejects(chat.moderation.restrict(edsger, room, about('grace')), { code: 'chat_forbidden' });
  await assert.rejects(chat.moderation.kick(grace, room, { handle: 'ada', reason: 'x' }), { code: 'chat_forbidden' });
  await chat.moderation.restrict(grace, room, about('edsger'));
  await chat.moderation.restrict(ada, room, about('grace'));
  const { acts } = await chat.moderation.acts(ada, room, { limit: 10 });
  assert.deepEqual(
    acts.map(({ what, name, by }) => [what, name, by.handle]),
    [
      ['banned', 'grace', 'ada'],
      ['banned', 'edsger', 'grace'],
    ],
  );
});

test('what an owner decided about a moderator no moderator ends, and they themself least of all', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const room = chat.generalRoomId;
  for (const handle of ['grace', 'edsger']) await chat.setMember(ada, room, handle, 'moderator');
  await chat.moderation.restrict(ada, room, {
    ...{ whom: { handle: 'grace' }, what: 'mute', minutes: 10, reason: 'too loud' },
  });
  const [mute] = (await chat.moderation.rules(ada, room)).inForce;
  const wanted = { restrictionId: mute?.restrictionId ?? '', reason: 'no' };
  for (const moderator of [grace, edsger]) {
    await assert.rejects(chat.moderation.lift(moderator, room, wanted), { code: 'chat_forbidden' });
  }
  await assert.rejects(chat.send(grace, room, { text: 'x' }), { code: 'chat_muted' });
  await chat.moderation.lift(ada, room, wanted);
  await chat.send(grace, room, { text: 'x' });
});

test('a kick ends a membership and what is listened to, and a ban is lifted early', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const { roomId } = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(ada, roomId, 'grace', 'member');
  const kicked: (string | null)[] = [];
  using _heard = chat.onRoomChanged(roomId, (accountId) => kicked.push(accountId));
  await chat.moderation.kick(ada, roomId, { handle: 'grace', reason: 'wrong room' });
  assert.deepEqual(kicked, [grace.accountId]);
  await assert.rejects(chat.room(grace, roomId), { code: 'chat_room_not_found' });

  const general = chat.generalRoomId;
  await chat.moderation.restrict(ada, general, {
    ...{ whom: { handle: 'grace' }, what: 'ban', minutes: 60, reason: 'no' },
  });
  const [ban] = (await chat.moderation.rules(ada, general)).inForce;
  assert.ok(ban);
  await chat.moderation.lift(ada, general, { restrictionId: ban.restrictionId, reason: 'sorry' });
  await chat.send(grace, general, { text: 'back' });
  await assert.rejects(chat.moderation.lift(ada, general, { restrictionId: ban.restrictionId, reason: 'x' }), {
    code: 'chat_restriction_not_found',
  });
});

test('a visitor is kept out by name and by where they come from, others are not', async (t) => {
  const { chat, ada, records } = await testChat(t);
  const room = chat.generalRoomId;
  const said = await chat.sendAsVisitor(visitor('Mallory', '2001:db8::1'), room, 'spam');
  await chat.moderation.restrict(ada, room, {
    ...{ whom: { sequence: said.sequence }, what: 'ban', minutes: 60, reason: 'spam' },
  });
  const banned = { code: 'chat_banned' };
  await assert.rejects(chat.sendAsVisitor(visitor('mallory', '198.51.100.9'), room, 'x'), banned);
  await assert.rejects(chat.sendAsVisitor(visitor('Trudy', '2001:db8::2'), room, 'x'), banned, 'the same /64');
  assert.equal(await chat.isBannedVisitor(visitor('Trudy', '2001:db8::2'), room), true);
  await chat.sendAsVisitor(visitor('Bob', '198.51.100.9'), room, 'hello');
  const person = await chat.send(ada, room, { text: 'x' });
  await assert.rejects(
    chat.moderation.restrict(ada, room, {
      ...{ whom: { sequence: person.sequence }, what: 'ban', minutes: 1, reason: 'x' },
    }),
    { code: 'chat_visitor_not_found' },
  );
  const rows = JSON.stringify(await records.query(`chat-room#${room}`, { limit: 100 }));
  assert.ok(!rows.includes('2001:db8'));
});

test('a hidden message keeps its place, shows its text to moderators alone, and is restored as it was', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const room = chat.generalRoomId;
  const { sequence } = await chat.send(grace, room, { text: 'rude' });
  const place = { roomId: room, sequence };
  await chat.edit(grace, place, 'ruder');
  await assert.rejects(chat.moderation.hide(edsger, place, 'x'), { code: 'chat_forbidden' });
  await chat.moderation.hide(ada, place, 'rude');
  const [seen] = (await chat.history(edsger, room, { limit: 10 })).messages;
  assert.ok(seen);
  const view = messageView(seen);
  assert.deepEqual([view.sequence, view.state, view.text], [sequence, 'hidden', null]);
  for await (const found of await chat.search(edsger, { query: 'ruder', roomId: room }))
    assert.fail(textOf(found) ?? '');
  await assert.rejects(chat.edits(edsger, room, sequence), { code: 'chat_message_hidden' });
  await assert.rejects(chat.edit(grace, place, 'nice'), { code: 'chat_message_hidden' });
  await assert.rejects(chat.moderation.hidden(edsger, place), { code: 'chat_forbidden' });
  const hidden = await chat.moderation.hidden(ada, place);
  assert.deepEqual([hidden.text, hidden.by, hidden.reason, hidden.isSame], ['ruder', 'ada', 'rude', true]);
  const restored = await chat.moderation.restore(ada, place, 'it was a quote');
  assert.equal(textOf(restored), 'ruder');
  await assert.rejects(chat.moderation.restore(ada, place, 'x'), { code: 'chat_message_not_hidden' });
  assert.deepEqual(
    (await chat.moderation.actsOn(grace, { limit: 10 })).acts.map(({ act }) => [act.what, act.sequence, act.reason]),
    [
      ['restored', sequence, 'it was a quote'],
      ['hidden', sequence, 'rude'],
    ],
  );
});

test('a message whose text is another one than was hidden stays hidden', async (t) => {
  const { chat, ada, grace, records } = await testChat(t);
  const roomId = chat.generalRoomId;
  const { sequence, ...event } = await chat.send(grace, roomId, { text: 'what was said' });
  const place = { roomId, sequence };
  await chat.moderation.hide(ada, place, 'x');
  // Somebody who has the key of the room and writes the database.
  const { room } = await chat.room(ada, roomId);
  const at = keys.run(roomId, sequence);
  const run = await records.get<RunRow>(at.pk, at.sk);
  assert.ok(run);
  const value = withEvent(room, run, { ...event, sequence, content: { kind: 'message', text: 'something else' } });
  await records.transact([{ op: 'put', ...at, value }]);
  assert.equal((await chat.moderation.hidden(ada, place)).isSame, false);
  await assert.rejects(chat.moderation.restore(ada, place, 'x'), { code: 'chat_message_altered' });
  assert.equal(messageView(await chat.message(grace, roomId, sequence)).state, 'hidden');
});

test('a report hands the copy to the moderators, once, and its proof outlives the message', async (t) => {
  const { chat, ada, grace, edsger } = await testChat(t);
  const room = chat.generalRoomId;
  const { sequence } = await chat.send(grace, room, { text: 'I will find you' });
  const place = { roomId: room, sequence };
  const wanted = { reason: 'a threat', toAdmins: false };
  const reportId = await chat.moderation.report(edsger, place, wanted);
  assert.equal(await chat.moderation.report(edsger, place, wanted), reportId);
  await assert.rejects(chat.moderation.reports(edsger, { roomId: room }, { limit: 10 }), { code: 'chat_forbidden' });
  await chat.moderation.hide(ada, place, 'a threat');
  await chat.remove(grace, place);
  const { reports } = await chat.moderation.reports(ada, { roomId: room }, { limit: 10 });
  assert.equal(reports.length, 1);
  const report = reports[0]?.report;
  assert.deepEqual([report?.text, report?.by.handle, report?.reason], ['I will find you', 'edsger', 'a threat']);
  const hidden = await chat.moderation.hidden(ada, place);
  assert.deepEqual([hidden.text, hidden.proof], [null, report?.proof]);

  await chat.moderation.resolve(ada, { roomId: room }, { reportId, outcome: 'acted', note: 'banned for a day' });
  assert.deepEqual((await chat.moderation.reports(ada, { roomId: room }, { limit: 10 })).reports, []);
  const all = await chat.moderation.reports(ada, { roomId: room }, { limit: 10, all: true });
  assert.equal(all.reports[0]?.report?.resolved?.note, 'banned for a day');
});

test('whoever moderates a room is told of a report there, once, and nobody else is', async (t) => {
  const { chat, ada, grace, edsger, noticed, records } = await testChat(t);
  const told = () => noticed.splice(0).map(({ kind, accountIds }) => [kind, ...accountIds]);
  const wanted = { reason: 'x', toAdmins: false };
  await chat.setMember(ada, chat.generalRoomId, 'edsger', 'moderator');
  const { sequence } = await chat.send(ada, chat.generalRoomId, { text: 'a' });
  const place = { roomId: chat.generalRoomId, sequence };
  await chat.moderation.report(grace, place, wanted);
  assert.deepEqual(told(), [['report', edsger.accountId, ada.accountId]]);
  await chat.moderation.report(grace, place, wanted);
  told();
  assert.equal((await records.query('noticed')).items.length, 1, 'it is the same report');
  await chat.moderation.report(edsger, place, wanted);
  assert.deepEqual(told(), [['report', ada.accountId]], 'not the reporter');
  const visited = await chat.sendAsVisitor({ name: 'LO', address: '10.0.0.9' }, chat.generalRoomId, 'c');
  await chat.moderation.report(grace, { ...place, sequence: visited.sequence }, wanted);
  told();
  const { reports } = await chat.moderation.reports(ada, { roomId: chat.generalRoomId }, { limit: 10 });
  assert.deepEqual(
    reports.map((each) => reportView(each).report?.author.mark),
    [null, null, 'visitor'],
  );

  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(grace, roomId, 'edsger', 'member');
  await chat.send(grace, roomId, { text: 'b' });
  await chat.moderation.report(edsger, { roomId, sequence: 1 }, wanted);
  assert.deepEqual(told(), [['report', grace.accountId]], 'no admin who may not see the room');
  await chat.moderation.report(edsger, { roomId, sequence: 1 }, { ...wanted, toAdmins: true });
  assert.deepEqual(told(), [], 'to the admins: by the event of the audit trail');
});

test('a report from a conversation opens for the admins, and nothing else of the conversation does', async (t) => {
  const { chat, ada, grace, edsger, records } = await testChat(t);
  const { roomId } = (await chat.startConversation(grace, ['edsger'])).room;
  await chat.send(edsger, roomId, { text: 'harmless' });
  const { sequence } = await chat.send(edsger, roomId, { text: 'threatening' });
  await chat.moderation.report(grace, { roomId, sequence }, { reason: 'help', toAdmins: false });
  const { reports } = await chat.moderation.reports(ada, { roomId: null }, { limit: 10 });
  assert.deepEqual(
    reports.map(({ report }) => [report?.text, report?.by.handle]),
    [['threatening', 'grace']],
  );
  await assert.rejects(chat.history(ada, roomId, { limit: 10 }), { code: 'chat_room_not_found' });
  await assert.rejects(chat.moderation.reports(grace, { roomId: null }, { limit: 10 }), { code: 'chat_forbidden' });
  const other = { ...ada, key: edsger.key ?? (() => assert.fail()) };
  const [sealed] = (await chat.moderation.reports(other, { roomId: null }, { limit: 10 })).reports;
  assert.equal(sealed?.report, null, 'it takes the key of an admin');
  assert.ok(!JSON.stringify(await records.query('chat-reports#admins', { limit: 10 })).includes('threatening'));
});

test('a report is for what one may read, and not for floods', async (t) => {
  const { chat, ada, grace } = await testChat(t, { settings: { chatReportsPerHour: 2 } });
  const { roomId } = (await chat.createRoom(ada, { name: 'plans', kind: 'private' })).room;
  await chat.send(ada, roomId, { text: 'secret' });
  const wanted = { reason: 'x', toAdmins: true };
  await assert.rejects(chat.moderation.report(grace, { roomId, sequence: 1 }, wanted), { code: 'chat_room_not_found' });
  for (const text of ['a', 'b', 'c']) await chat.send(ada, chat.generalRoomId, { text });
  const report = (sequence: number) => chat.moderation.report(grace, { roomId: chat.generalRoomId, sequence }, wanted);
  await report(1);
  await report(2);
  await assert.rejects(report(3), { code: 'chat_too_fast' });
});

test('a filter finds words in what is said and edited, tells its author, and changes no text', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const room = chat.generalRoomId;
  const filter = { lists: ['profanity'], words: ['unicorn'], allowed: ['shit happens'] };
  await chat.moderation.changeRules(ada, room, { filter: { ...filter, mode: 'blur' }, reason: 'family day' });
  const said = await chat.send(grace, room, { text: 'A Unicorn! Shit happens.' });
  assert.deepEqual(messageView(said).blurred, ['Unicorn']);
  assert.equal(messageView(said).text, 'A Unicorn! Shit happens.');
  const edited = await chat.edit(grace, { roomId: room, sequence: said.sequence }, 'A horse');
  assert.deepEqual(messageView(edited).blurred, []);
  await chat.moderation.changeRules(ada, room, { filter: { ...filter, mode: 'log' }, reason: 'x' });
  const logged = await chat.send(grace, room, { text: 'unicorn' });
  assert.deepEqual(messageView(logged).blurred, []);
  const visited = await chat.sendAsVisitor(visitor('Bob', '192.0.2.1'), room, 'unicorn');
  assert.ok(visited.content?.kind === 'message' && visited.content.flagged?.words.length === 1);
  await assert.rejects(chat.moderation.changeRules(grace, room, { filter: { ...filter, mode: 'off' }, reason: 'x' }), {
    code: 'chat_forbidden',
  });
  await assert.rejects(
    chat.moderation.changeRules(ada, room, { filter: { ...filter, mode: 'log', lists: ['nope'] }, reason: 'x' }),
    { code: 'chat_word_list_unknown' },
  );
});

test('slow mode and the pace of one person hold, and what was sent before is answered however fast', async (t) => {
  const { chat, ada, grace, edsger, advance } = await testChat(t, { settings: { chatMessagesPerMinute: 3 } });
  const room = chat.generalRoomId;
  const messageId = 'message-number-one';
  await chat.moderation.changeRules(ada, room, { slowSeconds: 10, reason: 'x' });
  const first = await chat.send(grace, room, { text: 'one', messageId });
  await assert.rejects(chat.send(grace, room, { text: 'two' }), {
    code: 'chat_too_fast',
    extra: { retryAfterMs: 10_000 },
  });
  assert.equal((await chat.send(grace, room, { text: 'one', messageId })).sequence, first.sequence);
  await chat.send(edsger, room, { text: 'somebody else' });
  await chat.send(ada, room, { text: 'a moderator' });
  await chat.send(ada, room, { text: 'at once' });
  advance(10_000);
  await chat.send(grace, room, { text: 'two' });
  await chat.moderation.changeRules(ada, room, { slowSeconds: null, reason: 'x' });
  advance(60_000);
  for (const text of ['a', 'b', 'c']) await chat.send(grace, room, { text });
  await assert.rejects(chat.send(grace, room, { text: 'd' }), { code: 'chat_too_fast' });
  advance(20_000);
  const last = await chat.send(grace, room, { text: 'd' });

  // Everybody is told of an edit or a reaction as well, so that they count; slow mode waits for none of them.
  const place = { roomId: room, sequence: last.sequence };
  const react = async (on: boolean) => await chat.react(grace, place, { reaction: '👍', on });
  await assert.rejects(react(true), { code: 'chat_too_fast', extra: { retryAfterMs: 20_000 } });
  await assert.rejects(chat.edit(grace, place, 'e'), { code: 'chat_too_fast' });
  advance(60_000);
  await chat.edit(grace, place, 'e');
  await chat.edit(grace, place, 'e');
  await react(true);
  await react(false);
  await assert.rejects(react(true), { code: 'chat_too_fast' });
  await chat.remove(grace, place);
  await chat.moderation.changeRules(ada, room, { slowSeconds: 10, reason: 'x' });
  advance(60_000);
  const { sequence } = await chat.send(grace, room, { text: 'slow' });
  await chat.edit(grace, { roomId: room, sequence }, 'slower');
});

test('a filter is tried on a text before it is set, by moderators alone, and changes nothing', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const room = chat.generalRoomId;
  const filter = { mode: 'off', lists: [], words: ['gadget'], allowed: ['fine gadget'] } as const;
  const found = await chat.moderation.tryFilter(ada, room, { filter, text: 'A GADGET, and a fine gadget' });
  assert.deepEqual(found, ['GADGET']);
  assert.deepEqual(await chat.moderation.tryFilter(ada, room, { filter, text: 'nothing' }), []);
  await assert.rejects(chat.moderation.tryFilter(grace, room, { filter, text: 'x' }), { code: 'chat_forbidden' });
  const unknown = { ...filter, lists: ['slurs'] };
  await assert.rejects(chat.moderation.tryFilter(ada, room, { filter: unknown, text: 'x' }), {
    code: 'chat_word_list_unknown',
  });
  assert.equal((await chat.moderation.rules(ada, room)).room.rules.filter, undefined);
});
