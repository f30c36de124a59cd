import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertsOf, alertsOfSaid, refused, said, START, times } from '../detecting/test-flows.ts';
import { automaticBlocks } from './automatic.ts';

const guesses = (from: string) =>
  times(25, (index) => said('ssh', { from, user: 'root', success: false, ts: START + index }));

test('who guesses from outside would be blocked, once and with the reason', () => {
  const [block, ...rest] = automaticBlocks(
    alertsOfSaid([...guesses('203.0.113.7'), said('ssh', { success: true, ts: START + 99 })]),
  );
  assert.deepEqual(rest, []);
  assert.equal(block?.address, '203.0.113.7');
  assert.match(block.why, /^Login::Guessing: 203\.0\.113\.7 tried 25 logins/);
});

test('hosts of a private network, and who only scans, are never blocked by themselves', () => {
  assert.deepEqual(automaticBlocks(alertsOfSaid(guesses('10.0.0.9'))), []);
  assert.deepEqual(automaticBlocks(alertsOf(times(90, (port) => refused({ port })))), []);
});
