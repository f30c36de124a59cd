import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageView } from '../api.ts';
import { placeOfMessage } from '../ignoring/left-out.ts';
import { rowsOf } from './rows.ts';
import { testMessage } from '../timeline/test-message.ts';
import { timelineOf } from '../timeline/timeline.ts';

const message = (sequence: number, minute: number, accountId = 'grace'): MessageView =>
  testMessage({
    sequence,
    time: new Date(2026, 4, 1, 12, minute).toISOString(),
    author: { ...testMessage({ sequence }).author, accountId, handle: accountId },
  });
const given = (messages: MessageView[], earlier: number | null = null) => ({
  timeline: timelineOf({ messages, earlier, later: null, forgottenUpTo: 0, position: { epoch: 'e', sequence: 99 } }),
  outgoing: [],
  newAfter: null,
  accountId: 'ada',
  ignored: [],
  lookedAt: new Set<string>(),
  hidden: new Set<number>(),
});
const kinds = (rows: ReturnType<typeof rowsOf>): string[] =>
  rows.map((row) => (row.kind === 'message' ? `${row.message.sequence}${row.isRun ? ' run' : ''}` : row.kind));

test('messages of one author soon after one another stand under one name, and a day is named once', () => {
  const messages = [message(1, 0), message(2, 1), message(3, 2, 'ada'), message(4, 3), message(5, 30)];
  assert.deepEqual(kinds(rowsOf(given(messages))), ['start', 'day', '1', '2 run', '3', '4', '5']);
});

test('the line of what is new stands before the first message of others that was not read', () => {
  const messages = [message(1, 0), message(2, 1, 'ada'), message(3, 2), message(4, 3)];
  assert.deepEqual(kinds(rowsOf({ ...given(messages, 1), newAfter: 1 })), ['1', '2', 'new', '3', '4 run']);
  assert.ok(!kinds(rowsOf({ ...given(messages), newAfter: 4 })).includes('new'));
});

test('whoever is at the upper end stays at what they see when a page comes above it', () => {
  const [earlier, known] = [
    [message(1, 0), message(2, 1)],
    [message(3, 2, 'ada'), message(4, 3)],
  ];
  const [first] = rowsOf(given(known, 3));
  const after = rowsOf(given([...earlier, ...known], 1));
  assert.equal(
    after.findIndex(({ key }) => key === first?.key),
    2,
  );
});

test('a gap stands where messages are missing; what is being removed is left out', () => {
  const messages = [message(1, 0), message(10, 1), message(11, 2, 'eve'), message(12, 3)];
  const { timeline, ...rest } = given(messages);
  const withGap = { ...timeline, gaps: [{ after: 1, before: 10 }] };
  const rows = rowsOf({ ...rest, timeline: withGap, hidden: new Set([12]) });
  assert.deepEqual(kinds(rows), ['start', 'day', '1', 'gap', 'day', '10', '11']);
  assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length, 'every row has a key of its own');
});

test('messages of whom one ignores stand behind one note, are never new, and are shown where one looks all the same', () => {
  const messages = [message(1, 0), message(2, 1, 'eve'), message(3, 1, 'mal'), message(4, 2), message(5, 3, 'eve')];
  const ignoring = { ...given(messages), ignored: ['eve', 'mal'], newAfter: 1 };
  const rows = rowsOf(ignoring);
  assert.deepEqual(kinds(rows), ['start', 'day', '1', 'ignored', 'new', '4', 'ignored']);
  assert.deepEqual(
    rows.flatMap((row) => (row.kind === 'ignored' ? [row.messages.map(({ sequence }) => sequence)] : [])),
    [[2, 3], [5]],
  );
  const lookedAt = new Set([2, 3].map((sequence) => placeOfMessage({ roomId: messages[0]?.roomId ?? '', sequence })));
  assert.deepEqual(kinds(rowsOf({ ...ignoring, lookedAt })), ['start', 'day', '1', 'new', '2', '3', '4', 'ignored']);
});
