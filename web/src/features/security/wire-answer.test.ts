import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wireAnswer, type WireSeen } from './wire-answer.ts';

const NOW = 1_000_000;
const quiet = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const sensor = (more: object = {}) => ({
  ...{ sensor: 'local', from: NOW - 80_000, to: NOW - 10, packets: 100, dropped: 0, leftOut: { notIp: 5 } },
  ...more,
});
const seen = (more: Partial<WireSeen>): WireSeen => ({
  toTime: new Date(NOW * 1000).toISOString(),
  sensors: [sensor()],
  alerts: quiet,
  usage: { flows: 7, bytes: 1, oldest: 1, newest: 2, mostBytes: 1, keptMs: 1 },
  timeline: [{ ts: NOW - 100, flows: 7, packets: 100, bytes: 1, notices: 0 }],
  ...more,
});
const answer = (more: Partial<WireSeen>, worst: Parameters<typeof wireAnswer>[1] = []) => wireAnswer(seen(more), worst);
const open = { severity: 'high', verdict: 'fail' } as const;

test('a network that nobody watches is not known, with captures and without', () => {
  const none = { flows: 0, bytes: 0, oldest: null, newest: null, mostBytes: 1, keptMs: 1 };
  assert.deepEqual(answer({ sensors: [], usage: none }), {
    tone: 'plain',
    sentence: 'Nobody knows: nothing watches the network.',
  });
  assert.equal(answer({ sensors: [] }).tone, 'plain', 'flows of long ago');
  assert.equal(answer({ sensors: [sensor({ sensor: 'upload:monday' })] }).tone, 'plain', 'a file that somebody read');
});

test('what was watched and is quiet is good, and says of how much that is', () => {
  assert.deepEqual(answer({}), {
    tone: 'good',
    sentence: 'No: nothing odd among 7 flows of the last day, by 1 sensor.',
  });
});

test('what nobody saw makes no good answer: lost packets, unread ones, a sensor that fell silent', () => {
  assert.match(answer({ sensors: [sensor({ dropped: 3 })] }).sentence, /3 packets passed unseen/);
  assert.match(answer({ sensors: [sensor({ leftOut: { malformed: 1 } })] }).sentence, /1 packet could not be read/);
  assert.match(answer({ sensors: [sensor(), sensor({ to: NOW - 3600 })] }).sentence, /1 of 2 sensors is not heard/);
  for (const each of [{ dropped: 3 }, { leftOut: { malformed: 1 } }, { to: NOW - 3600 }]) {
    assert.equal(answer({ sensors: [sensor(each)] }).tone, 'look');
  }
});

test('what is open is told before all else, alerts before the rest', () => {
  assert.equal(answer({}, [open]).tone, 'risk');
  assert.equal(answer({ sensors: [] }, [open]).tone, 'risk', 'whoever saw it');
  assert.deepEqual(answer({ alerts: { ...quiet, critical: 1 } }), {
    tone: 'look',
    sentence: '1 alert of the last day is critical or high.',
  });
  assert.equal(answer({ alerts: { ...quiet, low: 2 } }).sentence, '2 alerts of the last day may need a look.');
  assert.equal(answer({ alerts: { ...quiet, info: 2 } }).tone, 'good', 'what is only told');
  assert.equal(answer({}, [{ severity: 'low', verdict: 'fail' }]).tone, 'look');
});
