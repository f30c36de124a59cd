import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { networkErrors } from '../errors.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { type FoundLog, openDatabaseLog } from './database-log.ts';

const NONE = { conn() {}, protocol() {}, arp() {}, take: (): readonly NoticeRecord[] => [] };
const times = { lookMs: 5, findMs: 5 };

test('a log that is found later is watched from then on, and what the database refuses becomes an alert', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'database-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'error.log');
  writeFileSync(path, '');
  const told: string[] = [];
  const found: FoundLog[] = [];
  const answers = [
    () => Promise.reject(networkErrors('network_log_unreadable', { attempted: 'Look' })),
    () => Promise.resolve(null),
  ];
  // The last minute is not settled yet, and a clock of the test's own does not have to be waited for.
  const clock = () => Date.UTC(2026, 10, 29, 4, 1);
  await using log = openDatabaseLog({
    ...{ detections: NONE, againSeconds: 60, clock, times, onTrouble: (line: string) => void told.push(line) },
    onFound: (log) => void found.push(log),
    findLog: () => (answers.shift() ?? (() => Promise.resolve({ path, port: 3306 })))(),
  });
  const line = (second: number): string =>
    `2026-11-29T04:00:0${second}Z 9 [Note] Access denied for user 'root'@'203.0.113.7' (using password: YES)\n`;
  let taken: readonly NoticeRecord[] = [];
  // It begins with what is written once it watches.
  for (let second = 0; taken.length === 0; second = (second + 1) % 10) {
    appendFileSync(path, line(second));
    await wait(2);
    taken = log.detections.take();
  }
  assert.deepEqual([taken[0]?.note, taken[0]?.src], ['Login::Guessing', '203.0.113.7']);
  assert.deepEqual(found, [{ path, port: 3306 }]);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /^The log of a database could not be looked for: /);
});

test('at the end of a capture what was refused last is told, and a log that is gone is told once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'database-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'error.log');
  writeFileSync(path, '');
  const told: string[] = [];
  const watching = Promise.withResolvers<void>();
  const clock = () => Date.UTC(2026, 10, 29, 4, 1);
  const parts = { detections: NONE, againSeconds: 60, clock, onTrouble: (line: string) => void told.push(line) };
  const findLog = async () => ({ path, port: 3306 });
  const refused = (second: number): string =>
    `2026-11-29T04:00:${second}Z 9 [Note] Access denied for user 'a'@'203.0.113.7' (using password: YES)\n`;
  {
    // It looks again in half a minute, and the capture ends before.
    await using log = openDatabaseLog({ ...parts, findLog, onFound: () => watching.resolve() });
    await watching.promise;
    for (let second = 50; second < 58; second += 1) appendFileSync(path, refused(second));
    assert.deepEqual(log.detections.take(), []);
    await log.lastLook();
    assert.deepEqual(
      log.detections.take(true).map(({ n }) => n),
      [8],
    );
  }
  assert.deepEqual(told, []);
  rmSync(path);
  const missing = openDatabaseLog({ ...parts, findLog, times });
  while (told.length === 0) await wait(2);
  await missing.lastLook();
  assert.equal(told.length, 1);
  // One that comes back and goes again is told again.
  writeFileSync(path, '');
  const again = Promise.withResolvers<void>();
  const back = openDatabaseLog({ ...parts, findLog, times, onFound: () => again.resolve() });
  await again.promise;
  rmSync(path);
  while (told.length === 1) await wait(2);
  while (back.detections.take().length === 0) {
    appendFileSync(path, refused(10));
    await wait(2);
  }
  rmSync(path);
  while (told.length === 2) await wait(2);
  await back.lastLook();
  assert.equal(told.length, 3);
});

test('without a log all goes on as before, and it ends when it is to', async () => {
  const log = openDatabaseLog({
    ...{ detections: NONE, againSeconds: 60, clock: Date.now, onTrouble: (line) => assert.ok(false, line) },
    // As a script that goes on until it is broken off.
    findLog: (signal) => wait(600_000, null, { signal }),
  });
  assert.deepEqual(log.detections.take(true), []);
  await log[Symbol.asyncDispose]();
});
