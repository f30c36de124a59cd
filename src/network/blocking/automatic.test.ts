import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertsOf, alertsOfSaid, refused, said, START, times } from '../detecting/test-flows.ts';
import { joinMysqlLog } from '../reporting/join-mysql-log.ts';
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

test('what the log of a database alone says blocks nobody: anybody can write an address into a name', async () => {
  const logins = times(30, (index) => ({ ts: START + index, user: 'root', source: '203.0.113.7' }));
  const store = { flows: async () => ({ flows: [], next: null }) };
  const ofLog = await joinMysqlLog(store, { from: START - 9, to: START + 99 }, { logins, port: 3306 });
  assert.deepEqual([ofLog[0]?.note, ofLog.length], ['Login::Guessing', 1]);
  assert.deepEqual(automaticBlocks(ofLog), []);
});

test('hosts of a private network, and who only scans, are never blocked by themselves', () => {
  assert.deepEqual(automaticBlocks(alertsOfSaid(guesses('10.0.0.9'))), []);
  assert.deepEqual(automaticBlocks(alertsOf(times(90, (port) => refused({ port })))), []);
});
