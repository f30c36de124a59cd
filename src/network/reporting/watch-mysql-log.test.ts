import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { flow, times } from '../detecting/test-flows.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import { MysqlLogTail } from './mysql-log-tail.ts';
import { watchMysqlLog } from './watch-mysql-log.ts';

const START = Date.UTC(2026, 10, 29, 4) / 1000;
const PORT = 3306;

function line(ts: number, host: string): string {
  return `${new Date(ts * 1000).toISOString()} 9 [Note] [MY-010926] [Server] Access denied for user 'root'@'${host}' (using password: YES)\n`;
}

function watched(t: TestContext, ofWire: () => readonly NoticeRecord[] = () => []) {
  const folder = mkdtempSync(join(tmpdir(), 'mysql-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'error.log');
  // What stands there already is of before.
  writeFileSync(path, times(50, () => line(START, '203.0.113.1')).join(''));
  let now = START;
  const seen: ConnRecord[] = [];
  const detections = { conn: (record: ConnRecord) => void seen.push(record), protocol() {}, arp() {}, take: ofWire };
  const watch = watchMysqlLog({
    ...{ detections, tail: new MysqlLogTail(path), port: PORT },
    ...{ againSeconds: 300, clock: () => now * 1000 },
  });
  return {
    ...{ path, seen, watch },
    /** Somebody is refused so often, a second apart, each time in a flow of its own. */
    refuse(from: number, count: number, host = '203.0.113.7') {
      for (let index = 0; index < count; index += 1) {
        const ts = from + index;
        watch.detections.conn({
          ...flow({ from: host, port: PORT, ts: ts - 0.3, duration: 0.5 }),
          process: 'mariadbd',
          pid: 42,
          user: 'mysql',
        });
        appendFileSync(path, line(ts, host));
      }
    },
    async at(ts: number, isEnd = false): Promise<readonly NoticeRecord[]> {
      now = ts;
      await watch.look(isEnd);
      return watch.detections.take(isEnd);
    },
  };
}

test('logins that the database refused are an alert with the flows that carried them and who holds those, once', async (t) => {
  const { at, refuse, seen } = watched(t);
  assert.deepEqual(await at(START), []);
  refuse(START + 10, 8);
  assert.equal(seen.length, 8, 'all that looks at flows sees them still');
  const [alert, ...rest] = await at(START + 60);
  assert.deepEqual(rest, []);
  assert.deepEqual([alert?.note, alert?.src, alert?.p, alert?.n], ['Login::Guessing', '203.0.113.7', PORT, 8]);
  assert.equal(alert?.uids.length, 8);
  assert.match(alert.arithmetic.explained.join('\n'), /held by mariadbd \(pid 42, user mysql\)/);
  assert.deepEqual(await at(START + 70), [], 'it is told once');

  refuse(START + 80, 2);
  assert.deepEqual(await at(START + 110), [], 'what goes on is not told again at once');
  refuse(START + 400, 6);
  const [later] = await at(START + 430);
  assert.deepEqual([later?.key, later?.n], [alert.key, 16], 'and is the same alert later, with its numbers');
  refuse(START + 3000, 6);
  const [other] = await at(START + 3100);
  assert.ok(other && other.key !== alert.key && other.n === 6, 'after a long quiet it is another');
});

test('what the wire has told already goes on as its alert, with the words of the log', async (t) => {
  let wire: readonly NoticeRecord[] = [];
  const { at, refuse } = watched(t, () => wire);
  await at(START);
  refuse(START + 10, 8);
  const arithmetic = { count: 20, threshold: 20, windowSeconds: 1800, explained: ['20 refused logins'] };
  const about = { src: '203.0.113.7', dst: '192.0.2.1', p: PORT, severity: 'high' as const, arithmetic };
  const seen = {
    log: 'notice',
    note: 'Login::Guessing',
    ts: START + 10,
    first: START + 10,
    last: START + 20,
    n: 20,
  } as const;
  wire = [{ ...seen, ...about, msg: 'tried', key: 'guessing|x', uids: ['C1'] }];
  assert.deepEqual(await at(START + 12), wire);
  wire = [];
  const [joined, ...rest] = await at(START + 60);
  assert.deepEqual([joined?.key, rest], ['guessing|x', []]);
  const both = /^2\d refused logins\nThe database refused 8 logins/;
  assert.match(joined?.arithmetic.explained.join('\n') ?? '', both);
  wire = [
    {
      ...seen,
      ...about,
      arithmetic: { ...arithmetic, explained: ['25 refused logins'] },
      msg: 'tried',
      key: 'guessing|x',
      uids: ['C1'],
      n: 25,
    },
  ];
  const [later] = await at(START + 70);
  assert.equal(later?.n, 25);
  assert.match(later.arithmetic.explained.join('\n'), both, 'what the wire tells anew keeps the words of the log');
});

test('at the end the last refusals are told as well, which else would not be settled yet', async (t) => {
  const { at, refuse } = watched(t);
  await at(START);
  refuse(START + 10, 8);
  assert.deepEqual(await at(START + 18), []);
  const [alert, ...rest] = await at(START + 18, true);
  assert.deepEqual([alert?.n, alert?.uids.length, rest], [8, 8, []]);
});

test('a log that is begun anew is read from its beginning, half a line waits, and one that is gone is told', async (t) => {
  const { at, path, refuse } = watched(t);
  await at(START);
  renameSync(path, `${path}.1`);
  await assert.rejects(at(START + 1), { code: 'network_log_unreadable' });
  writeFileSync(path, '');
  refuse(START + 10, 4);
  const last = line(START + 14, '203.0.113.7');
  appendFileSync(path, last.slice(0, 40));
  assert.deepEqual(await at(START + 40), []);
  appendFileSync(path, last.slice(40));
  assert.deepEqual(
    (await at(START + 50)).map(({ n }) => n),
    [5],
  );
});

test('what the wire tells of anything else is handed on as it is, and held against no source of the log', async (t) => {
  let wire: readonly NoticeRecord[] = [];
  const { at, refuse } = watched(t, () => wire);
  await at(START);
  for (let host = 1; host <= 30; host += 1) refuse(START + 10, 6, `203.0.113.${host}`);
  assert.equal((await at(START + 60)).length, 30);
  const arithmetic = { count: 1, threshold: 1, windowSeconds: 60, explained: [] };
  let asked = 0;
  const counting: NoticeRecord = {
    ...({ log: 'notice', msg: 'many', key: 'flood', uids: [], severity: 'high', arithmetic } as const),
    ...{ ts: START, first: START, last: START + 20, n: 1 },
    get note() {
      asked += 1;
      return 'Flood::SYN_Flood';
    },
  };
  wire = [counting];
  const [told, ...rest] = await at(START + 70);
  assert.equal(told, counting);
  assert.deepEqual(rest, []);
  assert.ok(asked < 30, `${asked}`);
});
