import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';
import { reportView } from '../http/moderation-views.ts';
import { messageView } from '../http/views.ts';
import { testAttachments } from './test-attachments.ts';

test('everyone in the room opens what was shared with it, and who comes later does too', async (t) => {
  const { chat, ada, grace, edsger, guest, store, attach, read } = await testAttachments(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(grace, roomId, 'ada', 'member');
  const { sent, shareId } = await attach(grace, roomId, await store(grace, 'plan.pdf', 'the plan'));
  assert.deepEqual(messageView(sent).attachments, [
    { shareId, name: 'plan.pdf', size: 8, mediaType: 'application/pdf', state: 'shared' },
  ]);
  assert.equal(await read(ada, roomId, shareId), 'the plan');
  assert.equal(await read(edsger, roomId, shareId), 'chat_room_not_found');
  await chat.setMember(grace, roomId, 'edsger', 'member');
  await chat.setMember(grace, roomId, 'guest', 'member');
  assert.equal(await read(edsger, roomId, shareId), 'the plan');
  assert.equal(await read(guest, roomId, shareId), 'the plan');
});

test('who left the room opens nothing any more, and neither does another room', async (t) => {
  const { chat, grace, edsger, store, attach, read } = await testAttachments(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  await chat.setMember(grace, roomId, 'edsger', 'member');
  const { shareId } = await attach(edsger, roomId, await store(edsger, 'a', 'mine'));
  await chat.removeMember(grace, roomId, edsger.accountId);
  assert.equal(await read(edsger, roomId, shareId), 'chat_room_not_found', 'through this room not even their own');
  assert.equal(await read(grace, roomId, shareId), 'mine', 'what they shared stays shared');
  assert.equal(await read(grace, chat.generalRoomId, shareId), 'share_not_found');
  assert.equal(await read(grace, roomId, newId()), 'share_not_found');
  assert.equal(await read(grace, roomId, '../x'), 'share_not_found');
});

test('a version is shared and not the file: what is stored later is not, and an older one can be chosen', async (t) => {
  const { chat, grace, edsger, store, attach, read } = await testAttachments(t);
  const old = await store(grace, 'plan', 'first');
  const { shareId } = await attach(grace, chat.generalRoomId, { driveId: old.driveId, entryId: old.entryId });
  await store(grace, 'plan', 'second, not for them');
  assert.equal(await read(edsger, chat.generalRoomId, shareId), 'first');
  const again = await attach(grace, chat.generalRoomId, old);
  assert.equal(await read(edsger, chat.generalRoomId, again.shareId), 'first');
});

test('more than fits into one transaction is refused, with what to do about it', async (t) => {
  const posts = { check() {}, send: async () => '' };
  const { chat, files, ada, store, withDrive } = await testAttachments(t, {
    posts,
    settings: { chatOutgoingHooks: 30 },
  });
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, { name: 'Helper', access: 'both', withToken: true });
  for (let each = 1; each <= 30; each += 1) {
    const url = `https://example.org/${each}`;
    await chat.outgoing.add(ada, room, { botId: bot.botId, label: '', url, triggers: [] });
  }
  const ref = await store(ada, 'plan', 'the plan');
  const { session } = await withDrive(ada);
  const send = (count: number) =>
    chat.send(ada, room, {
      text: '',
      attachments: () => Promise.all(Array.from({ length: count }, () => files.shares.offer(session, ref))),
    });
  await assert.rejects(send(10), { code: 'chat_attachments_full' });
  assert.ok(await send(9));
});

test('a message is not refused because others watch for a word of it', async (t) => {
  const posts = { check() {}, send: async () => '' };
  const { chat, files, ada, grace, store, withDrive } = await testAttachments(t, {
    posts,
    settings: { chatOutgoingHooks: 25 },
  });
  const room = chat.generalRoomId;
  const { bot } = await chat.bots.make(ada, room, { name: 'Helper', access: 'both', withToken: true });
  for (let each = 1; each <= 25; each += 1) {
    await chat.outgoing.add(ada, room, { botId: bot.botId, label: '', url: 'https://example.org', triggers: [] });
  }
  await chat.setMember(grace, room, 'grace');
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['launch'] }));
  const ref = await store(ada, 'plan', 'the plan');
  const { session } = await withDrive(ada);
  const send = (count: number) =>
    chat.send(ada, room, {
      text: 'the launch',
      attachments: () => Promise.all(Array.from({ length: count }, () => files.shares.offer(session, ref))),
    });
  assert.ok(await send(10), 'with whom the message is as full as it can be');
  assert.deepEqual((await chat.mentions(grace, { limit: 10 })).messages, []);
  assert.ok(await send(9));
  assert.equal((await chat.mentions(grace, { limit: 10 })).messages.length, 1);
});

test('only who may change a drive shares what lies in it', async (t) => {
  const { chat, files, grace, edsger, withDrive, store, attach } = await testAttachments(t);
  const ref = await store(grace, 'plan', 'hers');
  await assert.rejects(attach(edsger, chat.generalRoomId, ref), { code: 'drive_not_found' });
  const { session } = await withDrive(grace);
  await assert.rejects(attach(grace, chat.generalRoomId, { ...ref, versionId: newId() }), {
    code: 'version_not_found',
  });
  await files.trash(session, ref.driveId, ref.entryId, {});
  await assert.rejects(attach(grace, chat.generalRoomId, ref), { code: 'in_trash' });
  assert.equal((await chat.history(grace, chat.generalRoomId, { limit: 10 })).messages.length, 0);
});

test('a conversation shares under its own key: its people open it, and nobody else', async (t) => {
  const { chat, ada, grace, edsger, store, attach, read } = await testAttachments(t);
  const { roomId } = (await chat.startConversation(grace, ['edsger'])).room;
  const { shareId } = await attach(grace, roomId, await store(grace, 'secret', 'between us'));
  assert.equal(await read(edsger, roomId, shareId), 'between us');
  assert.equal(await read(ada, roomId, shareId), 'chat_room_not_found');
});

test('who shared it takes it back, a moderator does, and others do not; the history says so and who listens hears', async (t) => {
  const { chat, grace, edsger, ada, store, attach, read, standings } = await testAttachments(t);
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'public' })).room;
  const [one, two] = [
    await attach(edsger, roomId, await store(edsger, 'one', '1'), 'look'),
    await attach(edsger, roomId, await store(edsger, 'two', '2')),
  ];
  const heard: unknown[] = [];
  using _subscription = await chat.subscribe(roomId, (events) => heard.push(...events));
  const other = (await chat.createRoom(ada, { name: 'other', kind: 'public' })).room.roomId;
  await assert.rejects(chat.endAttachment(edsger, other, one.shareId), { code: 'share_not_found' });
  const mine = await attach(grace, roomId, await store(grace, 'three', '3'));
  await assert.rejects(chat.endAttachment(edsger, roomId, mine.shareId), { code: 'chat_forbidden' });

  await chat.endAttachment(edsger, roomId, one.shareId);
  await chat.endAttachment(grace, roomId, two.shareId);
  await assert.rejects(chat.endAttachment(grace, roomId, two.shareId), { code: 'share_not_found' });
  for (const { sent, shareId } of [one, two]) {
    assert.equal(await read(edsger, roomId, shareId), 'share_not_found');
    assert.deepEqual(await standings(grace, roomId, sent.sequence), ['ended']);
  }
  const { messages } = await chat.history(grace, roomId, { limit: 10 });
  assert.deepEqual(
    messages.map((message) => messageView(message)).map(({ text, attachments }) => [text, attachments[0]?.state]),
    [
      ['look', 'ended'],
      ['', 'ended'],
      ['', 'shared'],
    ],
  );
  assert.deepEqual(
    (heard as { content: { what?: string }; message?: { standings: string[] } }[])
      .filter(({ content }) => content.what === 'attachments')
      .map(({ message }) => message?.standings),
    [['ended'], ['ended']],
  );
});

test('a message that is removed takes its files along', async (t) => {
  const { chat, grace, edsger, store, attach, read, told } = await testAttachments(t);
  const { sent, shareId } = await attach(edsger, chat.generalRoomId, await store(edsger, 'one', '1'), 'look');
  const removed = await chat.remove(edsger, { roomId: chat.generalRoomId, sequence: sent.sequence });
  assert.deepEqual(messageView(removed).attachments, []);
  assert.equal(await read(grace, chat.generalRoomId, shareId), 'share_not_found');
  assert.equal(told.filter(({ act }) => act === 'share.ended').length, 1);
});

test('files of a message that a moderator hid open for moderators alone, until it is restored', async (t) => {
  const { chat, ada, grace, edsger, store, attach, read } = await testAttachments(t);
  const roomId = chat.generalRoomId;
  const { sent, shareId } = await attach(edsger, roomId, await store(edsger, 'one', '1'), 'look');
  const hidden = await chat.moderation.hide(ada, { roomId, sequence: sent.sequence }, 'x');
  assert.deepEqual(messageView(hidden).attachments, []);
  assert.equal(await read(grace, roomId, shareId), 'share_not_found');
  assert.equal(await read(ada, roomId, shareId), '1');
  await chat.moderation.restore(ada, { roomId, sequence: sent.sequence }, 'x');
  assert.equal(await read(grace, roomId, shareId), '1');
});

test('in the trash it is hidden, restored it opens again, and purged it is over and leaves no row behind', async (t) => {
  const { chat, files, records, grace, edsger, withDrive, store, attach, read, standings } = await testAttachments(t);
  const room = chat.generalRoomId;
  const { session, driveId } = await withDrive(grace);
  const ref = await store(grace, 'plan', 'the plan');
  const folder = await files.makeFolder(session, driveId, 'root', { name: 'papers' });
  const { sent, shareId } = await attach(grace, room, ref);
  const again = await attach(edsger, room, await store(edsger, 'other', 'stays'));
  await files.move(session, driveId, ref.entryId, { folderId: folder.id }, {});
  assert.equal(await read(edsger, room, shareId), 'the plan', 'moved');
  for (const thrown of [ref.entryId, folder.id]) {
    await files.trash(session, driveId, thrown, {});
    assert.equal(await read(edsger, room, shareId), 'share_in_trash');
    assert.deepEqual(await standings(edsger, room, sent.sequence), ['in_trash']);
    await files.restoreFromTrash(session, driveId, thrown, {});
    assert.equal(await read(edsger, room, shareId), 'the plan');
  }
  await files.trash(session, driveId, folder.id, {});
  await files.purge(session, driveId, folder.id);
  assert.equal(await read(edsger, room, shareId), 'share_not_found', 'at once');
  await files.purgeDue();
  assert.deepEqual((await records.query(`share#${shareId}`, { limit: 10 })).items, []);
  assert.deepEqual((await records.query(`entry#${ref.entryId}`, { limit: 10 })).items, []);
  assert.equal(await read(grace, room, again.shareId), 'stays');
  assert.deepEqual(await standings(edsger, room, sent.sequence), ['ended']);
});

test('with its owner’s drive what was shared from it goes, keys and all', async (t) => {
  const { chat, files, records, grace, edsger, store, attach, read } = await testAttachments(t);
  const { shareId } = await attach(edsger, chat.generalRoomId, await store(edsger, 'mine', 'last words'));
  await files.closeDrives(edsger.accountId);
  assert.equal(await read(grace, chat.generalRoomId, shareId), 'share_not_found');
  await files.purgeDue();
  assert.deepEqual((await records.query(`share#${shareId}`, { limit: 10 })).items, []);
});

test('a manager of the drive sees with whom a file is shared, and takes it back for every room', async (t) => {
  const { chat, files, grace, edsger, withDrive, store, attach, read } = await testAttachments(t);
  const { session, driveId } = await withDrive(grace);
  const ref = await store(grace, 'plan', 'the plan');
  const { sent, shareId } = await attach(grace, chat.generalRoomId, ref);
  const other = await attach(grace, chat.generalRoomId, ref);
  const { shares } = await files.shares.list(session, driveId, ref.entryId, {});
  assert.deepEqual(
    shares.map((share) => [share.shareId, share.holder.id, share.holder.reference, share.by.accountId]),
    [
      [shareId, chat.generalRoomId, String(sent.sequence), grace.accountId],
      [other.shareId, chat.generalRoomId, String(other.sent.sequence), grace.accountId],
    ],
  );
  const stranger = (await withDrive(edsger)).session;
  await assert.rejects(files.shares.list(stranger, driveId, ref.entryId, {}), { code: 'drive_not_found' });
  await assert.rejects(files.shares.endAll(stranger, driveId, ref.entryId, shareId), { code: 'drive_not_found' });
  const elsewhere = await store(grace, 'another', '');
  await assert.rejects(files.shares.endAll(session, driveId, elsewhere.entryId, shareId), { code: 'share_not_found' });
  await files.shares.endAll(session, driveId, ref.entryId, shareId);
  assert.equal(await read(edsger, chat.generalRoomId, shareId), 'share_not_found');
  assert.equal(await read(edsger, chat.generalRoomId, other.shareId), 'the plan');
  assert.equal((await files.shares.list(session, driveId, ref.entryId, {})).shares.length, 1);
});

test('whoever writes the database shares nothing and exchanges nothing', async (t) => {
  const { chat, records, grace, edsger, store, attach, read, standings } = await testAttachments(t);
  const room = chat.generalRoomId;
  const { roomId } = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room;
  const [theirs, ours] = [
    await attach(grace, roomId, await store(grace, 'secret', 'not for you')),
    await attach(grace, room, await store(grace, 'open', 'for all')),
  ];
  const rows = async (shareId: string) => (await records.query(`share#${shareId}`, { limit: 10 })).items;
  const put = async (pk: string, sk: string, value: object) =>
    await records.transact([{ op: 'put', pk, sk, value: value as never }]);
  const rowOf = async (shareId: string, part: string) => {
    const found = (await rows(shareId)).find(({ sk }) => sk.startsWith(part));
    assert.ok(found);
    return found;
  };

  const holder = await rowOf(theirs.shareId, 'holder#');
  await put(holder.pk, `holder#room#${room}`, holder.value);
  assert.equal(await read(edsger, room, theirs.shareId), 'drive_damaged', 'the key of another room');
  assert.deepEqual(await standings(grace, roomId, theirs.sent.sequence), ['ended']);

  const [secret, open] = [await rowOf(theirs.shareId, 'version#'), await rowOf(ours.shareId, 'version#')];
  await put(open.pk, open.sk, secret.value);
  assert.equal(await read(edsger, room, ours.shareId), 'share_not_found', 'a version of another share');
  await records.transact([{ op: 'delete', pk: open.pk, sk: open.sk }]);
  await put(open.pk, secret.sk, secret.value);
  assert.equal(await read(edsger, room, ours.shareId), 'drive_damaged', 'a version of another share in its own place');
});

test('what was attached lies nowhere in the records: neither name nor content', async (t) => {
  const { chat, records, grace, store, attach } = await testAttachments(t);
  const { shareId } = await attach(grace, chat.generalRoomId, await store(grace, 'merger.pdf', 'x'), 'see');
  const text = JSON.stringify((await records.query(`share#${shareId}`, { limit: 10 })).items);
  // The three letters of an extension stand in random base64 by chance, once in some hundred runs.
  assert.doesNotMatch(text, /merger/);
});

test('a message and its shares are there together or not at all, and once', async (t) => {
  const faults = { before: false, after: false };
  const wrapRecords = (inner: RecordStore): RecordStore => ({
    properties: inner.properties,
    get: (pk, sk) => inner.get(pk, sk),
    query: (pk, options) => inner.query(pk, options),
    async transact(operations) {
      const isMessage = operations.some(({ sk }) => sk.startsWith('m#'));
      const gone = new HoldfastError('records_unavailable', { status: 503, title: 'Away', remedy: '' });
      if (isMessage && faults.before) throw gone;
      await inner.transact(operations);
      if (isMessage && faults.after) throw gone;
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  });
  const { chat, files, grace, edsger, withDrive, store, read } = await testAttachments(t, { wrapRecords });
  const { session, driveId } = await withDrive(grace);
  const ref = await store(grace, 'plan', 'the plan');
  const message = {
    text: 'look',
    messageId: newId(),
    attachments: async () => [await files.shares.offer(session, ref)],
  };
  const shares = async () => (await files.shares.list(session, driveId, ref.entryId, {})).shares;
  faults.before = true;
  await assert.rejects(chat.send(grace, chat.generalRoomId, message), { code: 'records_unavailable' });
  assert.deepEqual(await shares(), []);
  Object.assign(faults, { before: false, after: true });
  await assert.rejects(chat.send(grace, chat.generalRoomId, message), { code: 'records_unavailable' });
  faults.after = false;
  const sent = await chat.send(grace, chat.generalRoomId, message);
  const [share, ...more] = await shares();
  assert.deepEqual(more, []);
  assert.equal(share?.holder.reference, String(sent.sequence));
  assert.equal(await read(edsger, chat.generalRoomId, share?.shareId ?? ''), 'the plan');
  assert.equal((await chat.history(grace, chat.generalRoomId, { limit: 10 })).messages.length, 1);

  await files.trash(session, driveId, ref.entryId, {});
  await files.purge(session, driveId, ref.entryId);
  assert.equal((await chat.send(grace, chat.generalRoomId, message)).sequence, sent.sequence, 'the file is not needed');
});

test('a file that is purged while its message is on the way is not shared, and nothing is said', async (t) => {
  const { chat, files, grace, withDrive, store } = await testAttachments(t);
  const { session, driveId } = await withDrive(grace);
  const ref = await store(grace, 'plan', 'the plan');
  const attachments = async () => {
    const offer = await files.shares.offer(session, ref);
    await files.trash(session, driveId, ref.entryId, {});
    await files.purge(session, driveId, ref.entryId);
    return [offer];
  };
  await assert.rejects(chat.send(grace, chat.generalRoomId, { text: 'look', attachments }), {
    code: 'chat_attachment_gone',
  });
  assert.equal((await chat.history(grace, chat.generalRoomId, { limit: 10 })).messages.length, 0);
});

test('ten files go with one message that names people and answers another; an eleventh does not', async (t) => {
  const { chat, files, grace, edsger, withDrive, store, read, deps } = await testAttachments(t);
  const { session } = await withDrive(grace);
  const first = await chat.send(edsger, chat.generalRoomId, { text: 'send them' });
  const ref = await store(grace, 'n'.repeat(255), 'x');
  const offers = (count: number) => () =>
    Promise.all(Array.from({ length: count }, () => files.shares.offer(session, ref)));
  const everybody = ['ada', 'edsger', 'grace', 'guest'].map((handle) => `@${handle}`).join(' ');
  const message = { text: everybody, messageId: newId(), replyTo: first.sequence };
  await assert.rejects(chat.send(grace, chat.generalRoomId, { ...message, attachments: offers(11) }), {
    code: 'chat_attachments_full',
  });
  const sent = await chat.send(grace, chat.generalRoomId, { ...message, attachments: offers(10) });
  const { attachments } = messageView(sent);
  assert.equal(attachments.length, deps.settings.chatAttachments);
  for (const { shareId } of attachments) assert.equal(await read(edsger, chat.generalRoomId, shareId), 'x');
  await assert.rejects(chat.send(grace, chat.generalRoomId, { text: ' ' }), { code: 'chat_text_empty' });
});

test('what a room keeps no longer is shared no longer', async (t) => {
  const { chat, records, ada, edsger, advance, store, attach, read } = await testAttachments(t);
  const { roomId } = (await chat.createRoom(ada, { name: 'short', kind: 'public' })).room;
  const { shareId } = await attach(edsger, roomId, await store(edsger, 'plan', 'the plan'));
  await chat.changeRoom(ada, roomId, { retentionDays: 1 });
  advance(2 * 86_400_000);
  const younger = await attach(edsger, roomId, await store(edsger, 'other', 'the other plan'));
  await chat.forgetOld();
  assert.equal(await read(ada, roomId, shareId), 'share_not_found');
  assert.deepEqual((await records.query(`share#${shareId}`, { limit: 10 })).items, []);
  assert.equal(await read(ada, roomId, younger.shareId), 'the other plan');
});

test('one file is sent several times at once, by messages that are written together', async (t) => {
  const { chat, edsger, grace, store, attach, read } = await testAttachments(t);
  const ref = await store(grace, 'plan', 'the plan');
  const sent = await Promise.all(Array.from({ length: 8 }, () => attach(grace, chat.generalRoomId, ref)));
  for (const { shareId } of sent) assert.equal(await read(edsger, chat.generalRoomId, shareId), 'the plan');
});

test('a file is found by its name', async (t) => {
  const { chat, grace, store, attach } = await testAttachments(t);
  await attach(grace, chat.generalRoomId, await store(grace, 'Quarterly figures.ods', 'x'));
  const found = [];
  for await (const event of await chat.search(grace, { query: 'figures quarterly' })) found.push(messageView(event));
  assert.deepEqual(
    found.map(({ attachments }) => attachments.map(({ name, state }) => [name, state])),
    [[['Quarterly figures.ods', 'shared']]],
  );
});

test('a report tells of files by name and size, and of a hidden message nothing', async (t) => {
  const { chat, ada, grace, edsger, store, attach } = await testAttachments(t);
  const { generalRoomId: roomId, moderation } = chat;
  const why = { reason: 'x', toAdmins: false };
  const { sequence } = (await attach(edsger, roomId, await store(edsger, 'plan', 'the plan'))).sent;
  await moderation.report(grace, { roomId, sequence }, why);
  await moderation.hide(ada, { roomId, sequence }, 'x');
  await moderation.report(edsger, { roomId, sequence }, why);
  const { reports } = await moderation.reports(ada, { roomId }, { limit: 10 });
  const filesOf = (handle: string) =>
    reports.flatMap((each) => (each.report?.by.handle === handle ? (reportView(each).report?.files ?? []) : []));
  assert.deepEqual([filesOf('grace'), filesOf('edsger')], [[{ name: 'plan', size: 8 }], []]);
});
