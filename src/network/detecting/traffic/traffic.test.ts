import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { KnownState } from '../known/known-state.ts';
import { alertsOf, alertsOfSaid, detections, flow, notes, said, START, times } from '../test-flows.ts';
import { beaconScore } from './beacon-score.ts';
import { bitsOf, nameParts } from './dns-names.ts';

const asked = (query: string, index: number) =>
  said('dns', { from: '10.0.0.9', to: '10.0.0.1', port: 53, proto: 'udp', query, ts: START + index });
const secret = (index: number) => createHash('sha256').update(String(index)).digest('hex');

test('many names that could carry data are a tunnel, with what they could have carried', () => {
  const [alert, ...rest] = alertsOfSaid(
    times(150, (index) => asked(`${secret(index).slice(0, 50)}.t.example.com`, index)),
  );
  assert.deepEqual(rest, []);
  assert.deepEqual([alert?.note, alert?.severity, alert?.src], ['DNS::Tunnel', 'medium', '10.0.0.9']);
  assert.match(alert?.msg ?? '', /different names of example\.com that look like data/);
  assert.ok(Number(alert?.arithmetic.count) > 120);
  assert.match(alert?.arithmetic.explained[2] ?? '', /^150 questions could carry [\d,]+ bytes out/);
});

test('many short names, few long ones, reverse names and one name again and again are no tunnel', () => {
  assert.deepEqual(alertsOfSaid(times(900, (index) => asked(`img${index}.cdn.example.com`, index))), []);
  assert.deepEqual(alertsOfSaid(times(90, (index) => asked(`${secret(index)}.example.com`, index))), []);
  assert.deepEqual(alertsOfSaid(times(900, (index) => asked(`${index & 255}.0.0.10.in-addr.arpa`, index))), []);
  assert.deepEqual(alertsOfSaid(times(900, (index) => asked(`${secret(1)}.example.com`, index))), []);
});

test('the domain of a name is what somebody registers', () => {
  assert.deepEqual(nameParts('a.b.Example.com.'), { domain: 'example.com', sub: 'a.b' });
  assert.deepEqual(nameParts('a.shop.co.uk'), { domain: 'shop.co.uk', sub: 'a' });
  for (const none of ['example.com', 'localhost', '', '.', '1.0.0.10.in-addr.arpa', 'printer._tcp.local']) {
    assert.equal(nameParts(none), null, none);
  }
  assert.deepEqual([bitsOf(''), bitsOf('aaaa'), bitsOf('0123456789abcdef')], [0, 0, 64]);
});

/** Ten minutes apart, give or take a second, for half a day. */
const reports = (jitter: (index: number) => number) =>
  times(72, (index) =>
    flow({
      ...{ from: '10.0.0.9', to: '198.51.100.9', port: 443, ts: START + index * 600 + jitter(index) },
      orig_bytes: 220 + (index % 3),
    }),
  );

test('a program that reports at intervals is a beacon, and each part of its score is explained', () => {
  const [alert, ...rest] = alertsOf(reports((index) => index % 2));
  assert.deepEqual(rest, []);
  assert.deepEqual([alert?.note, alert?.dst, alert?.severity], ['Traffic::Beacon', '198.51.100.9', 'medium']);
  const explained = alert?.arithmetic.explained ?? [];
  assert.match(explained[0] ?? '', /^\d+ connections score 8\d of 100; 80 are a beacon$/);
  assert.deepEqual(
    explained.slice(1).map((line) => line.split(' ')[0]),
    ['timing', 'sizes', 'endurance', 'evenness'],
  );
  assert.match(explained[1] ?? '', /^timing \d+: \d+ s between connections in the middle/);
});

test('people who come and go are no beacon, nor are clocks and what stays within the private network', () => {
  const random = (index: number) => parseInt(secret(index).slice(0, 8), 16) / 2 ** 32;
  const browsing = times(200, (index) =>
    flow({
      ...{
        from: '10.0.0.9',
        to: '198.51.100.9',
        ts: START + 3600 * Math.floor(index / 25) * 3 + 3600 * random(index) ** 3,
      },
      orig_bytes: Math.floor(300 + 9000 * random(index + 1000) ** 4),
    }),
  );
  assert.deepEqual(alertsOf(browsing), []);
  assert.deepEqual(
    alertsOf(reports(() => 0).map((each) => ({ ...each, proto: 'udp' as const, 'id.resp_p': 123 }))),
    [],
  );
  assert.deepEqual(
    alertsOf(reports(() => 0).map((each) => ({ ...each, 'id.resp_h': '10.0.0.2', local_resp: true }))),
    [],
  );
});

test('the score is 1 of each part for a clock over a day, and low for one burst', () => {
  const clock = times(144, (index) => START + index * 600);
  const { score, parts } = beaconScore(
    clock,
    clock.map(() => 100),
  );
  assert.deepEqual([score, parts.map((part) => part.score)], [1, [1, 1, 1, 1]]);
  const burst = times(144, (index) => START + (index % 12) ** 3);
  assert.ok(
    beaconScore(
      burst.toSorted((a, b) => a - b),
      times(144, (index) => index ** 2),
    ).score < 0.6,
  );
});

test('what is known of beacons outlives a restart', () => {
  const all = reports(() => 0);
  const known = new KnownState();
  const before = detections({}, known);
  for (const each of all.slice(0, 36)) before.conn(each);
  before.take(true);
  const after = detections({}, new KnownState(JSON.parse(JSON.stringify(known))));
  for (const each of all.slice(36)) after.conn(each);
  assert.deepEqual(notes(after.take(true)), ['Traffic::Beacon']);
});

test('connections over the border that last for hours are told, and those within are not', () => {
  const long = (hours: number, to: string) => alertsOf([flow({ from: '10.0.0.9', to, duration: hours * 3600 })]);
  assert.deepEqual(long(3, '198.51.100.9'), []);
  assert.deepEqual(long(30, '10.0.0.5'), []);
  assert.deepEqual(
    long(5, '198.51.100.9').map(({ note, severity }) => [note, severity]),
    [['Traffic::Long_Connection', 'low']],
  );
  assert.equal(long(13, '198.51.100.9')[0]?.severity, 'medium');
});

const MIB = 2 ** 20;
const sent = (day: number, mib: number, more: object = {}) =>
  flow({ from: '10.0.0.9', to: '198.51.100.9', ts: START + day * 86_400, orig_bytes: mib * MIB, ...more });

test('a host that sends far more than on any day before is told, held against its own days', () => {
  const days = [40, 60, 50, 45, 70];
  const usual = days.map((mib, day) => sent(day, mib));
  const [alert] = alertsOf([...usual, sent(6, 900)]);
  assert.deepEqual([alert?.note, alert?.src, alert?.dst], ['Traffic::Upload', '10.0.0.9', '198.51.100.9']);
  assert.equal(alert?.arithmetic.explained[0], '900 MiB today; on the busiest of 5 days before it were 70 MiB');
  assert.deepEqual(alertsOf([...usual, sent(6, 200)]), []);
});

test('without days before, below 100 MiB, and for a flow that is told in parts, an upload is no alarm', () => {
  assert.deepEqual(alertsOf([sent(0, 9000)]), []);
  assert.deepEqual(alertsOf([...times(5, (day) => sent(day, 1)), sent(6, 90)]), []);
  const parts = times(4, (part) => sent(6, 50 * (part + 1), { uid: 'Clong', partial: part < 3 }));
  assert.deepEqual(alertsOf([...times(5, (day) => sent(day, 70)), ...parts]), []);
});
