import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListReply } from '../api.ts';
import { testMessage } from './test-message.ts';
import { withReply } from './thread-pages.ts';

const page = (next: number | null, ...sequences: number[]): ListReply => ({
  next,
  messages: sequences.map((sequence) => testMessage({ sequence })),
});
const texts = ({ pages }: { pages: ListReply[] }) => pages.map(({ messages }) => messages.map(({ text }) => text));

test('a reply stands at the end of its thread as soon as it is said, and once', () => {
  const empty = { pages: [page(null)], pageParams: [0] };
  const said = withReply(empty, testMessage({ sequence: 5, text: 'said' }));
  assert.deepEqual(texts(said), [['said']]);
  assert.deepEqual(texts(withReply(said, testMessage({ sequence: 5, text: 'edited' }))), [['edited']]);
});

test('a reply changes on whichever page it stands', () => {
  const thread = { pages: [page(2, 1, 2), page(null, 3, 4)], pageParams: [0, 2] };
  assert.deepEqual(texts(withReply(thread, testMessage({ sequence: 2, text: 'new' }))), [
    ['m1', 'new'],
    ['m3', 'm4'],
  ]);
});

test('a reply after pages that are not there yet comes with them', () => {
  const thread = { pages: [page(2, 1, 2)], pageParams: [0] };
  assert.deepEqual(texts(withReply(thread, testMessage({ sequence: 9 }))), [['m1', 'm2']]);
});
