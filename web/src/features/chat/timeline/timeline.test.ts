import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryReply, LiveNews, MessageView } from '../api.ts';
import { testMessage } from './test-message.ts';
import {
  KEPT,
  reachesEndAfter,
  type Timeline,
  timelineOf,
  withBreak,
  withEarlier,
  withEvent,
  withFilled,
  withLater,
  withMessage,
  withReread,
} from './timeline.ts';

const message = (sequence: number, text = `m${sequence}`): MessageView => testMessage({ sequence, text });
const range = (first: number, last: number): MessageView[] =>
  Array.from({ length: last - first + 1 }, (_, at) => message(first + at));
const page = (first: number, last: number, end: number): HistoryReply => ({
  messages: range(first, last),
  earlier: first > 1 ? first : null,
  later: last < end ? last : null,
  forgottenUpTo: 0,
  position: { epoch: 'e', sequence: end },
});
const said = (sequence: number): Extract<LiveNews, { kind: 'event' }> => ({
  kind: 'event',
  roomId: 'room',
  sequence,
  what: 'said',
  message: message(sequence),
});
const edited = (sequence: number, of: number, text: string): Extract<LiveNews, { kind: 'event' }> => ({
  ...said(sequence),
  what: 'edited',
  message: message(of, text),
});
const sequences = ({ messages }: Timeline): number[] => messages.map(({ sequence }) => sequence);

test('what is said is appended, once, however often it is told', () => {
  let timeline = timelineOf(page(1, 3, 3));
  for (const event of [said(4), said(4), said(5), said(3)]) timeline = withEvent(timeline, event);
  timeline = withMessage(timeline, message(5), true);
  assert.deepEqual(sequences(timeline), [1, 2, 3, 4, 5]);
  assert.equal(timeline.position.sequence, 5);
});

test('an own message that is answered before others are told stands in its place', () => {
  let timeline = withMessage(timelineOf(page(1, 3, 3)), message(6), true);
  for (const event of [said(4), said(5), said(6)]) timeline = withEvent(timeline, event);
  assert.deepEqual(sequences(timeline), [1, 2, 3, 4, 5, 6]);
});

test('a page that was read before an edit was told does not bring the old text back', () => {
  let timeline = timelineOf(page(51, 100, 100));
  timeline = withEvent(timeline, edited(101, 40, 'new'));
  timeline = withEarlier(timeline, page(1, 50, 100));
  assert.equal(timeline.messages.find(({ sequence }) => sequence === 40)?.text, 'new');
});

test('what is said while the page at the end is on its way is not missed', () => {
  let timeline = timelineOf(page(1, 50, 100));
  timeline = withEvent(timeline, said(101));
  assert.equal(timeline.messages.at(-1)?.sequence, 50, 'the window does not reach the end');
  timeline = withLater(timeline, page(51, 100, 100));
  assert.deepEqual([timeline.messages.at(-1)?.sequence, timeline.later], [101, null]);
});

test('where more was told meanwhile than is remembered, the window says that there is more', () => {
  let timeline = timelineOf(page(1, 50, 100));
  for (let at = 101; at <= 900; at += 1) timeline = withEvent(timeline, said(at));
  timeline = withLater(timeline, page(51, 100, 100));
  assert.equal(timeline.later, 100);
});

test('a million messages take as much memory as a thousand: what is far away is let go, at either end', () => {
  let timeline = timelineOf(page(999_901, 1_000_000, 1_000_000));
  for (let first = 999_801; first > 990_000; first -= 100) {
    timeline = withEarlier(timeline, page(first, first + 99, 1_000_000));
    assert.ok(timeline.messages.length <= KEPT);
  }
  assert.notEqual(timeline.later, null, 'the end is not in memory any more');
  while (timeline.later !== null) {
    const after = timeline.later;
    timeline = withLater(timeline, page(after + 1, Math.min(after + 100, 1_000_000), 1_000_000));
    assert.ok(timeline.messages.length <= KEPT);
  }
  assert.equal(timeline.messages.at(-1)?.sequence, 1_000_000);
  assert.equal(timeline.earlier, timeline.messages[0]?.sequence);
});

test('a gap stays visible until it is filled, and what is filled stands between', () => {
  let timeline = timelineOf(page(1, 10, 10));
  timeline = withBreak(timeline, { epoch: 'e', sequence: 800 }, 751);
  for (const each of range(751, 800)) timeline = withMessage(timeline, each, true);
  assert.deepEqual(timeline.gaps, [{ after: 10, before: 751 }]);
  timeline = withFilled(timeline, { after: 10, before: 751 }, page(11, 210, 800));
  assert.deepEqual(timeline.gaps, [{ after: 210, before: 751 }]);
  for (const first of [211, 411, 611]) {
    const [gap] = timeline.gaps;
    assert.ok(gap);
    timeline = withFilled(timeline, gap, page(first, Math.min(first + 199, 750), 800));
  }
  assert.deepEqual(timeline.gaps, []);
  assert.deepEqual(sequences(timeline), sequences(timelineOf(page(1, 800, 800))).slice(-timeline.messages.length));
});

test('after a break nothing is called missing where nothing is', () => {
  const timeline = withBreak(timelineOf(page(1, 10, 10)), { epoch: 'e', sequence: 40 }, 11);
  assert.deepEqual(timeline.gaps, []);
});

test('what is read anew takes the place of what was known, and adds what came after it', () => {
  const before = timelineOf(page(1, 10, 10));
  const now = { ...page(1, 12, 12), messages: [...range(1, 4), message(5, 'other'), ...range(6, 12)] };
  const timeline = withReread(before, now);
  assert.deepEqual([timeline.messages[4]?.text, timeline.messages.at(-1)?.sequence], ['other', 12]);
});

test('a page that comes when another part of the room is in memory adds nothing to that', () => {
  const end = timelineOf(page(901, 1000, 1000));
  assert.deepEqual(sequences(withReread(end, page(100, 299, 1000))), sequences(end));
  assert.deepEqual(sequences(withFilled(end, { after: 10, before: 751 }, page(11, 210, 1000))), sequences(end));
});

test('reachesEndAfter() where nothing that came later can be missing', () => {
  const whole = timelineOf(page(1, 10, 10));
  assert.equal(reachesEndAfter(whole, 3), true);
  assert.equal(reachesEndAfter(timelineOf(page(1, 10, 20)), 10), false, 'the part in memory ends before the room does');
  const broken = withBreak(whole, { epoch: 'e', sequence: 30 }, 21);
  assert.deepEqual(broken.gaps, [{ after: 10, before: 21 }]);
  assert.equal(reachesEndAfter(broken, 10), false, 'something may be missing after it');
  assert.equal(reachesEndAfter(broken, 21), true);
});
