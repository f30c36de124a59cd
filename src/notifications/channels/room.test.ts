import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '../../base/errors.ts';
import { channelKinds, type ChatRooms } from './index.ts';
import { channelDeps, going, letter } from './test-letter.ts';

function opened(rooms: Partial<ChatRooms>) {
  const kind = channelKinds['room'];
  assert.ok(kind);
  const none: ChatRooms = {
    maxBytes: 16_384,
    say: () => Promise.resolve('missing'),
    look: () => Promise.resolve('missing'),
  };
  return kind.open({ room: 'alerts' }, channelDeps({}, { rooms: { ...none, ...rooms } }));
}

test('a letter is said in the room under its own id, so that a repeat can be told', async () => {
  const said: unknown[] = [];
  const channel = opened({
    say(room, message) {
      said.push([room, message.id, message.text]);
      return Promise.resolve('said');
    },
  });
  await channel.deliver(letter, '', going);
  assert.deepEqual(said, [
    ['alerts', letter.id, 'There were 3 new logins to your account.\nIf it was not you, change your password now.'],
  ]);
});

test('a room that is missing or archived is told as something that a person mends, and the letter waits', async () => {
  for (const found of ['missing', 'archived'] as const) {
    const channel = opened({ say: () => Promise.resolve(found), look: () => Promise.resolve(found) });
    const waits = (error: unknown) => hasCode(error, 'channel_unavailable') && Number(error.extra['retryAfterMs']) > 0;
    await assert.rejects(channel.deliver(letter, '', going), waits);
    await assert.rejects(channel.examine(going), waits);
  }
});

test('looking at the channel says nothing in the room', async () => {
  const channel = opened({
    say: () => Promise.reject(new Error('nobody asked for that')),
    look: () => Promise.resolve('open'),
  });
  await channel.examine(going);
});

test('a chat that gives no answer does not hold the outbox up', async () => {
  const kind = channelKinds['room'];
  const never = new Promise<never>(() => undefined);
  const rooms: ChatRooms = { maxBytes: 16_384, say: () => never, look: () => never };
  const channel = kind?.open({ room: 'alerts' }, channelDeps({ channelTimeoutMs: 1000 }, { rooms }));
  await assert.rejects(channel?.deliver(letter, '', going) ?? Promise.resolve(), (error) =>
    hasCode(error, 'channel_unavailable'),
  );
});

test('what is longer than a message may be is cut between two characters, and shows that it was', async () => {
  let said = '';
  const say: ChatRooms['say'] = (_room, { text }) => {
    said = text;
    return Promise.resolve('said');
  };
  await opened({ maxBytes: 100, say }).deliver({ ...letter, text: '報'.repeat(100) }, '', going);
  assert.equal(said, `${'報'.repeat(32)}…`);
});
