import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type News, type RoomWithNews, whatToShow, withoutNews } from './what-to-show.ts';

const notice = (changes: Partial<News> = {}): News => ({
  ...{ noticeId: 'n1', kind: 'login_new', title: 'Login from a new device', link: '/settings/sessions' },
  ...changes,
});
const room = (roomId: string, kind: RoomWithNews['kind'], messages: number, mentions = 0): RoomWithNews => ({
  ...{ roomId, kind, unread: { messages, mentions } },
});

test('the newest notice is shown, how many more are not read, and its page', () => {
  assert.deepEqual(whatToShow([notice()], 1, []), {
    title: 'Login from a new device',
    body: 'Open Holdfast to see it.',
    tag: 'notice:n1',
    path: '/settings/sessions',
  });
  assert.equal(whatToShow([notice(), notice({ noticeId: 'n2' })], 2, []).body, 'And one more not read.');
  assert.equal(whatToShow([notice(), notice({ noticeId: 'n2' })], 7, []).body, 'And 6 more not read.');
});

test('a message leads to its room where there is only one that it can be in, else to the list', () => {
  const named = notice({ kind: 'chat_mention', title: 'A message in a room names you', link: '/chat' });
  const rooms = [room('a', 'public', 3, 1), room('b', 'public', 9), room('d', 'direct', 1)];
  assert.equal(whatToShow([named], 1, rooms).path, '/chat/rooms/a');
  assert.equal(whatToShow([named], 1, rooms).tag, 'room:a');
  assert.equal(whatToShow([named], 1, [...rooms, room('c', 'private', 1, 1)]).path, '/chat');
  assert.equal(whatToShow([{ ...named, kind: 'chat_direct' }], 1, rooms).path, '/chat/rooms/d');
  assert.equal(whatToShow([named], 1, []).path, '/chat');
});

test('there is always something to show: browsers take the right to push from whoever shows nothing', () => {
  for (const shown of [whatToShow([], 0, []), withoutNews(true), withoutNews(false)]) {
    assert.equal(shown.title, 'Holdfast');
    assert.notEqual(shown.body, '');
    assert.equal(shown.path, '/');
  }
  assert.match(withoutNews(true).body, /Log in/);
});
