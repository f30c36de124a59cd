/** From a capture to alerts, findings and a report, by the verbs as people call them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { pcap } from '../support/network/bytes/capture.ts';
import { CLIENT } from '../support/network/bytes/conversation.ts';
import { tcpFrame } from '../support/network/bytes/packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-keep-'));
after(() => rmSync(folder, { recursive: true }));
const NOW_US = Date.now() * 1000;

/** A host of the private network tries ports, each of which is refused; one is open. */
const scan = Array.from({ length: 40 }, (_, index) => {
  const [there, back] = [
    { from: CLIENT.address, to: '192.168.1.20' },
    { from: '192.168.1.20', to: CLIENT.address },
  ];
  const [source, target] = [50_000 + index, 20 + index];
  const isOpen = target === 22;
  const atUs = NOW_US - 60_000_000 + index * 1000;
  const part = { window: 1000, payload: [] };
  return [
    { atUs, frame: tcpFrame(there, { ...part, source, target, sequence: 1, acknowledged: 0, flags: 'S' }) },
    {
      atUs: atUs + 1,
      frame: tcpFrame(back, {
        ...part,
        source: target,
        target: source,
        sequence: isOpen ? 1 : 0,
        acknowledged: 2,
        flags: isOpen ? 'SA' : 'RA',
      }),
    },
    ...(isOpen
      ? [
          {
            atUs: atUs + 2,
            frame: tcpFrame(there, { ...part, source, target, sequence: 2, acknowledged: 0, flags: 'R' }),
          },
        ]
      : []),
  ];
}).flat();
writeFileSync(join(folder, 'scan.pcap'), pcap(scan));

const verb = (...words: readonly string[]) => verbIn('state', ...words);
const verbIn = (state: string, ...words: readonly string[]) => verbWith({}, state, words);

function verbWith(
  more: Readonly<Record<string, string>>,
  state: string,
  words: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const launcher = join(import.meta.dirname, '../../src/entry/cli.ts');
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...more };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [launcher, ...words, '--state', join(folder, state)],
      { cwd: folder, env },
      (error, stdout, stderr) =>
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

test('who never watched is told that nothing is known, and never that all is well', async () => {
  for (const words of [['alerts'], ['flows'], ['flows', '--log', 'dns']]) {
    const { exitCode, stdout } = await verb('network', ...words);
    assert.equal(exitCode, 0);
    assert.match(stdout, /Nobody watched in this time, so nothing is known of it\.\nWatch first: sudo holdfast /);
  }
});

test(
  'where the log of a database cannot be looked for, the alerts of flows are shown all the same, and it is said',
  { skip: process.platform !== 'linux' && 'that log is looked for on Linux alone' },
  async () => {
    const nowhere = join(folder, 'not-there');
    const { exitCode, stdout, stderr } = await verbWith({ TMPDIR: nowhere }, 'state', ['network', 'alerts']);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /The log of a database could not be looked for: .*not-there/);
    assert.match(stdout, /Nobody watched in this time/);
  },
);

test('a capture that is kept becomes alerts, one finding of its source, and a report that says what is likely next', async () => {
  const kept = await verb('network', 'read', '-r', 'scan.pcap', '--keep');
  assert.equal(kept.exitCode, 0, kept.stderr);
  assert.match(kept.stderr, /1 alert: holdfast network alerts/);

  const alerts = await verb('network', 'alerts', '--json');
  assert.equal(alerts.exitCode, 1, alerts.stderr);
  const {
    alerts: [alert],
  } = JSON.parse(alerts.stdout) as { alerts: { note: string; src: string; arithmetic: { count: number } }[] };
  assert.deepEqual([alert?.note, alert?.src, alert?.arithmetic.count], ['Scan::Port_Scan', CLIENT.address, 39]);

  const findings = await verb('findings', 'list', '--source', 'network', '--json');
  assert.match(findings.stdout, new RegExp(`address/${CLIENT.address}`));

  const report = JSON.parse((await verb('network', 'report', '--json')).stdout) as {
    next: { port: number; what: string }[];
  };
  assert.deepEqual(
    report.next.map(({ port, what }) => [port, what]),
    [[22, 'guessing passwords over SSH']],
  );
  const page = await verb('network', 'report', '--format', 'html');
  assert.match(page.stdout, /What is likely next/);
  const people = await verb('network', 'alerts');
  assert.match(
    people.stdout,
    /39 distinct tcp ports of 192\.168\.1\.20 gave no connection within 900 s; 15 are a scan/,
  );
});

test('flow logs of a VPC are kept, found again and looked through like a capture, and once', async () => {
  const start = Math.floor(NOW_US / 1e6) - 600;
  const head =
    'interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status';
  const line = (port: number, more: string) =>
    `eni-7 203.0.113.9 10.0.0.5 50000 ${port} 6 1 40 ${start} ${start + 60} ${more} OK`;
  const scanned = Array.from({ length: 20 }, (_, index) => line(1000 + index, 'REJECT 2'));
  const lines = [head, ...scanned, line(443, 'ACCEPT 19'), 'eni-7 - - - - - - - 1 2 - - NODATA', ''];
  writeFileSync(join(folder, 'flows.log.gz'), gzipSync(lines.join('\n')));
  const keep = (...words: readonly string[]) =>
    verbIn('vpc', 'network', 'read', '--vpc', 'flows.log.gz', '--keep', ...words);
  const kept = await keep();
  assert.equal(kept.exitCode, 0, kept.stderr);
  assert.match(kept.stderr, /1 alert: holdfast network alerts/);
  assert.match(kept.stdout, /^Flows +21, one direction each$/m);
  const {
    flows: count,
    noData,
    known,
  } = JSON.parse((await keep('--flows-only', '--json')).stdout) as Record<string, number>;
  assert.deepEqual([count, noData, known], [21, 1, 21]);

  const { stdout: rejected } = await verbIn('vpc', 'network', 'flows', '--text', 'REJECT', '--format', 'jsonl');
  assert.equal(rejected.trimEnd().split('\n').length, 20);
  const listed = await verbIn('vpc', 'network', 'flows', '--port', '443', '--address', '203.0.113.9', '--json');
  const [open = {}] = (JSON.parse(listed.stdout) as { flows: Readonly<Record<string, unknown>>[] }).flows;
  assert.deepEqual([open['action'], open['tcp_flags'], open['interface_id']], ['ACCEPT', 19, 'eni-7']);
  assert.match(String(open['community_id']), /^1:/);
  for (const unknown of ['conn_state', 'resp_bytes', 'orig_bytes', 'history']) assert.ok(!(unknown in open), unknown);
  const { alerts } = JSON.parse((await verbIn('vpc', 'network', 'alerts', '--json')).stdout) as {
    alerts: { note: string; src: string; arithmetic: { count: number } }[];
  };
  assert.deepEqual(
    alerts.map(({ note, src, arithmetic }) => [note, src, arithmetic.count]),
    [['Scan::Port_Scan', '203.0.113.9', 20]],
  );
  const gone = await verbIn('vpc', 'network', 'read', '--vpc', 'none.log', '--keep');
  assert.deepEqual([gone.exitCode, /network_capture_unreadable/.test(gone.stderr)], [3, true]);
});

test('what is asked for wrongly is said, and does nothing', async () => {
  for (const words of [
    ['alerts', '--severity', 'bad'],
    ['alerts', '--since', 'x'],
    ['report', '--format', 'pdf'],
    ['read', '-r', 'scan.pcap', '--keep', '--out', 'x'],
    ['read', '-r', 'scan.pcap', '--flows-only'],
    ['capture', '-i', 'lo', '--mysql-log', 'error.log'],
    ['capture', '-i', 'lo', '--keep', '--mysql-port', '0'],
    ['read', '--vpc', 'flows.log.gz', '--flows-only'],
    ['read', '--vpc', 'flows.log.gz', '--keep', '--format', 'tsv'],
  ]) {
    const { exitCode, stderr } = await verb('network', ...words);
    assert.equal(exitCode, 2, `${words.join(' ')}: ${stderr}`);
  }
  // Before anything is captured, or somebody would rely on what nobody reads.
  const unread = await verb('network', 'capture', '-i', 'lo', '--keep', '--mysql-log', 'not-there.log');
  assert.equal(unread.exitCode, 3);
  assert.match(unread.stderr, /network_log_unreadable/);
});

test('flows that are kept are listed, narrowed, shown one by one, and written with the names of Zeek', async () => {
  const kept = await verb('network', 'read', '-r', 'scan.pcap', '--keep');
  assert.equal(kept.exitCode, 0, kept.stderr);
  const open = await verb('network', 'flows', '--port', '22', '--json');
  assert.equal(open.exitCode, 0, open.stderr);
  const { flows } = JSON.parse(open.stdout) as { flows: { uid: string; conn_state: string; 'id.resp_p': number }[] };
  assert.ok(flows.length > 0 && flows.every((flow) => flow['id.resp_p'] === 22 && flow.conn_state === 'RSTO'));

  const shown = await verb('network', 'flows', flows[0]?.uid ?? '');
  assert.match(shown.stdout, /conn_state +RSTO/);
  const unknown = await verb('network', 'flows', 'CnotThere');
  assert.equal(unknown.exitCode, 3);
  assert.match(unknown.stderr, /CnotThere/);

  const table = await verb('network', 'flows', '--limit', '2');
  assert.match(table.stdout, /There are more/);
  const refused = await verb('network', 'flows', '--conn-state', 'REJ', '--format', 'jsonl');
  const states = refused.stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { conn_state: string }).conn_state);
  assert.ok(states.length >= 39 && states.every((state) => state === 'REJ'));
  const [separator, ...lines] = (await verb('network', 'flows', '--format', 'tsv')).stdout.trimEnd().split('\n');
  assert.equal(separator, '#separator \\x09');
  const columns = lines.find((line) => line.startsWith('#fields'))?.split('\t').length;
  const records = lines.filter((line) => !line.startsWith('#'));
  assert.ok(records.length >= 40 && records.every((line) => line.split('\t').length === Number(columns) - 1));
  assert.match(lines.at(-1) ?? '', /^#close/);

  const wrong = await verb('network', 'flows', '--log', 'gopher');
  assert.equal(wrong.exitCode, 2);
});

test('flows that are kept where HOLDFAST_FLOWS says go after their time without any server, and those of today stay', async () => {
  const place = join(folder, 'elsewhere');
  const where = { HOLDFAST_FLOWS: pathToFileURL(place).href.replace('file:', 'sqlite:') };
  const files = (): readonly string[] => readdirSync(place).filter((name) => name.endsWith('.sqlite'));
  for (const how of [[], ['--flows-only']]) {
    const keep = () => verbWith(where, 'apart', ['network', 'read', '-r', 'scan.pcap', '--keep', ...how]);
    assert.equal((await keep()).exitCode, 0);
    const listed = await verbWith(where, 'apart', ['network', 'flows', '--json']);
    assert.equal((JSON.parse(listed.stdout) as { flows: unknown[] }).flows.length, 40);
    // More than one where a day ends meanwhile.
    for (const name of files()) {
      renameSync(join(place, name), join(place, name.replace(/\d{4}-\d{2}-\d{2}/, '2020-01-01')));
    }
    const later = await keep();
    assert.equal(later.exitCode, 0, later.stderr);
    assert.deepEqual(
      files().filter((name) => name.includes('2020-01-01')),
      [],
      'what is older than it may be went',
    );
    assert.notEqual(files().length, 0, 'and what came today stayed');
  }
  assert.ok(!existsSync(join(folder, 'apart/flows')), 'nothing lies where flows lie otherwise');
});

test('flows alone are the same flows, without a look at what is wrong about them', async () => {
  const kept = await verbIn('alone', 'network', 'read', '-r', 'scan.pcap', '--keep', '--flows-only');
  assert.equal(kept.exitCode, 0, kept.stderr);
  assert.doesNotMatch(kept.stderr, /alert/);
  const { flows } = JSON.parse((await verbIn('alone', 'network', 'flows', '--json')).stdout) as {
    flows: { conn_state: string }[];
  };
  assert.equal(flows.length, 40);
  const alerts = await verbIn('alone', 'network', 'alerts', '--json');
  assert.deepEqual((JSON.parse(alerts.stdout) as { alerts: unknown[] }).alerts, []);
});

test('a large capture, which a second thread stores, gives the same flows, and once', async () => {
  // Frames of no protocol that anybody knows, as large as one may be, make it large.
  const frame = Buffer.alloc(16 + 262_144);
  for (const [at, value] of [1_700_000_000, 0, 262_144, 262_144].entries()) frame.writeUInt32LE(value, at * 4);
  frame.writeUInt16BE(0x88b5, 16 + 12);
  writeFileSync(join(folder, 'large.pcap'), Buffer.concat([pcap(scan), ...Array.from({ length: 260 }, () => frame)]));
  const read = ['network', 'read', '-r', 'large.pcap', '--keep', '--flows-only'];
  const first = await verbIn('large', ...read);
  assert.equal(first.exitCode, 0, first.stderr);
  const again = await verbIn('large', ...read);
  assert.match(again.stderr, /40 flows of it had been kept before/);
  const { flows } = JSON.parse((await verbIn('large', 'network', 'flows', '--json')).stdout) as { flows: unknown[] };
  assert.equal(flows.length, 40);
});
