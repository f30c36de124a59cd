import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Styles } from '../../base/commands/command.ts';
import { messageView } from '../http/views.ts';
import type { Changes, RoomEvent } from '../messages/content.ts';
import { messageLines } from './message-lines.ts';

const plain = (text: string): string => text;
const styles: Styles = { strong: plain, faint: plain, good: plain, attention: plain, danger: plain };
const said: RoomEvent = {
  ...{ roomId: 'room', sequence: 1, atMs: 0, author: { accountId: 'ada', handle: 'ada' } },
  content: { kind: 'message', text: 'hello' },
};

test('a message without a text says why it has none', () => {
  const shown = (event: RoomEvent, changes: Changes = {}) =>
    messageLines(messageView({ ...event, changes }), styles, { toSee: null });
  assert.deepEqual(shown(said), ['1970-01-01 00:00  ada: hello']);
  const by = { by: 'grace', atMs: 0 };
  assert.deepEqual(shown(said, { removed: by }), ['1970-01-01 00:00  ada: (removed)']);
  assert.deepEqual(shown(said, { hidden: { ...by, reason: '', proof: '' } }), ['1970-01-01 00:00  ada: (hidden)']);
  assert.deepEqual(shown({ ...said, content: null }), ['1970-01-01 00:00  ada: (it does not open)']);
});

test('a text that the rules of the room blur is told with the reason, and shown to whoever asks', () => {
  const flagged = { mode: 'blur', words: ['hello'] } as const;
  const message = messageView({ ...said, content: { kind: 'message', text: 'hello', flagged } });
  assert.deepEqual(messageLines(message, styles, { toSee: '/show 1 shows it' }), [
    '1970-01-01 00:00  ada: (blurred by the rules of this room, for 1 word: /show 1 shows it)',
  ]);
  assert.deepEqual(messageLines(message, styles, { toSee: null }), ['1970-01-01 00:00  ada: hello']);
});

test('what the workspace itself says stands as the words that it is about, so that an address can be copied', () => {
  const content = { kind: 'message', text: '- https\\://a.example, \\[::]:22' } as const;
  const lines = (author: RoomEvent['author']) =>
    messageLines(messageView({ ...said, author, content }), styles, { toSee: null });
  assert.deepEqual(lines({ program: 'Holdfast' }), ['1970-01-01 00:00  [Holdfast]: - https://a.example, [::]:22']);
  assert.deepEqual(lines(said.author), ['1970-01-01 00:00  ada: - https\\://a.example, \\[::]:22']);
});
