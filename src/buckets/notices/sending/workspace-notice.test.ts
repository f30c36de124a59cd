import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardNoticeOf, readNotice } from './workspace-notice.ts';

const mailOf = (alerts: number): string =>
  `${Array.from({ length: alerts }, (_, index) => `b-${index}: it is public\nSeen by itself.`).join('\n\n')}\n`;

test('a mail of the guard with more alerts than a notice has lines says how many there are', () => {
  assert.deepEqual(guardNoticeOf(mailOf(5)).lines.length, 5);
  const { about, lines } = guardNoticeOf(mailOf(80));
  assert.equal(about, 'b-0');
  assert.deepEqual(lines.slice(-2), ['b-3: it is public', 'And 76 more alerts in the mail of the guard.']);
});

test('what is handed to a workspace is read as it was, and anything else is refused', () => {
  const notice = guardNoticeOf(mailOf(6));
  assert.deepEqual(readNotice(JSON.stringify(notice)), notice);
  for (const change of [{ id: 'a b' }, { kind: 'other' }, { count: 0 }, { lines: [1] }, { about: null }]) {
    assert.throws(() => readNotice(JSON.stringify({ ...notice, ...change })), { code: 'guard_event_unreadable' });
  }
  for (const body of ['', 'null', '5', '[]']) {
    assert.throws(() => readNotice(body), { code: 'guard_event_unreadable' }, body);
  }
});
