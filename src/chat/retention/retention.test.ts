import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acquireLease, type RecordStore } from '../../storage/index.ts';
import { BLOCK, putTogether } from '../messages/blocks.ts';
import { textOf } from '../messages/content.ts';
import { openRooms } from '../rooms/open-rooms.ts';
import { testChat, type TestChat } from '../test-chat.ts';

const DAY = 86_400_000;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function keep(workspace: TestChat, retentionDays: number | null): Promise<void> {
  await workspace.chat.changeRoom(workspace.ada, workspace.chat.generalRoomId, { retentionDays });
}

/** Eight events on the first day, with everything that can become of a message; then three on the eighth. */
async function aWeek(workspace: TestChat): Promise<void> {
  const { chat, ada, grace, advance } = workspace;
  const roomId = chat.generalRoomId;
  await Promise.all(upTo(3).map((n) => chat.send(grace, roomId, { text: `old ${n} @ada` })));
  await chat.send(grace, roomId, { text: 'an old answer', replyTo: 1 });
  await chat.edit(grace, { roomId, sequence: 2 }, 'old, edited');
  await chat.react(ada, { roomId, sequence: 1 }, { reaction: '👍', on: true });
  await chat.pin(ada, { roomId, sequence: 3 }, true);
  await chat.save(ada, { roomId, sequence: 1, on: true });
  await chat.remove(grace, { roomId, sequence: 4 });
  advance(8 * DAY);
  await chat.send(grace, roomId, { text: 'new @ada' });
  await chat.send(grace, roomId, { text: 'a new answer', replyTo: 1 });
  await chat.react(ada, { roomId, sequence: 9 }, { reaction: '👍', on: true });
}

/** As if another server did it: the sweep in the background leaves it alone, and only the one that is asked for runs. */
async function noneInBackground({ deps }: TestChat): Promise<void> {
  const { records, clock, settings } = deps;
  const wanted = { ttlMs: settings.chatRetentionLeaseMs, holder: 'another', clock, autoRenew: false };
  assert.ok(await acquireLease(records, 'chat-retention', wanted));
}

const logOf = async ({ records, chat }: TestChat) =>
  (await records.query(`chat-room#${chat.generalRoomId}`, { limit: 1000 })).items.map(({ sk }) => sk).toSorted();

test('what is older than a room keeps is gone with all that became of it, and sequences go on', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace } = workspace;
  const roomId = chat.generalRoomId;
  await aWeek(workspace);
  await chat.forgetOld();
  assert.equal((await chat.history(ada, roomId, { limit: 50 })).messages.length, 6, 'all is kept where nobody chose');
  await keep(workspace, 7);
  await chat.forgetOld();
  const page = await chat.history(ada, roomId, { limit: 50 });
  assert.deepEqual(page.messages.map(textOf), ['new @ada', 'a new answer']);
  assert.deepEqual(
    [page.messages[0]?.sequence, page.earlier, page.forgottenUpTo, page.position.sequence],
    [9, null, 8, 11],
  );
  assert.deepEqual((await chat.history(ada, roomId, { before: 9, limit: 50 })).messages, []);
  assert.deepEqual((await chat.history(ada, roomId, { before: 9, limit: 50 })).earlier, null);
  assert.deepEqual((await chat.history(ada, roomId, { after: 0, limit: 50 })).messages.map(textOf).length, 2);
  assert.deepEqual((await chat.mentions(ada, { limit: 10 })).messages.map(textOf), ['new @ada']);
  assert.deepEqual((await chat.saved(ada, { limit: 10 })).messages, []);
  assert.deepEqual((await chat.pins(ada, roomId, { limit: 10 })).messages, []);
  assert.deepEqual((await chat.thread(ada, roomId, 1, { limit: 10 })).messages.map(textOf), ['a new answer']);
  assert.deepEqual(await chat.edits(ada, roomId, 2), []);
  assert.equal((await chat.room(ada, roomId)).reading.unread.messages, 2);
  await assert.rejects(chat.message(ada, roomId, 1), { code: 'chat_message_not_found' });
  await assert.rejects(chat.react(ada, { roomId, sequence: 1 }, { reaction: '👍', on: true }), {
    code: 'chat_message_not_found',
  });
  const rows = await logOf(workspace);
  const sequenceOf = (sk: string) => Number(sk.split('#').at(-1));
  assert.deepEqual(
    rows.filter((sk) => /^[mcept]#/.test(sk) && sequenceOf(sk) < 9),
    [],
  );
  assert.equal((await chat.send(grace, roomId, { text: 'on' })).sequence, 12);
  const lines: string[] = [];
  for await (const line of await chat.export(ada, roomId)) lines.push(line);
  assert.equal(lines.length, 3);
});

test('whom words of a message told is gone with it', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, records, advance } = workspace;
  const roomId = chat.generalRoomId;
  for (const person of [ada, grace]) await chat.setMember(person, roomId, person.handle);
  await chat.changePreferences(grace, () => ({ ignored: [], keywords: ['launch'] }));
  for (const n of upTo(10)) await chat.send(ada, roomId, { text: `launch ${n}` });
  await chat.remove(ada, { roomId, sequence: 10 });
  advance(8 * DAY);
  await chat.send(ada, roomId, { text: 'another launch' });
  await keep(workspace, 7);
  await chat.forgetOld();
  const { items } = await records.query(`chat-mentions#${grace.accountId}`, { limit: 100 });
  assert.deepEqual(
    items.map(({ sk }) => Number(sk.split('#').at(-1))),
    [12],
  );
  assert.deepEqual(
    (await logOf(workspace)).filter((sk) => sk.startsWith('w#')).map((sk) => Number(sk.slice(2))),
    [12],
  );
  assert.doesNotMatch(
    JSON.stringify(await records.query(`chat-room#${roomId}`, { limit: 100 })),
    RegExp(grace.accountId),
  );
});

test('of a block only what is old goes, and what is younger is found as before', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, deps, advance } = workspace;
  const roomId = chat.generalRoomId;
  for (const n of upTo(150)) await chat.send(grace, roomId, { text: `needle ${n}` });
  advance(8 * DAY);
  for (let n = 151; n <= 150 + 2 * BLOCK; n += 30) {
    await Promise.all(upTo(30).map((each) => chat.send(grace, roomId, { text: `needle ${n + each - 1}` })));
  }
  while ((await putTogether(deps, await openRooms(deps).read(roomId))) !== 'all');
  await keep(workspace, 7);
  await chat.forgetOld();
  const found: number[] = [];
  for await (const { sequence } of await chat.search(ada, { query: 'needle', roomId })) found.push(sequence);
  const { sequence: last } = (await chat.room(ada, roomId)).position;
  assert.deepEqual(found, upTo(last).slice(150).toReversed());
  assert.equal((await chat.history(ada, roomId, { limit: 1, after: 0 })).messages[0]?.sequence, 151);
  while ((await putTogether(deps, await openRooms(deps).read(roomId))) !== 'all');
  assert.equal((await chat.history(ada, roomId, { atMs: 0, limit: 1 })).messages[0]?.sequence, 151);
});

test('owners alone choose, it stands in the audit trail, and can be taken back', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, told, advance } = workspace;
  const roomId = chat.generalRoomId;
  await aWeek(workspace);
  await assert.rejects(chat.changeRoom(grace, roomId, { retentionDays: 1 }), { code: 'chat_forbidden' });
  await keep(workspace, 7);
  assert.equal((await chat.room(grace, roomId)).room.retentionDays, 7);
  await chat.forgetOld();
  await keep(workspace, null);
  advance(100 * DAY);
  await chat.forgetOld();
  assert.equal((await chat.room(ada, roomId)).room.retentionDays, null);
  assert.equal((await chat.history(ada, roomId, { limit: 50 })).messages.length, 2);
  assert.deepEqual(
    told.filter(({ act }) => act === 'chat_room.forgotten').map(({ facts, actorId }) => ({ ...facts, actorId })),
    [{ from: 1, upTo: 8, retentionDays: 7, actorId: null }],
  );
  assert.ok(told.some(({ act, facts }) => act === 'chat_room.changed' && facts?.['retentionDays'] === 7));
});

test('a sweep that dies anywhere is brought to its end by the next one', async (t) => {
  const expected = await (async () => {
    const workspace = await testChat(t);
    await aWeek(workspace);
    await keep(workspace, 7);
    await workspace.chat.forgetOld();
    return await logOf(workspace);
  })();
  for (let after = 0, died = true; died; after += 1) {
    let left = Infinity;
    died = false;
    const breaks = (records: RecordStore): RecordStore => ({
      ...records,
      transact(operations) {
        left -= 1;
        if (left >= 0) return records.transact(operations);
        died = true;
        return Promise.reject(new Error('killed'));
      },
    });
    const workspace = await testChat(t, { wrapRecords: breaks });
    await aWeek(workspace);
    await noneInBackground(workspace);
    await keep(workspace, 7);
    left = after;
    await workspace.chat.forgetOld();
    left = Infinity;
    const { chat, grace } = workspace;
    if (after > 0)
      assert.deepEqual(await chat.edits(grace, chat.generalRoomId, 2), [], 'of what is gone nothing is shown');
    await workspace.chat.forgetOld();
    assert.deepEqual(await logOf(workspace), expected, `killed after ${after} transactions`);
  }
});

test('a page ends where a room has forgotten, however many rows are still to be removed', async (t) => {
  let left = Infinity;
  let reads = 0;
  const wrapRecords = (records: RecordStore): RecordStore => ({
    ...records,
    transact: (operations) => ((left -= 1) >= 0 ? records.transact(operations) : Promise.reject(new Error('killed'))),
    query(...wanted) {
      reads += 1;
      return reads > 1000 ? Promise.reject(new Error('it reads on and on')) : records.query(...wanted);
    },
  });
  const workspace = await testChat(t, { wrapRecords });
  const { chat, grace, advance } = workspace;
  const roomId = chat.generalRoomId;
  for (const n of upTo(60)) await chat.send(grace, roomId, { text: `old ${n}` });
  advance(8 * DAY);
  await chat.send(grace, roomId, { text: 'new' });
  await noneInBackground(workspace);
  await keep(workspace, 7);
  left = 1;
  await chat.forgetOld();
  left = Infinity;
  reads = 0;
  const page = await chat.history(grace, roomId, { limit: 20 });
  assert.deepEqual([page.messages.map(textOf), page.forgottenUpTo], [['new'], 60]);
});

test('a client that comes back from before what is gone gets a page and is told of the gap', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada } = workspace;
  const roomId = chat.generalRoomId;
  const { position } = await chat.room(ada, roomId);
  await aWeek(workspace);
  await keep(workspace, 7);
  await chat.forgetOld();
  const frames: string[] = [];
  const done = Promise.withResolvers<void>();
  using talk = chat.talk(ada, {
    async send(text) {
      frames.push(text);
      if (text.includes('a new answer')) done.resolve();
    },
    close: () => undefined,
  });
  talk.hear({ type: 'chat.listen', rooms: [{ roomId, ...position }] });
  await done.promise;
  assert.match(frames.join(), /"recovered":false/);
  assert.doesNotMatch(frames.join(), /"text":"old/);
});

test('a server that heard nothing while all of it went goes on with what there is', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, advance, deps } = workspace;
  const roomId = chat.generalRoomId;
  const heard: number[] = [];
  const done = Promise.withResolvers<void>();
  await keep(workspace, 1);
  let isAsleep = true;
  const asleep = await workspace.another({
    records: {
      ...deps.records,
      get: async (pk, sk) => {
        const item = await deps.records.get(pk, sk);
        // It sees the room as it was until it wakes up.
        return isAsleep && sk === 'head' ? asItWas : (item as never);
      },
    },
    settings: { ...deps.settings, chatPositionCheckMs: 100 },
  });
  const asItWas = (await deps.records.get(`chat-room#${roomId}`, 'head')) as never;
  using _listening = await asleep.subscribe(roomId, (events) => {
    heard.push(...events.map(({ sequence }) => sequence));
    done.resolve();
  });
  await Promise.all(upTo(5).map((n) => chat.send(ada, roomId, { text: `${n}` })));
  advance(2 * DAY);
  await chat.send(grace, roomId, { text: 'after' });
  await chat.forgetOld();
  isAsleep = false;
  await done.promise;
  assert.deepEqual(heard, [6]);
});
