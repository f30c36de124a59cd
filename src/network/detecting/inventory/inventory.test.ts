import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../../base/settings.ts';
import { Detections } from '../detections.ts';
import { KnownState } from '../known/known-state.ts';
import { detectingSettings } from '../settings.ts';
import { alertsOf, alertsOfSaid, flow, notes, refused, said, START, times } from '../test-flows.ts';

const DAY = 86_400;

test('a service that answers for the first time is told once what is usual is known', () => {
  const usual = times(4, (day) => flow({ port: 443, ts: START + day * DAY }));
  assert.deepEqual(alertsOf(usual), []);
  const fresh = { port: 4444, ts: START + 4 * DAY };
  const [alert, ...rest] = alertsOf([...usual, flow(fresh), flow(fresh)]);
  assert.deepEqual(rest, []);
  assert.deepEqual([alert?.note, alert?.p, alert?.severity, alert?.n], ['Inventory::New_Service', 4444, 'medium', 1]);
  assert.deepEqual(alertsOf([...usual, refused(fresh)]), []);
});

test('hosts outside that nobody spoke with before are one note a day for each host of ours', () => {
  const out = (index: number, day: number) =>
    flow({ from: '10.0.0.9', to: `198.51.100.${index}`, ts: START + day * DAY });
  const usual = times(5, (index) => out(index, 0));
  const alerts = alertsOf([
    ...usual,
    ...usual.map((each) => ({ ...each, ts: START + 4 * DAY })),
    ...times(9, (index) => out(index, 5)),
  ]);
  assert.deepEqual(
    alerts.map(({ note, n, severity }) => [note, n, severity]),
    [['Inventory::New_External_Host', 4, 'info']],
  );
});

test('a protocol where a filter expects another is worse than one on a port of no meaning; usual ports are quiet', () => {
  const found = (log: 'ssh' | 'http' | 'ssl' | 'redis', port: number) =>
    alertsOfSaid([said(log, { port })])[0]?.severity;
  assert.equal(found('ssh', 443), 'medium');
  assert.equal(found('http', 53), 'medium');
  assert.equal(found('ssh', 60_022), 'low');
  assert.deepEqual(
    [found('ssh', 22), found('http', 8080), found('ssl', 8443), found('redis', 6379)],
    times(4, () => undefined),
  );
});

test('certificates that are over, soon over, not valid yet or their own are told', () => {
  const shown = (told: object) =>
    alertsOfSaid([said('ssl', { port: 443, cert_chain_fps: ['ab'], subject: 'CN=a', established: true, ...told })]);
  const good = { not_valid_before: START - DAY, not_valid_after: START + 90 * DAY, self_signed: false };
  assert.deepEqual(shown(good), []);
  assert.deepEqual(notes(shown({ ...good, not_valid_after: START - 2 * DAY })), ['SSL::Certificate_Expired']);
  assert.deepEqual(notes(shown({ ...good, not_valid_after: START + 2 * DAY })), ['SSL::Certificate_Expires_Soon']);
  assert.deepEqual(shown({ ...good, not_valid_after: START + 2 * DAY, to: '198.51.100.9' }), []);
  assert.deepEqual(notes(shown({ ...good, not_valid_before: START + DAY })), ['SSL::Certificate_Not_Valid_Yet']);
  const [own] = shown({ ...good, self_signed: true });
  assert.deepEqual([own?.note, own?.severity], ['SSL::Certificate_Self_Signed', 'low']);
  assert.ok(own?.arithmetic.explained.includes('it is of CN=a'));
  assert.doesNotThrow(() => shown({ not_valid_after: -1e300, not_valid_before: 1e300 }));
});

function arpAlerts(said: readonly (readonly [ip: string, mac: string, second: number])[]) {
  const detecting = new Detections(settingsOf(detectingSettings), new KnownState(), {
    ...{ gateways: ['10.0.0.1'], lists: [], about: () => null },
  });
  for (const [ip, mac, second] of said) detecting.arp(ip, mac, (START + second) * 1e6);
  return detecting.take(true);
}

test('another network card behind the gateway is told at once, behind others when two say so in turns', () => {
  const [a, b] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];
  const [gateway] = arpAlerts([
    ['10.0.0.1', a, 0],
    ['10.0.0.1', b, 5],
  ]);
  assert.deepEqual([gateway?.note, gateway?.severity], ['ARP::Spoofing', 'high']);
  assert.equal(gateway?.arithmetic.explained[0], `it was ${a} and now is ${b}`);
  const turns = times(5, (index) => ['10.0.0.7', index % 2 ? a : b, index] as const);
  assert.equal(arpAlerts(turns)[0]?.severity, 'medium');
});

test('a new lease, one card with many addresses and probes raise nothing', () => {
  const [a, b] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b'];
  assert.deepEqual(
    arpAlerts([
      ['10.0.0.7', a, 0],
      ['10.0.0.7', b, 5000],
      ['0.0.0.0', a, 1],
      ['0.0.0.0', b, 2],
    ]),
    [],
  );
  assert.deepEqual(arpAlerts(times(50, (index) => [`10.0.1.${index}`, a, index] as const)), []);
  assert.deepEqual(arpAlerts(times(9, (index) => ['10.0.0.1', a, index] as const)), []);
});
