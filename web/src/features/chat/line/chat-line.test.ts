import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { QueryObserver } from '@tanstack/react-query';
import type { HistoryReply, LiveNews, MessageView, RoomView } from '../api.ts';
import { testMessage } from '../timeline/test-message.ts';

// What a browser has when these are loaded.
Object.assign(globalThis, {
  addEventListener: () => undefined,
  document: { querySelector: () => null },
});
const { openRoomAt, outbox, readUpTo } = await import('./chat-line.ts');
const { queryClient } = await import('../../../app/query-client.ts');
const { line } = await import('../../../base/requests/connection.ts');
const { changingSession } = await import('../../../base/requests/session.ts');
const { messageOptions, roomsOptions, threadOptions } = await import('../api.ts');
const { lately } = await import('./announce.ts');
const { spokenOf } = await import('./spoken.ts');
const { timelines } = await import('../timeline/timelines.ts');
const { timelineOf } = await import('../timeline/timeline.ts');

const position = (sequence: number, epoch = 'e') => ({ epoch, sequence });
const page = (first: number, last: number): HistoryReply => ({
  messages: Array.from({ length: last - first + 1 }, (_, at) => testMessage({ sequence: first + at })),
  earlier: null,
  later: null,
  forgottenUpTo: 0,
  position: position(last),
});
const room = (some: Partial<RoomView>): RoomView =>
  ({
    ...{ roomId: 'room', kind: 'direct', name: '', archived: false, member: true, read: 0, level: 'all' },
    ...{ position: position(2), unread: { messages: 0, mentions: 0 }, ...some },
  }) as RoomView;
const tell = (...news: LiveNews[]): void => line.told({ type: 'chat', news } as never);
const sealed = (sequence: number, epoch = 'e'): LiveNews => ({
  kind: 'sealed',
  roomId: 'room',
  position: position(sequence, epoch),
});
const shown = (): number[] | undefined => timelines.get('room')?.messages.map(({ sequence }) => sequence);

/** A server that answers what it is asked for by the first pattern that fits. */
function serve(context: TestContext, answers: Readonly<Record<string, () => unknown>>): string[] {
  const asked: string[] = [];
  context.mock.method(globalThis, 'fetch', (address: string) => {
    asked.push(address);
    const answer = Object.entries(answers).find(([pattern]) => new RegExp(pattern).test(address))?.[1];
    return Promise.resolve().then(async () =>
      answer ? Response.json(await answer()) : new Response(null, { status: 503 }),
    );
  });
  timelines.drop('room');
  queryClient.setQueryData(roomsOptions.queryKey, [room({})]);
  context.after(() => queryClient.clear());
  return asked;
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

test('what is said in a conversation is taken in up to where it has come, so that it counts as read', async (context) => {
  serve(context, { '/messages': () => page(1, 3), 'rooms/room$': () => room({ position: position(3) }) });
  timelines.put('room', timelineOf(page(1, 2)));
  tell(sealed(3));
  await settle();
  assert.deepEqual(shown(), [1, 2, 3]);
  assert.equal(timelines.get('room')?.position.sequence, 3);
});

test('a room that was made after the list was read and before its news could be heard is there once they are', async (context) => {
  let made: RoomView[] = [];
  const asked = serve(context, { 'chat/rooms$': () => ({ rooms: [room({}), ...made] }) });
  const names = (): readonly string[] => queryClient.getQueryData(roomsOptions.queryKey)?.map(({ name }) => name) ?? [];
  const watch = new QueryObserver(queryClient, roomsOptions);
  context.after(watch.subscribe(() => undefined));
  for (const name of ['alerts', 'alerts of May']) {
    line.lost(() => undefined);
    line.opened(() => undefined);
    made = [...made, room({ roomId: name, name })];
    asked.length = 0;
    tell(sealed(2));
    tell(sealed(2));
    await settle();
    assert.ok(names().includes(name), name);
    assert.equal(asked.filter((address) => address.endsWith('/chat/rooms')).length, 1, 'asked for once');
  }
  line.ended();
});

test('what is seen while the session ends is told to nobody: the server would refuse it', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = serve(context, {});
  context.after(() => changingSession.set(false));
  changingSession.set(true);
  readUpTo('room', 2);
  context.mock.timers.runAll();
  assert.deepEqual(asked, []);
  changingSession.set(false);
  readUpTo('room', 2);
  context.mock.timers.runAll();
  assert.deepEqual(asked, ['/api/v1/chat/rooms/room/read']);
});

test('what could not be read of a conversation is read when it is told again', async (context) => {
  let isGone = true;
  serve(context, {
    '/messages': () => {
      if (isGone) throw new TypeError('no answer');
      return page(1, 4);
    },
    'rooms/room$': () => room({ position: position(4) }),
  });
  timelines.put('room', timelineOf(page(1, 2)));
  tell(sealed(4));
  await settle();
  assert.deepEqual(shown(), [1, 2]);
  isGone = false;
  tell(sealed(4));
  await settle();
  assert.deepEqual(shown(), [1, 2, 3, 4]);
});

test('what is said while a room is opened is there as soon as it is told of, in rooms and in conversations', async (context) => {
  const author = { accountId: 'grace', handle: 'grace', visitor: false, program: false };
  const message = testMessage({ sequence: 3, author });
  const said: LiveNews = { kind: 'event', roomId: 'room', sequence: 3, what: 'said', message };
  for (const news of [said, sealed(3)]) {
    const { promise: isLet, resolve: answer } = Promise.withResolvers<void>();
    let asked = 0;
    serve(context, {
      '/messages': () => ((asked += 1) === 1 ? isLet.then(() => page(1, 2)) : page(1, 3)),
      'rooms/room$': () => room({ position: position(3) }),
    });
    // Heard up to where the room stands in the list.
    tell(sealed(2));
    await settle();
    const opening = openRoomAt('room', { kind: 'end' }, new AbortController().signal);
    tell(news);
    answer();
    await opening;
    await settle();
    assert.deepEqual(shown(), [1, 2, 3], news.kind);
    assert.equal(timelines.get('room')?.position.sequence, 3);
    context.mock.reset();
  }
});

test('a conversation in another epoch is opened anew', async (context) => {
  serve(context, { 'rooms/room$': () => room({ position: position(1, 'other') }) });
  timelines.put('room', timelineOf(page(1, 2)));
  tell(sealed(1, 'other'));
  await settle();
  assert.equal(timelines.get('room'), undefined);
});

test('threads of a conversation are asked for again when something was said in it', async (context) => {
  serve(context, { 'rooms/room$': () => room({ position: position(9) }) });
  const thread = threadOptions({ roomId: 'room', sequence: 1 }).queryKey;
  queryClient.setQueryData(thread, { pages: [], pageParams: [] });
  tell(sealed(9));
  await settle();
  assert.equal(queryClient.getQueryState(thread)?.isInvalidated, true);
});

test('the message that a thread began with changes with what happens to it', async (context) => {
  serve(context, {});
  const first: MessageView = testMessage({ sequence: 1 });
  const { queryKey } = messageOptions(first);
  queryClient.setQueryData(queryKey, first);
  const message = { ...first, reactions: [{ reaction: '🎉', accountIds: ['ada'] }] };
  tell({ kind: 'event', roomId: 'room', sequence: 20, what: 'reactions', message });
  assert.deepEqual(queryClient.getQueryData(queryKey), message);
});

test('a reply stands in its thread at once, whether it is heard or was sent from here', async (context) => {
  const sent = testMessage({ sequence: 3, thread: 1, text: 'mine' });
  serve(context, { '/messages$': () => sent });
  const { queryKey } = threadOptions({ roomId: 'room', sequence: 1 });
  queryClient.setQueryData(queryKey, { pages: [{ messages: [], next: null }], pageParams: [0] });
  const replies = () => queryClient.getQueryData(queryKey)?.pages[0]?.messages.map(({ text }) => text);
  const message = testMessage({ sequence: 2, thread: 1, text: 'theirs' });
  tell({ kind: 'event', roomId: 'room', sequence: 2, what: 'said', message });
  assert.deepEqual(replies(), ['theirs']);
  outbox.add('room', { text: 'mine', replyTo: 1 });
  await settle();
  assert.deepEqual(replies(), ['theirs', 'mine']);
});

test('what is heard while the list is on its way goes on counting', async (context) => {
  const of = (sequence: number, messages: number) =>
    room({ kind: 'public', position: position(sequence), unread: { messages, mentions: 0 } });
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  serve(context, { '/rooms$': () => asked.then(() => ({ rooms: [of(2, 0)] })) });
  queryClient.setQueryData(roomsOptions.queryKey, [of(2, 0)]);
  const fetched = queryClient.query({ ...roomsOptions, staleTime: 0 });
  const author = { accountId: 'grace', handle: 'grace', visitor: false, program: false };
  tell({ kind: 'event', roomId: 'room', sequence: 3, what: 'said', message: testMessage({ sequence: 3, author }) });
  answer();
  await fetched;
  assert.equal(queryClient.getQueryData(roomsOptions.queryKey)?.[0]?.unread.messages, 1);
});

test('a room that changes while it is asked for is asked for once more', async (context) => {
  const topics = ['old', 'new'];
  const asked = serve(context, { 'rooms/room$': () => room({ topic: topics.shift() ?? '' }) });
  tell({ kind: 'room', roomId: 'room' });
  tell({ kind: 'room', roomId: 'room' });
  await settle();
  assert.equal(asked.filter((address) => address.endsWith('rooms/room')).length, 2);
  assert.equal(queryClient.getQueryData(roomsOptions.queryKey)?.[0]?.topic, 'new');
});

test('what is said is read out each by itself, twice where it is said twice, by whom, and without what is blurred', async (context) => {
  serve(context, {});
  queryClient.setQueryData(roomsOptions.queryKey, [room({ kind: 'public', position: position(30) })]);
  tell({ kind: 'subscribed', roomId: 'room', position: position(30), recovered: true });
  const bot = { accountId: null, handle: 'helper', visitor: false, program: false, bot: 'b' };
  const said = [
    testMessage({ sequence: 31, text: 'yes' }),
    testMessage({ sequence: 32, text: 'yes' }),
    testMessage({ sequence: 33, text: 'done', author: bot }),
    testMessage({ sequence: 34, text: 'a gadget', blurred: ['gadget'] }),
  ];
  tell(
    ...said.map((message): LiveNews => ({
      kind: 'event',
      roomId: 'room',
      sequence: message.sequence,
      what: 'said',
      message,
    })),
  );
  assert.deepEqual(
    lately
      .get()
      .slice(-4)
      .map(({ message }) => spokenOf(message)),
    ['ada: yes', 'ada: yes', 'helper (bot): done', 'ada: a message that the rules of this room blur, for 1 word'],
  );
});
