import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newId } from '../../base/ids.ts';
import { settingsOf } from '../../base/settings.ts';
import type { Observation } from '../../findings/index.ts';
import { detections, flow, refused, said, START, times } from '../detecting/test-flows.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import { networkSettings } from '../settings.ts';
import type { FlowStore } from '../store/flow-store.ts';
import { openFlowStore } from '../store/open-flow-store.ts';
import { gatherReport, reportObservations } from './network-report.ts';
import { networkReport, sentenceOf } from './render-report.ts';
import { observationsOf, reportNotices } from './report-notices.ts';

const root = mkdtempSync(join(tmpdir(), 'network-reporting-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const RANGE = { from: START - 86_400, to: START + 86_400 };

/** A store with these flows, and the alerts that they raise. */
async function stored(conn: readonly ConnRecord[], logs: readonly ProtocolRecord[] = [], dropped = 0) {
  const watching = detections();
  for (const each of conn) watching.conn(each);
  for (const each of logs) watching.protocol(each);
  const notices = watching.take(true);
  folders += 1;
  const store = await openFlowStore(
    { kind: 'sqlite', folder: join(root, String(folders)) },
    { settings: settingsOf(networkSettings), clock: () => START * 1000, isServer: false },
  );
  const coverage = { from: RANGE.from, to: RANGE.to, packets: 1000, dropped, leftOut: { malformed: 3, notIp: 9 } };
  await store.add({ id: newId(), sensor: 'local', conn, logs, notices, coverage });
  return { store, notices };
}

const STRANGER = '203.0.113.7';
const scan = [
  ...times(30, (port) => refused({ port: 1000 + port, ts: START + port })),
  ...[3306, 6379, 9999].map((port) =>
    flow({ port, ts: START + 40, conn_state: 'RSTO', history: 'ShR', orig_bytes: 0, resp_bytes: 0 }),
  ),
];
const guesses = [
  ...times(40, (index) => said('mysql', { port: 3306, user: 'root', success: false, ts: START + 100 + index })),
  said('mysql', { port: 3306, user: 'root', success: true, ts: START + 200 }),
];
const guessFlows = times(41, (index) => flow({ port: 3306, ts: START + 100 + index }));

test('of a flood of sources the worst alone are looked up, and none is left out', async () => {
  const flood = times(60, (index) =>
    times(20, (port) => refused({ from: `198.51.100.${index}`, port: 1000 + port, ts: START + port })),
  );
  const { store, notices } = await stored([...flood.flat(), ...guessFlows], guesses);
  await using _ = store;
  let looks = 0;
  const counted: Pick<FlowStore, 'flows' | 'notices' | 'source'> = {
    flows: (query) => store.flows(query),
    notices(query) {
      looks += 1;
      return store.notices(query);
    },
    source: () => assert.fail('none of them was here before, so that there is nothing to look for'),
  };
  const observations = await observationsOf(counted, notices);
  assert.equal(looks, 16);
  assert.deepEqual(
    observations.map(({ severity, title }) => [severity, title]),
    [
      ['critical', `${STRANGER} guessed passwords, then got in`],
      ['low', 'Strangers scan 10.0.0.5'],
    ],
  );
  assert.match(observations[1]?.evidence[0]?.value ?? '', /^60 in these alerts/);
});

test('scan, guessing and success of one source are one critical finding, in order and with their arithmetic', async () => {
  const { store, notices } = await stored([...scan, ...guessFlows], guesses);
  await using _ = store;
  const [story, ...rest] = await observationsOf(store, notices);
  assert.deepEqual(rest, []);
  assert.deepEqual(
    [story?.check, story?.severity, story?.resource.uid],
    ['network-source', 'critical', `address/${STRANGER}`],
  );
  assert.equal(story?.title, `${STRANGER} scanned, then guessed passwords, then got in`);
  const because = story.evidence.filter(({ label }) => label === 'because').map(({ value }) => value);
  assert.match(because.join('\n'), /30 distinct tcp ports of 10\.0\.0\.5 gave no connection/);
  assert.match(because.join('\n'), /40 refused logins as root/);
  assert.match(story.remedy, /sudo holdfast network block 203\.0\.113\.7 --for 1d/);
  assert.ok(story.references.some(({ id }) => id === 'T1078'));
});

test('what came in an earlier batch belongs to the story; the same again is the same finding', async () => {
  const { store, notices: before } = await stored(scan);
  await using _ = store;
  assert.deepEqual(
    (await observationsOf(store, before)).map(({ check }) => check),
    ['network-strangers-scan'],
  );
  const watching = detections();
  for (const each of guesses) watching.protocol(each);
  const [story] = await observationsOf(store, watching.take(true));
  assert.equal(story?.title, `${STRANGER} scanned, then guessed passwords, then got in`);
});

test('a host of the private network that only scans or only guesses has a finding of its own', async () => {
  const inside = times(30, (port) => refused({ from: '10.0.0.9', port }));
  const guessing = times(25, (index) =>
    said('ssh', { from: '10.0.0.8', success: false, auth_attempts: 1, ts: START + index }),
  );
  const readable = said('ftp', { port: 21, user: 'anna', success: true, cleartext: true });
  const { store, notices } = await stored(inside, [...guessing, readable]);
  await using _ = store;
  const found = await observationsOf(store, notices);
  assert.deepEqual(
    found.map(({ check, resource }) => `${check} ${resource.name}`).toSorted((one, other) => one.localeCompare(other)),
    ['network-login-cleartext 10.0.0.5 port 21', 'network-source 10.0.0.8', 'network-source 10.0.0.9'],
  );
});

test('strangers who only scan, or only guess, are one finding for each place of ours, however many they are', async () => {
  const others = times(20, (host) =>
    times(16, (port) => refused({ from: `198.51.100.${host}`, port: 100 + port })),
  ).flat();
  const sweep = times(30, (host) => refused({ from: '203.0.113.8', to: `10.0.1.${host}`, port: 22 }));
  const tried = times(25, (index) =>
    said('mysql', { from: '203.0.113.9', port: 3306, user: 'root', success: false, ts: START + index }),
  );
  const { store, notices } = await stored([...scan, ...others, ...sweep], tried);
  await using _ = store;
  const found = await observationsOf(store, notices);
  assert.deepEqual(
    found.map(({ severity, title, resource }) => [severity, title, resource.uid]),
    [
      ['low', 'Strangers scan 10.0.0.5', 'address/10.0.0.5'],
      ['low', 'Strangers scan many hosts', 'network'],
      ['low', 'Strangers scan many hosts on port 22', 'network/port/22'],
      ['medium', 'Strangers try passwords at 10.0.0.5 port 3306', 'address/10.0.0.5/port/3306'],
    ],
  );
  const [scanned] = found.filter(({ title }) => title === 'Strangers scan 10.0.0.5');
  assert.equal(scanned?.evidence[0]?.value, '21 in these alerts, the newest below');
  // Once one of them goes on, that is a story, and no stranger's pastime.
  const watching = detections();
  for (const each of guesses) watching.protocol(each);
  const after = await observationsOf(store, watching.take(true));
  assert.deepEqual(
    after.map(({ check }) => check),
    ['network-source'],
  );
});

test('findings are handed over as one run that mends nothing', async () => {
  const { store, notices } = await stored(scan, guesses);
  await using _ = store;
  const heard: unknown[] = [];
  const sink = {
    begin: async (run: object) => {
      heard.push(run);
      return { runId: 'r' };
    },
    observe: async (_id: string, _batch: number, observations: readonly Observation[]) =>
      void heard.push(observations.length),
    end: async (_id: string, complete: boolean) => void heard.push(complete),
  };
  await reportNotices({ store, sink }, 'web-1', notices);
  assert.deepEqual(heard, [{ source: 'network', scope: 'network/web-1', checks: ['network-source'] }, 1, false]);
  await reportNotices({ store, sink }, 'web-1', []);
  assert.equal(heard.length, 3);
});

test('the report has alerts worst first, says what could not be looked at, and what is likely next', async () => {
  const { store } = await stored([...scan, ...guessFlows], guesses, 250);
  await using _ = store;
  const report = await gatherReport(store, RANGE);
  assert.equal(report.alerts[0]?.note, 'Login::Success_After_Guessing');
  // 3306 was tried already.
  assert.deepEqual(
    report.next.map(({ source, port, what }) => [source, port, what]),
    [
      [STRANGER, 6379, 'writing files by Redis, which often asks for no password'],
      [STRANGER, 9999, 'finding out what answers there'],
    ],
  );
  const unseen = reportObservations(report).filter(({ verdict }) => verdict === 'unknown');
  assert.deepEqual(
    unseen.map(({ title, evidence }) => `${title}: ${evidence[0]?.value}`),
    [
      'Packets were dropped before anybody saw them: 250 of 1,250 packets',
      'Packets had lengths that cannot be: 3 of 1,250 packets',
    ],
  );
});

test('the page asks for nothing outside, ends with what is likely next, and shows no text of strangers as HTML', async () => {
  const evil = said('ftp', {
    port: 21,
    user: '<script>alert(1)</script>',
    success: false,
    cleartext: true,
    to: '10.0.0.6',
  });
  const { store } = await stored(scan, [evil]);
  await using _ = store;
  const page = await networkReport(store, RANGE, { atMs: START * 1000, version: '1' });
  assert.doesNotMatch(page, /<script|src="|href="http/);
  assert.match(page, /Content-Security-Policy/);
  assert.ok(page.lastIndexOf('What is likely next') > page.indexOf('What could not be looked at'));
  assert.match(page, /because/);
});

test('a store without anything makes a report that says so', async () => {
  folders += 1;
  await using store: FlowStore = await openFlowStore(
    { kind: 'sqlite', folder: join(root, String(folders)) },
    { settings: settingsOf(networkSettings), clock: () => START * 1000, isServer: false },
  );
  const report = await gatherReport(store, RANGE);
  assert.deepEqual([report.alerts, report.next], [[], []]);
  assert.equal(reportObservations(report)[0]?.title, 'Nobody captured anything in this time');
  assert.match(sentenceOf(report), /^Nobody watched, .+: nothing is known of this time\.$/);
  assert.match(await networkReport(store, RANGE, { atMs: 0, version: '1' }), /Nobody captured anything/);
});
