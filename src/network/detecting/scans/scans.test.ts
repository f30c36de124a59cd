import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownState } from '../known/known-state.ts';
import { alertsOf, detections, flow, notes, refused, START, times, unanswered } from '../test-flows.ts';

test('many ports of one host without a connection are a port scan, with its arithmetic and what was open', () => {
  const [alert, ...rest] = alertsOf([
    refused({ port: 1 }),
    flow({ port: 22, conn_state: 'RSTO', history: 'ShR', orig_bytes: 0, resp_bytes: 0 }),
    ...times(40, (port) => refused({ port: 2 + port, ts: START + port })),
  ]);
  assert.deepEqual(rest, []);
  assert.equal(alert?.note, 'Scan::Port_Scan');
  assert.equal(alert.severity, 'medium');
  assert.deepEqual([alert.src, alert.dst, alert.arithmetic.count], ['203.0.113.7', '10.0.0.5', 41]);
  assert.deepEqual(alert.arithmetic.explained, [
    '41 distinct tcp ports of 10.0.0.5 gave no connection within 900 s; 15 are a scan',
    'answered meanwhile: 22',
  ]);
  assert.equal(alert.n, 27);
  assert.equal(alert.uids.length, 20);
});

test('fourteen ports, the same port again and again, and ports over hours are no port scan', () => {
  assert.deepEqual(alertsOf(times(14, (port) => refused({ port }))), []);
  assert.deepEqual(alertsOf(times(500, (index) => refused({ port: 8080, ts: START + index }))), []);
  assert.deepEqual(alertsOf(times(30, (port) => refused({ port, ts: START + port * 120 }))), []);
});

test('a scan by a host of a private network is worse than one from outside', () => {
  const [alert] = alertsOf(times(20, (port) => refused({ from: '10.0.0.9', port })));
  assert.equal(alert?.severity, 'high');
});

test('one port of many hosts is a sweep; programs inside may ask ten times as many', () => {
  const sweep = (from: string, count: number) =>
    alertsOf(times(count, (host) => unanswered({ from, to: `198.51.${host >> 8}.${host & 255}`, port: 23 })));
  const [alert] = sweep('203.0.113.7', 40).filter(({ note }) => note === 'Scan::Address_Scan');
  assert.deepEqual([alert?.p, alert?.arithmetic.count, alert?.arithmetic.threshold], [23, 40, 25]);
  assert.deepEqual(sweep('10.0.0.9', 200), []);
  assert.equal(sweep('10.0.0.9', 300)[0]?.note, 'Scan::Address_Scan');
});

test('pings of many hosts are a sweep', () => {
  const ping = { proto: 'icmp', ip_proto: 1, 'id.orig_p': 8, port: 0, conn_state: 'OTH' } as const;
  const alerts = alertsOf(times(30, (host) => unanswered({ ...ping, to: `10.0.0.${host}`, history: '' })));
  assert.deepEqual(notes(alerts), ['Scan::Address_Scan']);
  assert.deepEqual(alertsOf(times(30, (host) => flow({ ...ping, to: `10.0.0.${host}`, history: '' }))), []);
});

test('four hosts in a row that do not answer make a random walk, and as many that do take it back', () => {
  const asks = (hosts: string) =>
    notes(
      alertsOf(
        [...hosts].map((letter, host) => (letter === '-' ? unanswered : flow)({ to: `10.0.0.${host}`, port: 22 })),
      ),
    );
  assert.deepEqual(asks('----'), ['Scan::Random_Scan']);
  assert.deepEqual(asks('---'), []);
  assert.deepEqual(asks('++-+-++-+--+++-'), []);
  assert.deepEqual(asks('+-----'), ['Scan::Random_Scan']);
});

test('backscatter raises nothing: answers to what others sent in our name', () => {
  const answers = times(500, (index) =>
    flow({
      ...{ from: '198.51.100.9', to: `10.0.${index >> 8}.${index & 255}`, port: 1000 + index },
      ...(index % 2
        ? { conn_state: 'RSTRH' as const, history: '^hr' }
        : { conn_state: 'SHR' as const, history: '^hf' }),
      ...{ orig_bytes: 0, resp_bytes: 0 },
    }),
  );
  assert.deepEqual(alertsOf(answers), []);
});

test('traceroute, multicast and datagrams that need no answer raise nothing', () => {
  const udp = { proto: 'udp', ip_proto: 17, conn_state: 'S0', history: 'D' } as const;
  assert.deepEqual(alertsOf(times(90, (hop) => unanswered({ ...udp, port: 33_434 + hop }))), []);
  assert.deepEqual(alertsOf(times(90, (hop) => unanswered({ ...udp, to: '239.255.255.250', port: hop }))), []);
  assert.deepEqual(alertsOf(times(900, (index) => unanswered({ ...udp, port: 514, ts: START + index }))), []);
});

test('a scan that takes days is seen over restarts', () => {
  const tries = times(70, (index) => refused({ to: `10.0.0.${index % 3}`, port: index, ts: START + index * 7200 }));
  const before = detections();
  for (const each of tries.slice(0, 40)) before.conn(each);
  assert.deepEqual(before.take(true), []);
  assert.deepEqual(notes(alertsOf(tries.slice(40))), []);

  const kept = new KnownState();
  const first = detections({}, kept);
  for (const each of tries.slice(0, 40)) first.conn(each);
  const second = detections({}, new KnownState(JSON.parse(JSON.stringify(kept))));
  for (const each of tries.slice(40)) second.conn(each);
  const [alert] = second.take(true);
  assert.equal(alert?.note, 'Scan::Slow_Scan');
  assert.equal(alert.arithmetic.count, 70);
  assert.match(alert.msg, /tried 70 addresses and ports within 6 days that gave no connection/);
});

test('a scan that is done at once is told as that alone, and not as a slow one too', () => {
  const ports = times(200, (port) => refused({ port, ts: START + port / 10 }));
  assert.deepEqual(notes(alertsOf(ports)), ['Scan::Port_Scan']);
});

test('connections that nobody finishes are a flood; many that are finished beside them are none', () => {
  const half = (index: number) =>
    flow({
      ...{ from: `203.0.${index >> 8}.${index & 255}`, port: 80, ts: START + index / 400 },
      ...{ conn_state: 'OTH' as const, history: 'Sh', orig_bytes: 0, resp_bytes: 0 },
    });
  const [alert] = alertsOf(times(1500, half));
  assert.deepEqual(
    [alert?.note, alert?.dst, alert?.p, alert?.arithmetic.count],
    ['Flood::SYN_Flood', '10.0.0.5', 80, 1500],
  );
  const busy = (index: number) => (index % 3 === 0 ? half(index) : flow({ port: 80, ts: START + index / 1000 }));
  assert.deepEqual(alertsOf(times(5000, busy)), []);
});
