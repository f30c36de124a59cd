import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../base/log.ts';
import { inProcessPubSub } from '../../storage/index.ts';
import { type RoomEvent, textOf } from '../messages/content.ts';
import { testChat } from '../test-chat.ts';

/** Resolves when `count` events were heard. */
function listener(count: number) {
  const heard: RoomEvent[] = [];
  let enough = (): void => {};
  const all = new Promise<void>((resolve) => (enough = resolve));
  return {
    heard,
    all,
    listen: (events: readonly RoomEvent[]): void => {
      heard.push(...events);
      if (heard.length >= count) enough();
    },
  };
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('everybody hears everything once and in order, on the server where it is said and on others', async (t) => {
  const pubSub = inProcessPubSub({ log: silentLog });
  const here = await testChat(t, { pubSub });
  const there = await here.another({ pubSub });
  const room = here.chat.generalRoomId;
  const [near, far] = [listener(200), listener(200)];
  using _near = await here.chat.subscribe(room, near.listen);
  using _far = await there.subscribe(room, far.listen);
  await Promise.all(upTo(200).map((n) => (n % 3 ? here.chat : there).send(here.ada, room, { text: `${n}` })));
  await Promise.all([near.all, far.all]);
  for (const { heard } of [near, far]) {
    assert.deepEqual(
      heard.map(({ sequence }) => sequence),
      upTo(200),
    );
  }
  assert.deepEqual(far.heard, near.heard);
});

test('what other servers publish may be lost: a look at the records finds what was said', async (t) => {
  const here = await testChat(t);
  const there = await here.another({ settings: { ...here.deps.settings, chatPositionCheckMs: 100 } });
  const room = here.chat.generalRoomId;
  const far = listener(3);
  using _far = await there.subscribe(room, far.listen);
  for (const n of upTo(3)) await here.chat.send(here.ada, room, { text: `${n}` });
  await far.all;
  assert.deepEqual(
    far.heard.map(({ sequence }) => sequence),
    upTo(3),
  );
});

test('whoever listens hears what comes after the position they were told, and nothing once they left', async (t) => {
  const { chat, ada } = await testChat(t);
  const room = chat.generalRoomId;
  await chat.send(ada, room, { text: 'before' });
  const near = listener(1);
  const subscription = await chat.subscribe(room, near.listen);
  assert.equal(subscription.position.sequence, 1);
  await chat.send(ada, room, { text: 'heard' });
  subscription[Symbol.dispose]();
  await chat.send(ada, room, { text: 'not heard' });
  assert.deepEqual(near.heard.map(textOf), ['heard']);
  using again = await chat.subscribe(room, near.listen);
  assert.equal(again.position.sequence, 3);
});

test('whoever begins to listen in the moment when the last one leaves hears everything', async (t) => {
  const { chat, ada } = await testChat(t);
  const room = chat.generalRoomId;
  const first = await chat.subscribe(room, () => undefined);
  const near = listener(1);
  const beginning = chat.subscribe(room, near.listen);
  first[Symbol.dispose]();
  using _second = await beginning;
  await chat.send(ada, room, { text: 'hello' });
  assert.deepEqual(near.heard.map(textOf), ['hello']);
});

test('a listener that fails keeps nothing from the others', async (t) => {
  const { chat, ada } = await testChat(t);
  const near = listener(1);
  using _broken = await chat.subscribe(chat.generalRoomId, () => {
    throw new Error('broken');
  });
  using _near = await chat.subscribe(chat.generalRoomId, near.listen);
  await chat.send(ada, chat.generalRoomId, { text: 'hello' });
  assert.equal(near.heard.length, 1);
});
