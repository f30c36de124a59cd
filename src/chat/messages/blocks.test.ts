import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RunRow, sequenceIn } from '../records.ts';
import { testChat, type TestChat } from '../test-chat.ts';
import { BLOCK, LARGE, putTogether } from './blocks.ts';
import { type RoomEvent, textOf } from './content.ts';
import { openRooms } from '../rooms/open-rooms.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Says so many, a few at a time, so that runs are of all lengths; then everything old is in blocks. */
async function filled(workspace: TestChat, count: number): Promise<string> {
  const { chat, grace, deps } = workspace;
  const roomId = chat.generalRoomId;
  for (let n = 1; n <= count; n += 7) {
    const some = upTo(Math.min(7, count - n + 1));
    await Promise.all(some.map((each) => chat.send(grace, roomId, { text: `number ${n + each - 1} is here` })));
  }
  await compacted(workspace, roomId);
  const rows = await deps.records.query<RunRow>(`chat-room#${roomId}`, { prefix: 'm#', limit: 1000 });
  assert.ok(rows.items.some(({ value }) => value.count > 97));
  return roomId;
}

async function compacted({ deps }: TestChat, roomId: string): Promise<void> {
  const room = await openRooms(deps).read(roomId);
  while ((await putTogether(deps, room)) !== 'all');
}

async function found(search: Promise<AsyncIterable<RoomEvent>>): Promise<number[]> {
  const sequences: number[] = [];
  for await (const { sequence } of await search) sequences.push(sequence);
  return sequences;
}

test('older messages become blocks of 256, and every page shows what it showed before', async (t) => {
  const workspace = await testChat(t);
  const roomId = await filled(workspace, 1000);
  const { chat, ada, records } = workspace;
  const { items } = await records.query<RunRow>(`chat-room#${roomId}`, { prefix: 'm#', limit: 1000 });
  const blocks = items.filter(({ value }) => value.count > 97);
  assert.ok(blocks.slice(0, -1).every(({ value }) => value.count > BLOCK - 97 && value.count <= BLOCK));
  assert.equal(
    items.reduce((sum, { value }) => sum + value.count, 0),
    1000,
  );
  assert.doesNotMatch(JSON.stringify(items), /number \d/);
  for (const before of [1, 2, 250, 256, 257, 258, 700, 1001]) {
    const page = await chat.history(ada, roomId, { before, limit: 100 });
    const expected = upTo(before - 1).slice(-100);
    assert.deepEqual(
      page.messages.map(textOf),
      expected.map((n) => `number ${n} is here`),
    );
  }
  const after = await chat.history(ada, roomId, { after: 250, limit: 200 });
  assert.deepEqual(
    after.messages.map(({ sequence }) => sequence),
    upTo(450).slice(250),
  );
});

test('what was written together is a block already, and is not written again', async (t) => {
  const workspace = await testChat(t);
  const { chat, ada, grace, records } = workspace;
  const roomId = chat.generalRoomId;
  const say = (count: number) =>
    Promise.all(upTo(count).map((n) => chat.send(grace, roomId, { text: `number ${n} is here` })));
  const rows = async () =>
    (await records.query<RunRow>(`chat-room#${roomId}`, { prefix: 'm#', limit: 1000 })).items.map(
      ({ value, revision }) => [value.count, revision] as const,
    );
  // Large ones, small ones between them, and what is too new to be touched.
  for (const count of [LARGE, LARGE + 1, 3, 2, LARGE]) await say(count);
  const before = await rows();
  for (let n = 0; n < 2 * BLOCK; n += 64) await say(64);
  await compacted(workspace, roomId);
  const after = await rows();
  assert.deepEqual(
    after.slice(0, 4).map(([count]) => count),
    [LARGE, LARGE + 1, 5, LARGE],
  );
  assert.deepEqual([after[0], after[1], after[3]], [before[0], before[1], before[4]]);
  const blocks = await records.get<{ upTo: number }>(`chat-room#${roomId}`, 'blocks');
  const position = (await chat.room(ada, roomId)).position.sequence;
  assert.ok(position - (blocks?.value.upTo ?? 0) < 2 * BLOCK, 'and is passed over');
  assert.equal(
    after.reduce((sum, [count]) => sum + count, 0),
    position,
  );
});

test('a message in a block is edited and removed like any other, and its text leaves the block', async (t) => {
  const workspace = await testChat(t);
  const roomId = await filled(workspace, 600);
  const { chat, ada, grace, records } = workspace;
  await chat.edit(grace, { roomId, sequence: 10 }, 'number ten');
  await chat.remove(grace, { roomId, sequence: 11 });
  await compacted(workspace, roomId);
  const page = await chat.history(ada, roomId, { after: 8, limit: 4 });
  assert.deepEqual(page.messages.map(textOf), ['number 9 is here', 'number ten', null, 'number 12 is here']);
  const [moved, other] = (await records.query<RunRow>(`chat-room#${roomId}`, { prefix: 'm#' })).items;
  assert.ok(moved && other);
  await records.transact([{ op: 'put', pk: other.pk, sk: other.sk, value: moved.value }]);
  const place = { after: sequenceIn(other.sk) - 1, limit: 1 };
  const damaged = await (await workspace.another()).history(ada, roomId, place);
  assert.deepEqual(damaged.messages.map(textOf), [null], 'a block opens in its place alone');
});

test('a search finds newest first, in blocks and beside them, what is there now', async (t) => {
  const workspace = await testChat(t);
  const roomId = await filled(workspace, 700);
  const { chat, ada, grace, edsger } = workspace;
  const search = (query: string, before?: number) => found(chat.search(ada, { query, roomId, before }));
  assert.deepEqual(
    await search('NUMBER 7'),
    upTo(700)
      .filter((n) => String(n).includes('7'))
      .toReversed(),
  );
  assert.deepEqual(
    await search('number 7', 100),
    upTo(99)
      .filter((n) => String(n).includes('7'))
      .toReversed(),
  );
  assert.deepEqual(await search('nothing'), []);
  await chat.edit(grace, { roomId, sequence: 20 }, 'a "needle", Straße\\n');
  await chat.send(grace, roomId, { text: 'another needle' });
  const newest = (await chat.room(ada, roomId)).position.sequence;
  assert.deepEqual(await search('needle'), [newest, 20]);
  assert.deepEqual(await search('"needle" STRASSE'), []);
  assert.deepEqual(await search('"needle", straße\\n'), [20]);
  assert.deepEqual(
    await search('number 20 '),
    upTo(700)
      .filter((n) => n !== 20 && String(n).includes('20'))
      .toReversed(),
  );
  await chat.remove(grace, { roomId, sequence: 20 });
  assert.deepEqual(await search('needle'), [newest]);

  const secret = (await chat.createRoom(grace, { name: 'plans', kind: 'private' })).room.roomId;
  await chat.send(grace, secret, { text: 'the last needle' });
  const everywhere = async (caller: typeof ada) => await found(chat.search(caller, { query: 'needle' }));
  assert.equal((await everywhere(grace)).length, 2);
  assert.equal((await everywhere(edsger)).length, 1, 'and nobody finds what they may not see');
  await assert.rejects(chat.search(ada, { query: ' ' }), { code: 'chat_query_invalid' });
});

test('blocks are made on two servers at once while messages go, and nothing is lost', async (t) => {
  const here = await testChat(t);
  const there = await here.another();
  const roomId = here.chat.generalRoomId;
  const room = await openRooms(here.deps).read(roomId);
  for (let round = 0; round < 12; round++) {
    await Promise.all([
      ...upTo(60).map((n) => (n % 2 ? here.chat : there).send(here.grace, roomId, { text: `${round} ${n}` })),
      putTogether(here.deps, room),
      putTogether(here.deps, room),
      round > 5 ? there.remove(here.grace, { roomId, sequence: round }) : null,
    ]);
  }
  await compacted(here, roomId);
  const all: (string | null)[] = [];
  for (let after = 0, more = true; more;) {
    const page = await there.history(here.ada, roomId, { after, limit: 200 });
    all.push(...page.messages.map(textOf));
    more = page.later !== null;
    after = page.later ?? 0;
  }
  assert.equal(all.length, 12 * 60);
  assert.equal(all.filter((text) => text === null).length, 6);
});

test('an export holds everything, for owners alone', async (t) => {
  const workspace = await testChat(t);
  const roomId = await filled(workspace, 600);
  const { chat, ada, grace } = workspace;
  await chat.edit(grace, { roomId, sequence: 5 }, 'five');
  const lines: { text: string; edits: { text: string }[] }[] = [];
  for await (const line of await chat.export(ada, roomId)) lines.push(JSON.parse(line) as (typeof lines)[number]);
  assert.equal(lines.length, 600);
  assert.deepEqual([lines[4]?.text, lines[4]?.edits.map(({ text }) => text)], ['five', ['number 5 is here']]);
  await assert.rejects(chat.export(grace, roomId), { code: 'chat_forbidden' });

  // Who reads it slowly is told nothing of what is said meanwhile.
  const slow = (await chat.export(ada, roomId))[Symbol.asyncIterator]();
  let count = (await slow.next()).done ? 0 : 1;
  await chat.send(grace, roomId, { text: 'without ada' });
  for (let next = await slow.next(); !next.done; next = await slow.next()) count += 1;
  assert.equal(count, 600);
});
