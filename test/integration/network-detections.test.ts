/** Each thing that can be wrong about flows, from packets through the verbs as people call them. What needs a real program is in test/services/. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { NoticeRecord } from '../../src/network/index.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import {
  BEACON,
  HOST,
  INTRUDER,
  LISTED,
  SENT_BYTES,
  SERVER,
  weekOfTrouble,
} from '../support/network/bytes/week-of-trouble.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-detections-'));
after(() => rmSync(folder, { recursive: true }));
const DAY_MS = 86_400_000;
/** Whole days in UTC, by which uploads are counted; the last of them is yesterday. */
const FROM_MS = (Math.floor(Date.now() / DAY_MS) - 6) * DAY_MS;

function verb(...words: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const launcher = join(import.meta.dirname, '../../src/entry/cli.ts');
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: folder },
    HOLDFAST_NETWORK_BLOCKLISTS: join(folder, 'bad.txt'),
    // A hundred times as much is told of by default, and would be a hundred times as many packets.
    HOLDFAST_NETWORK_UPLOAD_LEAST_BYTES: String(2 ** 20),
  };
  const command = [launcher, ...words, '--state', join(folder, 'state')];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: folder, env, maxBuffer: 2 ** 25 }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}

let alerts: readonly NoticeRecord[];

before(async () => {
  writeFileSync(join(folder, 'bad.txt'), `${LISTED}\n`);
  writeFileSync(join(folder, 'week.pcap'), pcap(weekOfTrouble(FROM_MS * 1000)));
  const { stderr } = await verb('network', 'read', '-r', 'week.pcap', '--keep');
  assert.match(stderr, /\d+ alerts: holdfast network alerts/);
  const told = await verb('network', 'alerts', '--since', '30d', '--json');
  ({ alerts } = JSON.parse(told.stdout) as { alerts: readonly NoticeRecord[] });
});

/** The alert of this kind between these ends. */
function alertOf(note: string, src?: string, dst?: string): NoticeRecord {
  const found = alerts.find(
    (each) => each.note === note && (src ?? each.src) === each.src && (dst ?? each.dst) === each.dst,
  );
  assert.ok(found, `${note} is not among ${[...new Set(alerts.map((each) => each.note))].join(', ')}`);
  return found;
}

test('all that is wrong in a capture of six days is told once each, with its numbers and its flows', () => {
  assert.deepEqual([...new Set(alerts.map(({ note }) => note))].toSorted(), [
    'ARP::Spoofing',
    'Flood::SYN_Flood',
    'Intel::Listed_Destination',
    'Inventory::New_External_Host',
    'Inventory::New_Service',
    'Login::Cleartext',
    'Login::Distributed_Guessing',
    'Login::Guessing',
    'Login::Spraying',
    'Login::Success_After_Guessing',
    'Protocol::Odd_Port',
    'SSL::Certificate_Expired',
    'SSL::Certificate_Self_Signed',
    'Scan::Address_Scan',
    'Scan::Random_Scan',
    'Scan::Slow_Scan',
    'Traffic::Beacon',
    'Traffic::Long_Connection',
    'Traffic::Upload',
  ]);
  assert.equal(new Set(alerts.map(({ key }) => key)).size, alerts.length);
  for (const { note, arithmetic, uids } of alerts) {
    const { count, threshold, explained } = arithmetic;
    assert.ok(count >= threshold && explained.length > 0, `${note}: ${JSON.stringify(arithmetic)}`);
    assert.ok(note === 'ARP::Spoofing' || uids.length > 0, `${note} names no flow`);
  }
});

test('a program that reports at intervals for half a day is a beacon, and each part of its score is explained', () => {
  const beacon = alertOf('Traffic::Beacon', HOST, BEACON);
  assert.ok(beacon.arithmetic.count >= 90, JSON.stringify(beacon.arithmetic));
  const [first, ...parts] = beacon.arithmetic.explained;
  assert.match(first ?? '', /^\d\d connections score \d+ of 100; 80 are a beacon$/);
  assert.match(parts.join('\n'), /^timing 100: .*\nsizes 100: .*\nendurance \d+: seen in \d+ hours.*\nevenness \d+: /);
});

test('a slow scan is counted over days, an upload against the days before, a long connection by its hours', () => {
  const scan = alertOf('Scan::Slow_Scan', '203.0.113.30');
  assert.equal(scan.arithmetic.count, 70);
  const upload = alertOf('Traffic::Upload', HOST, INTRUDER);
  assert.ok(upload.arithmetic.count >= SENT_BYTES && upload.arithmetic.count < SENT_BYTES * 1.1);
  assert.match(upload.arithmetic.explained[0] ?? '', /on the busiest of 5 days before it were 0 MiB/);
  const long = alertOf('Traffic::Long_Connection', HOST, '198.51.100.20');
  assert.ok(long.arithmetic.count >= 5 * 3600);
});

test('what is new, listed, over, hidden or half-open is told of the right place', () => {
  assert.equal(alertOf('Inventory::New_Service', '198.51.100.80', SERVER).p, 4444);
  alertOf('Inventory::New_External_Host', HOST);
  alertOf('Intel::Listed_Destination', HOST, LISTED);
  assert.match(
    alertOf('SSL::Certificate_Expired', HOST, '10.0.0.7').arithmetic.explained.join('\n'),
    /CN=old\.example/,
  );
  assert.deepEqual(
    [alertOf('Protocol::Odd_Port', HOST, SERVER).msg, alertOf('Protocol::Odd_Port', HOST, SERVER).severity],
    [`${SERVER} speaks ssh on port 443`, 'medium'],
  );
  assert.deepEqual([alertOf('Flood::SYN_Flood').dst, alertOf('Flood::SYN_Flood').arithmetic.count], ['10.0.0.6', 1100]);
  assert.equal(alertOf('ARP::Spoofing').src, '10.0.0.8');
});

test('guessing at one server, at many and by many is told apart, and all that one source did is one finding', async () => {
  assert.equal(alertOf('Login::Guessing', INTRUDER, SERVER).arithmetic.count, 23);
  assert.equal(alertOf('Login::Success_After_Guessing', INTRUDER, SERVER).severity, 'critical');
  assert.equal(alertOf('Login::Spraying', '203.0.113.40').arithmetic.count, 12);
  assert.equal(alertOf('Login::Distributed_Guessing', undefined, '10.0.3.1').arithmetic.count, 12);
  assert.doesNotMatch(JSON.stringify(alerts), /hunter2/);
  const { stdout } = await verb('findings', 'list', '--source', 'network', '--json');
  const { findings } = JSON.parse(stdout) as { findings: readonly { title: string; severity: string }[] };
  assert.ok(
    !findings.some(({ title }) => title === 'Something is wrong about flows'),
    'each kind has words of its own',
  );
  const own = findings.filter(({ title }) => title.startsWith(`${INTRUDER} `));
  assert.deepEqual(
    own.map(({ severity, title }) => [severity, title]),
    [['critical', `${INTRUDER} scanned, then guessed passwords, then got in, then was sent data`]],
  );
});
