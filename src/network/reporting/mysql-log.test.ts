import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flow, START, times } from '../detecting/test-flows.ts';
import type { FlowQuery } from '../store/flow-store.ts';
import { joinMysqlLog } from './join-mysql-log.ts';
import { refusedLogins } from './mysql-log.ts';
import { storyObservation } from './observations.ts';
import { withLog } from './with-log.ts';

/** As MariaDB 10.11 writes it, in the time of this computer. */
function line(ts: number, user = 'root', host = '203.0.113.7'): string {
  const at = new Date(ts * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${String(at.getHours()).padStart(2)}:${two(at.getMinutes())}:${two(at.getSeconds())} 12 [Warning] Access denied for user '${user}'@'${host}' (using password: YES)`;
}

test('refused logins are read as MariaDB and MySQL write them, and nothing else is', () => {
  const text = [
    line(START),
    "2026-11-29T04:05:06.123456Z 9 [Note] [MY-010926] [Server] Access denied for user 'a\u001b[b'@'::ffff:192.0.2.9' (using password: NO)",
    '2026-11-29  4:05:06 0 [Note] mariadbd: ready for connections.',
    line(START, 'root', 'localhost'),
    line(START, "x'@'198.51.100.1", '203.0.113.8'),
    line(START, "Access denied for user 'x'@'198.51.100.1' (using password: YES)", '203.0.113.9'),
    line(START, "x'@'198.51.100.1", 'localhost'),
    line(START, 'x'.repeat(5000), '203.0.113.10'),
    "Access denied for user 'x'@'192.0.2.1'",
  ].join('\n');
  const logins = refusedLogins(text);
  assert.deepEqual(logins.slice(0, 2), [
    { ts: START, user: 'root', source: '203.0.113.7' },
    { ts: Date.UTC(2026, 10, 29, 4, 5, 6) / 1000, user: 'a??b', source: '192.0.2.9' },
  ]);
  // Whoever calls himself as another address does is told with his own.
  assert.deepEqual(
    logins.slice(2).map(({ source }) => source),
    ['203.0.113.8', '203.0.113.9'],
  );
});

const logins = refusedLogins(times(12, (index) => line(START + index * 10, index % 2 ? 'root' : 'admin')).join('\n'));
const carriers = times(12, (index) => ({
  ...flow({ port: 3306, ts: START + index * 10 - 0.4, duration: 0.5 }),
  ...{ sensor: 'local', process: 'mariadbd', pid: 4242, user: 'mysql' },
}));
const store = {
  flows: async ({ address }: FlowQuery) => ({ flows: address === '203.0.113.7' ? carriers : [], next: null }),
};
const range = { from: START - 1000, to: START + 1000 };

test('refused logins of the log and the flows that carried them are one alert, and one finding with what else the source did', async () => {
  const [notice, ...rest] = await joinMysqlLog(store, range, { logins, port: 3306 });
  assert.deepEqual(rest, []);
  assert.equal(notice?.msg, 'The database refused 12 logins of 203.0.113.7 as admin, root, by its own log');
  assert.match(
    notice.arithmetic.explained.join('\n'),
    /12 flows of that time carried them\n.*community id 1:.*mariadbd \(pid 4242, user mysql\)/,
  );
  assert.equal(notice.uids.length, 12);
  const scan = { ...notice, note: 'Scan::Port_Scan', key: 'scan' };
  const story = storyObservation('203.0.113.7', [scan, notice], null);
  assert.equal(story?.title, '203.0.113.7 scanned, then guessed passwords');
});

test('what wire and log both saw is one alert with the words of both; another source, port or time is another', async () => {
  const ofLog = await joinMysqlLog(store, range, { logins, port: 3306 });
  const seen = { ...ofLog[0]!, key: 'guessing', msg: 'tried 40 logins', n: 3 };
  const wire = { ...seen, arithmetic: { ...seen.arithmetic, explained: ['40 refused logins'] } };
  const [alert, ...rest] = withLog([wire], ofLog);
  assert.deepEqual(rest, []);
  assert.match(
    alert?.arithmetic.explained.join('\n') ?? '',
    /^40 refused logins\nThe database refused 12 logins .* by its own log\n12 flows of that time carried them\n/,
  );
  assert.deepEqual([alert?.key, alert?.msg], ['guessing', 'tried 40 logins']);
  // A live capture has kept the alert with the words of the log, or that of the log alone: they do not come twice.
  assert.deepEqual(withLog([alert!], ofLog), [alert]);
  const [fewer] = await joinMysqlLog(store, range, { logins: logins.slice(0, 6), port: 3306 });
  const keptAlone = { ...fewer!, key: 'kept' };
  assert.deepEqual(withLog([keptAlone], ofLog), [{ ...ofLog[0], key: 'kept' }]);
  for (const other of [{ src: '203.0.113.8' }, { p: 3307 }, { first: START + 900, last: START + 990 }, { note: 'x' }])
    assert.equal(withLog([{ ...wire, ...other }], ofLog).length, 2, JSON.stringify(other));
});

test('a few refused logins, and many over hours, are no alert; without a flow it says so', async () => {
  assert.deepEqual(await joinMysqlLog(store, range, { logins: logins.slice(0, 4), port: 3306 }), []);
  const slow = logins.map((each, index) => ({ ...each, ts: START - 900 + index * 160 }));
  assert.deepEqual(await joinMysqlLog(store, range, { logins: slow, port: 3306 }), []);
  const [notice] = await joinMysqlLog({ flows: async () => ({ flows: [], next: null }) }, range, {
    logins,
    port: 3306,
  });
  assert.match(notice?.arithmetic.explained.join('\n') ?? '', /no flow of that time carried them/);
});
