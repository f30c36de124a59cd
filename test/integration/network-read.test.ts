/** The verb as people call it: files, pipes, formats, and captures that end badly. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ConnRecord, LoginRecord } from '../../src/network/index.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import { conversation } from '../support/network/bytes/conversation.ts';
import { talk } from '../support/network/bytes/talk.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-read-'));
after(() => rmSync(folder, { recursive: true }));
const CAPTURE = pcap([...conversation('>S <SA >A >5 <7 >F <F >A'), ...conversation('>S <RA', { client: 50_000 })]);
writeFileSync(join(folder, 'whole.pcap'), CAPTURE);
writeFileSync(join(folder, 'cut.pcap'), CAPTURE.subarray(0, -3));
const LOGIN = talk([
  ['<', '220 FTP\r\n'],
  ['>', 'USER ann\r\nPASS hunter2\r\n'],
  ['<', '331 ?\r\n530 No\r\n'],
]);
writeFileSync(join(folder, 'login.pcap'), pcap(LOGIN));

function start(words: readonly string[]) {
  const launcher = join(import.meta.dirname, '../../src/entry/cli.ts');
  const child = spawn(process.execPath, [launcher, 'network', 'read', ...words], { cwd: folder });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const ended = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }));
  return { child, ended };
}

async function read(words: readonly string[], stdin: Uint8Array = new Uint8Array(0)) {
  const { child, ended } = start(words);
  child.stdin.end(stdin);
  return await ended;
}

test('a summary says what a capture holds, to people and to programs', async () => {
  const people = await read(['-r', 'whole.pcap']);
  assert.equal(people.exitCode, 0);
  assert.match(people.stdout, /^Packets +10$/m);
  assert.match(people.stdout, /^ +80\/tcp +2 +10 /m);
  const programs = await read(['-r', 'whole.pcap', '--json']);
  const { packets, flows, talkers } = JSON.parse(programs.stdout) as {
    packets: number;
    flows: number;
    talkers: object[];
  };
  assert.deepEqual([packets, flows, talkers.length], [10, 2, 2]);
});

test('records from a pipe are those from a file, as lines and as JSON', async () => {
  const jsonl = await read(['-r', '-', '--format', 'jsonl'], CAPTURE);
  const records = jsonl.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ConnRecord);
  assert.deepEqual(records.map(({ conn_state: state }) => state).toSorted(), ['REJ', 'SF']);
  assert.match(jsonl.stderr, /^Flows +2$/m);
  const tsv = await read(['-r', 'whole.pcap', '--out', 'conn.log']);
  assert.equal(tsv.exitCode, 0);
  assert.equal(statSync(join(folder, 'conn.log')).mode & 0o777, 0o600);
  const lines = readFileSync(join(folder, 'conn.log'), 'utf8').trimEnd().split('\n');
  const cells = (start: string): string[] => lines.find((line) => line.startsWith(start))?.split('\t') ?? [];
  const [, ...fields] = cells('#fields');
  assert.equal(cells('#types').length, fields.length + 1);
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => Object.fromEntries(line.split('\t').map((cell, at) => [fields[at], cell])));
  for (const record of records) {
    const row = rows.find((each) => each['community_id'] === record.community_id) ?? {};
    // The same text for every value, but for what JSON writes in its own way or leaves out.
    for (const [name, value] of Object.entries(record)) {
      if (name === 'uid' || typeof value === 'boolean') continue;
      assert.equal(typeof value === 'number' ? Number(row[name]) : row[name], value, name);
    }
    assert.deepEqual([row['local_orig'], row['partial'], row['tunnel_parents']], ['T', 'F', '(empty)']);
  }
});

test('a capture that is cut ends with 3 and its place, after all that came before', async () => {
  const cut = await read(['-r', 'cut.pcap', '--format', 'jsonl']);
  assert.deepEqual([cut.exitCode, cut.stdout.trimEnd().split('\n').length], [3, 2]);
  assert.match(cut.stderr, /ends in the middle of a packet: at byte \d+, after 9 packets/);
});

test('Ctrl-C ends what is read from a pipe that nobody ends, with all that came until then', async () => {
  const { child, ended } = start(['-r', '-', '--out', 'pipe.log', '--json']);
  // More than a pipe holds: when all of it was taken, it is being read.
  const packets = Array.from({ length: 2000 }, () => conversation('>S <SA >A >5 <7 >F <F >A')).flat();
  await new Promise<void>((resolve) => child.stdin.write(pcap(packets), () => resolve()));
  child.kill('SIGINT');
  const { exitCode, stdout } = await ended;
  assert.deepEqual([exitCode, (JSON.parse(stdout) as { packets: number }).packets], [0, packets.length]);
  assert.match(readFileSync(join(folder, 'pipe.log'), 'utf8'), /^#close/m);
});

test('wrong use is refused before anything has happened', async () => {
  for (const words of [[], ['-r', 'whole.pcap', '--format', 'xml']]) assert.equal((await read(words)).exitCode, 2);
  const again = await read(['-r', 'whole.pcap', '--out', 'whole.pcap']);
  assert.match(again.stderr, /output_file_exists/);
  assert.deepEqual(readFileSync(join(folder, 'whole.pcap')), Buffer.from(CAPTURE));
  const absent = await read(['-r', 'absent.pcap']);
  assert.deepEqual([absent.exitCode, /network_capture_unreadable/.test(absent.stderr)], [3, true]);
});

test('with --logs each log is a file of a new folder for its owner alone, and conn.log names the service', async () => {
  const ran = await read(['-r', 'login.pcap', '--logs', 'logs']);
  assert.deepEqual([ran.exitCode, ran.stderr], [0, '']);
  assert.match(ran.stdout, /^Flows +1$/m);
  assert.deepEqual(readdirSync(join(folder, 'logs')).toSorted(), ['conn.log', 'ftp.log']);
  assert.equal(statSync(join(folder, 'logs')).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'logs/ftp.log')).mode & 0o777, 0o600);
  const rowOf = (log: string): Record<string, string> => {
    const lines = readFileSync(join(folder, 'logs', log), 'utf8').split('\n');
    const names =
      lines
        .find((line) => line.startsWith('#fields'))
        ?.split('\t')
        .slice(1) ?? [];
    const cells = lines.find((line) => !line.startsWith('#'))?.split('\t') ?? [];
    assert.match(lines.at(-2) ?? '', /^#close\t/);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  };
  const [conn, ftp] = [rowOf('conn.log'), rowOf('ftp.log')];
  assert.equal(conn['service'], 'ftp');
  assert.equal(ftp['uid'], conn['uid']);
  assert.deepEqual(
    ['user', 'success', 'cleartext', 'code', 'database'].map((name) => ftp[name]),
    ['ann', 'F', 'T', '530', '-'],
  );
  const jsonl = await read(['-r', 'login.pcap', '--logs', 'jsonl', '--format', 'jsonl']);
  assert.equal(jsonl.exitCode, 0);
  const record = JSON.parse(readFileSync(join(folder, 'jsonl/ftp.jsonl'), 'utf8')) as LoginRecord;
  assert.deepEqual([record.user, record.success, record.cleartext], ['ann', false, true]);
  for (const file of ['logs/ftp.log', 'logs/conn.log', 'jsonl/ftp.jsonl']) {
    assert.ok(!readFileSync(join(folder, file)).includes('hunter2'), file);
  }
});

test('a folder for logs that is there already, or --logs beside --out, is refused before anything is written', async () => {
  const again = await read(['-r', 'login.pcap', '--logs', '.']);
  assert.equal(again.exitCode, 3);
  const both = await read(['-r', 'login.pcap', '--logs', 'both', '--out', 'both.log']);
  assert.equal(both.exitCode, 2);
  assert.ok(!existsSync(join(folder, 'both')) && !existsSync(join(folder, 'both.log')));
});
test('flow logs of a VPC become records, and what cannot be one is counted', async () => {
  const line = '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 REJECT OK';
  const log = `${line}\n2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\nnonsense\n`;
  writeFileSync(join(folder, 'flows.log.gz'), gzipSync(log));
  const both = await read(['--vpc', 'flows.log.gz', '--vpc', '-', '--out', 'vpc.jsonl', '--json'], Buffer.from(line));
  assert.equal(both.exitCode, 0, both.stderr);
  const summary = JSON.parse(both.stdout) as Record<string, number>;
  const { lines, flows, noData, malformed, rejected } = summary;
  assert.deepEqual(
    { lines, flows, noData, malformed, rejected },
    { lines: 4, flows: 2, noData: 1, malformed: 1, rejected: 2 },
  );
  const records = readFileSync(join(folder, 'vpc.jsonl'), 'utf8').trimEnd().split('\n');
  assert.equal((JSON.parse(records[0] ?? '') as { ts: number }).ts, 1_418_530_010);
  assert.equal(records.length, 2);
  for (const words of [['--vpc', 'none.log'], ['--vpc', 'flows.log.gz', '-r', 'whole.pcap'], []]) {
    assert.notEqual((await read(words)).exitCode, 0, words.join(' '));
  }
});
