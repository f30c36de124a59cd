import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NoticeRecord } from '../records/notice-record.ts';
import { oneGuessing } from './one-guessing.ts';

const START = 1_790_000_000;

/** Of the wire, unless another key is given. */
function guessed(count: number, last: number, more: Partial<NoticeRecord> = {}): NoticeRecord {
  return {
    ...{ log: 'notice', note: 'Login::Guessing', ts: START + 10, first: START + 10, last, n: 1, key: 'guessing|x' },
    ...{ msg: `tried ${count}`, src: '203.0.113.7', dst: '192.0.2.1', p: 3306, severity: 'high', uids: ['C1'] },
    arithmetic: { count, threshold: 20, windowSeconds: 1800, explained: [`${count} refused logins`] },
    ...more,
  };
}

const OF_LOG = guessed(8, START + 17, {
  key: 'mysql-log|203.0.113.7|3306@1',
  n: 8,
  msg: 'The database refused 8 logins, by its own log',
});

test('what the log told first goes on as its alert when the wire tells it too, with the words of both', () => {
  const told = oneGuessing();
  assert.deepEqual(told([OF_LOG]), [OF_LOG]);
  for (const [count, last] of [
    [20, START + 70],
    [40, START + 9000],
  ] as const) {
    const [alert, ...rest] = told([guessed(count, last)]);
    assert.deepEqual([alert?.key, alert?.last, alert?.n, rest], [OF_LOG.key, last, 8, []]);
    assert.deepEqual(alert?.arithmetic.explained.slice(0, 2), [`${count} refused logins`, OF_LOG.msg]);
  }
  const explained = ['20 refused logins', 'The database refused 12 logins, by its own log'];
  const [said] = told([guessed(20, START + 70, { arithmetic: { ...OF_LOG.arithmetic, explained } })]);
  assert.deepEqual(said?.arithmetic.explained, explained, 'once');
});

test('what the wire told first, another source, another port, and another time are alerts of their own', () => {
  const told = oneGuessing();
  const own = (notice: NoticeRecord) => assert.deepEqual(told([notice]), [notice]);
  own(guessed(20, START + 12));
  told([OF_LOG]);
  for (const more of [
    { src: '203.0.113.8', key: 'guessing|y' },
    { p: 22, key: 'guessing|z' },
    { first: START + 8000, ts: START + 8000, key: 'guessing|later' },
    { note: 'Login::Spraying', key: 'spraying' },
  ])
    own(guessed(20, START + 9000, more));
});
