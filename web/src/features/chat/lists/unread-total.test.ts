import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unreadIn } from './unread-total.ts';

test('unreadIn() counts what a person wants to hear of, and of it what is for them', () => {
  const room = (kind: 'public' | 'direct', level: 'all' | 'mentions' | 'none', messages: number, mentions = 0) => ({
    ...{ archived: false, kind, level },
    unread: { messages, mentions },
  });
  assert.deepEqual(unreadIn([]), { messages: 0, forMe: 0 });
  assert.deepEqual(unreadIn([room('public', 'all', 5, 2), room('direct', 'all', 3)]), { messages: 8, forMe: 5 });
  assert.deepEqual(unreadIn([room('public', 'mentions', 5, 1), room('public', 'none', 5)]), { messages: 1, forMe: 1 });
  assert.deepEqual(unreadIn([room('direct', 'none', 5)]), { messages: 0, forMe: 0 });
  assert.deepEqual(unreadIn([{ ...room('public', 'all', 5), archived: true }]), { messages: 0, forMe: 0 });
});
