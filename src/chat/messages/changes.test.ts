import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Caller } from '../chat-deps.ts';
import { messageView } from '../http/views.ts';
import { testChat } from '../test-chat.ts';
import type { LiveNews, MessageView } from '../wire.ts';
import { textOf } from './content.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('an edit counts for everybody, and the texts before it are kept', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const roomId = chat.generalRoomId;
  const place = { roomId, sequence: 1 };
  await chat.send(grace, roomId, { text: 'frist' });
  await chat.edit(grace, place, 'first');
  const edited = await chat.edit(grace, place, 'First!');
  assert.deepEqual(await chat.message(ada, roomId, 1), edited);
  assert.equal(textOf(edited), 'First!');
  const edits = await chat.edits(ada, roomId, 1);
  assert.deepEqual(
    edits.map(({ text }) => text),
    ['frist', 'first'],
  );
  await assert.rejects(chat.edit(ada, place, 'mine'), { code: 'chat_forbidden' });
  const page = await chat.history(ada, roomId, { limit: 10 });
  assert.deepEqual(page.messages.map(textOf), ['First!']);
  assert.equal(page.position.sequence, 3, 'each change is an event');
});

test('a message that is removed keeps its place, and its text is nowhere any more', async (t) => {
  const { chat, ada, grace, edsger, deps, told } = await testChat(t);
  const roomId = chat.generalRoomId;
  await Promise.all(upTo(5).map((n) => chat.send(grace, roomId, { text: `text ${n}`, messageId: `message-${n}` })));
  const place = { roomId, sequence: 3 };
  await chat.edit(grace, place, 'text three');
  await assert.rejects(chat.remove(edsger, place), { code: 'chat_forbidden' });
  await chat.remove(ada, place);
  const { messages } = await chat.history(ada, roomId, { limit: 10 });
  assert.deepEqual(messages.map(textOf), ['text 1', 'text 2', null, 'text 4', 'text 5']);
  assert.deepEqual(await chat.edits(ada, roomId, 3), []);
  const again = await chat.send(grace, roomId, { text: 'text 3', messageId: 'message-3' });
  assert.deepEqual([again.sequence, textOf(again)], [3, null], 'and sending it again does not bring it back');
  for (const act of [
    () => chat.edit(grace, place, 'back'),
    () => chat.pin(ada, place, true),
    () => chat.remove(ada, place),
  ]) {
    await assert.rejects(act, { code: 'chat_message_not_found' });
  }
  assert.ok(told.some(({ act, facts }) => act === 'chat_message.removed' && facts?.['own'] === false));
  const runs = await deps.records.query(`chat-room#${roomId}`, { prefix: 'm#' });
  assert.equal(runs.items.length > 0, true);
});

test('many react and edit at once, on two servers, and nothing is lost', async (t) => {
  const here = await testChat(t);
  const there = await here.another();
  const roomId = here.chat.generalRoomId;
  const place = { roomId, sequence: 1 };
  await here.chat.send(here.grace, roomId, { text: 'What do you think?' });
  const people: Caller[] = upTo(12).map((n) => ({ ...here.edsger, accountId: `person-${n}` }));
  await Promise.all(
    people.map((person, n) =>
      (n % 2 ? here.chat : there).react(person, place, { reaction: n % 3 ? '👍' : '🎉', on: true }),
    ),
  );
  const message = await there.message(here.ada, roomId, 1);
  assert.deepEqual([message.changes?.reactions?.['👍']?.length, message.changes?.reactions?.['🎉']?.length], [8, 4]);
  await here.chat.react(people[0] as Caller, place, { reaction: '🎉', on: false });
  assert.equal((await here.chat.message(here.ada, roomId, 1)).changes?.reactions?.['🎉']?.length, 3);
  for (const on of [true, false]) await here.chat.react(here.ada, place, { reaction: 'constructor', on });
  for (const reaction of ['', ' ', 'two words', 'x'.repeat(33), 'a\u0007', '__proto__']) {
    await assert.rejects(here.chat.react(here.ada, place, { reaction, on: true }), { code: 'chat_reaction_invalid' });
  }
});

test('answers make a thread, whichever message of it they answer', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const roomId = chat.generalRoomId;
  for (const replyTo of [undefined, 1, undefined, 2, 3]) await chat.send(grace, roomId, { text: 'x', replyTo });
  const thread = await chat.thread(ada, roomId, 1, { limit: 10 });
  assert.deepEqual(
    thread.messages.map(({ sequence }) => sequence),
    [2, 4],
  );
  const first = await chat.thread(ada, roomId, 1, { limit: 1 });
  assert.equal(first.next, 2);
  const rest = await chat.thread(ada, roomId, 1, { limit: 1, after: 2 });
  assert.deepEqual([rest.messages[0]?.sequence, rest.next], [4, null]);
  await assert.rejects(chat.send(grace, roomId, { text: 'x', replyTo: 99 }), { code: 'chat_message_not_found' });
});

test('pins are set by moderators, listed, and gone with their message', async (t) => {
  const { chat, ada, grace } = await testChat(t);
  const roomId = chat.generalRoomId;
  for (const text of ['one', 'two', 'three']) await chat.send(grace, roomId, { text });
  await assert.rejects(chat.pin(grace, { roomId, sequence: 1 }, true), { code: 'chat_forbidden' });
  for (const sequence of [3, 1, 2]) await chat.pin(ada, { roomId, sequence }, true);
  await chat.pin(ada, { roomId, sequence: 2 }, false);
  await chat.remove(grace, { roomId, sequence: 3 });
  assert.deepEqual((await chat.pins(grace, roomId, { limit: 10 })).messages.map(textOf), ['one']);
});

test('a room opens at a date', async (t) => {
  const { chat, ada, advance, deps } = await testChat(t);
  const roomId = chat.generalRoomId;
  const times: number[] = [];
  for (let n = 0; n < 40; n++) {
    advance(n % 5 === 0 ? 0 : 60_000);
    times.push(deps.clock());
    await Promise.all(upTo(1 + (n % 3)).map(() => chat.send(ada, roomId, { text: `at ${deps.clock()}` })));
  }
  for (const atMs of [0, ...times, ...times.map((each) => each + 1), deps.clock() + 1]) {
    const { messages } = await chat.history(ada, roomId, { atMs, limit: 200 });
    const all = (await chat.history(ada, roomId, { after: 0, limit: 200 })).messages;
    assert.deepEqual(
      messages.map(({ sequence }) => sequence),
      all.filter((each) => each.atMs >= atMs).map(({ sequence }) => sequence),
    );
  }
});

type Act = readonly ['say' | 'edit' | 'remove' | 'react' | 'unreact' | 'pin', number];

test('a page and the events after it are what a later page shows, whatever was done in between', async (t) => {
  const acts = fc.array(
    fc.tuple(fc.constantFrom<Act[0]>('say', 'say', 'edit', 'remove', 'react', 'unreact', 'pin'), fc.nat(30)),
    { minLength: 1, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(acts, fc.nat(10), async (script: readonly Act[], joinsAt) => {
      const { chat, ada } = await testChat(t);
      const roomId = chat.generalRoomId;
      const model = new Map<number, MessageView>();
      const seen: number[] = [];
      const done = new EventTarget();
      let last = 0;
      const client = {
        send: async (frame: string) => {
          for (const news of (JSON.parse(frame) as { news: LiveNews[] }).news) {
            if (news.kind === 'message') model.set(news.message.sequence, news.message);
            if (news.kind === 'subscribed') last = news.position.sequence;
            if (news.kind !== 'event') continue;
            seen.push(news.sequence);
            last = news.sequence;
            if (news.message) model.set(news.message.sequence, news.message);
          }
          done.dispatchEvent(new Event('news'));
        },
        close: () => {},
      };
      using talk = chat.talk(ada, client);
      await chat.send(ada, roomId, { text: 'the first' });
      for (const [index, [what, which]] of script.entries()) {
        if (index === Math.min(joinsAt, script.length - 1)) talk.hear({ type: 'chat.listen', rooms: [{ roomId }] });
        const { messages } = await chat.history(ada, roomId, { limit: 200 });
        const { sequence = 1 } = messages[which % messages.length] ?? {};
        const place = { roomId, sequence };
        const acted: Promise<unknown> =
          what === 'say'
            ? chat.send(ada, roomId, { text: `said ${index}` })
            : what === 'edit'
              ? chat.edit(ada, place, `edited ${index}`)
              : what === 'remove'
                ? chat.remove(ada, place)
                : what === 'pin'
                  ? chat.pin(ada, place, which % 2 === 0)
                  : chat.react(ada, place, { reaction: '👍', on: what === 'react' });
        await acted.catch((error: { code?: string }) => assert.equal(error.code, 'chat_message_not_found'));
      }
      const page = await chat.history(ada, roomId, { limit: 50 });
      while (last < page.position.sequence)
        await new Promise((go) => done.addEventListener('news', go, { once: true }));
      assert.deepEqual(
        [...model.values()].toSorted((a, b) => a.sequence - b.sequence),
        page.messages.map(messageView),
      );
      assert.deepEqual(seen, seen.length === 0 ? [] : seen.map((_, index) => (seen[0] ?? 0) + index), 'without a gap');
    }),
    { numRuns: 40 },
  );
});
