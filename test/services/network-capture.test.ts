/** Live capture by the real tcpdump and dumpcap, on a wire of its own: what is sent is there, and whatever is killed is noticed. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { settingsOf } from '../../src/base/settings.ts';
import { type ConnRecord, openCapture } from '../../src/network/index.ts';
import { analyse } from '../../src/network/analysing/analyse.ts';
import { connRecords } from '../../src/network/analysing/analysed-batch.ts';
import { Frame } from '../../src/network/capture/frame.ts';
import { openFilteredCapture } from '../../src/network/live-capture/filter-input.ts';
import { startCapture } from '../../src/network/live-capture/start-capture.ts';
import { networkSettings } from '../../src/network/settings.ts';
import { pcap } from '../support/network/bytes/capture.ts';
import { conversation } from '../support/network/bytes/conversation.ts';
import { flowsOfCapture } from '../support/network/bytes/flows-of.ts';
import { isRunning, openWire } from '../support/network/labs/live-wire.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = [
    ...['/usr/bin/dumpcap', '/usr/bin/tcpdump', '/usr/bin/tcpreplay', '/usr/bin/unshare', '/usr/bin/nsenter'],
    '/usr/sbin/ip',
  ];
  const absent = programs.filter((path) => !existsSync(path));
  return absent.length === 0 ? false : `needs ${absent.join(', ')}: npm run services:install -- tshark tcpreplay`;
}

const folder = mkdtempSync(join(tmpdir(), 'network-capture-'));
after(() => rmSync(folder, { recursive: true }));

const UDP = ['-i', 'wire0', '--filter', 'udp port 7777'];
const timeout = 180_000;

/** A datagram of ours with its headers, in the ring. */
const RECORD_BYTES = 16 + 14 + 20 + 8 + 5;

/** The ring has every packet as soon as we do. */
async function arrived(ring: string, packets: number): Promise<void> {
  await written(ring, 24 + packets * RECORD_BYTES);
}

async function written(ring: string, bytes: number): Promise<void> {
  const size = (): number =>
    readdirSync(join(folder, ring)).reduce((sum, name) => sum + statSync(join(folder, ring, name)).size, 0);
  while (size() < bytes) await wait(20);
}

function recordsIn(name: string): readonly ConnRecord[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as ConnRecord);
}

test(
  'all that was sent is there as flows and in the ring, by a program that is not root',
  { skip, timeout },
  async () => {
    await using wire = await openWire();
    const capture = await wire.capture([...UDP, '--out', 'all.jsonl', '--ring', 'ring'], folder);
    const tool = capture.tool();
    assert.ok(tool && tool.uid !== 0, JSON.stringify(tool));
    wire.send(300, 20_000);
    await arrived('ring', 300);
    capture.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await capture.ended;
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^Flows +300$/m);
    assert.doesNotMatch(stdout, /dropped/);
    const ports = recordsIn('all.jsonl').map((record) => record['id.orig_p']);
    assert.deepEqual(
      ports.toSorted((a, b) => a - b),
      Array.from({ length: 300 }, (_, index) => 20_000 + index),
    );
    const [kept = '', ...others] = readdirSync(join(folder, 'ring'));
    assert.equal(others.length, 0);
    assert.equal(statSync(join(folder, 'ring', kept)).mode & 0o077, 0);
    assert.equal((await flowsOfCapture(readFileSync(join(folder, 'ring', kept)))).records.length, 300);
    assert.ok(!isRunning(tool.pid));
  },
);

test('what tcpreplay sends over the wire makes the flows that the capture itself does', { skip, timeout }, async () => {
  const sent = pcap([
    ...conversation('>S <SA >A >5 <7 >!5 >F <F >A'),
    ...conversation('>S <RA', { client: 50_000 }),
    ...conversation('>S', { client: 50_001 }),
    ...conversation('<SA >A >900 <R', { client: 50_002 }),
  ]);
  writeFileSync(join(folder, 'sent.pcap'), sent);
  await using wire = await openWire();
  const ofWire = ['-i', 'wire0', '--filter', 'tcp', '--out', 'replayed.jsonl', '--ring', 'replayed'];
  const capture = await wire.capture(ofWire, folder);
  const replaying = wire.begin('tcpreplay', '-q', '-i', 'wire1', '--topspeed', join(folder, 'sent.pcap'));
  let said = '';
  replaying.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [exitCode] = (await once(replaying, 'close')) as [number];
  assert.equal(exitCode, 0, said);
  await written('replayed', sent.length);
  capture.child.kill('SIGINT');
  assert.equal((await capture.ended).exitCode, 0);
  // All but the times of the wire, and what is of each run alone.
  const seen = (records: readonly ConnRecord[]) =>
    records
      .map(({ ts: _ts, uid: _uid, duration: _duration, ...record }) => record)
      .toSorted((a, b) => a['id.orig_p'] - b['id.orig_p']);
  const { records } = await flowsOfCapture(sent);
  assert.equal(records.length, 4);
  assert.deepEqual(seen(recordsIn('replayed.jsonl')), seen(records));
});

for (const [what, name, act] of [
  ['the program that captures is killed', 'killed', (pid: number) => process.kill(pid, 'SIGKILL')],
  ['the interface goes away', 'gone', (_: number, wire: Awaited<ReturnType<typeof openWire>>) => wire.unplug()],
] as const) {
  test(`when ${what}, what came until then is written and it is told`, { skip, timeout }, async () => {
    await using wire = await openWire();
    const capture = await wire.capture([...UDP, '--out', `${name}.jsonl`, '--ring', name], folder);
    const tool = capture.tool();
    assert.ok(tool);
    wire.send(20, 30_000);
    await arrived(name, 20);
    act(tool.pid, wire);
    const { exitCode, stdout, stderr } = await capture.ended;
    assert.equal(exitCode, 3);
    assert.match(stderr, /network_capture_ended/);
    assert.match(stdout, /^Flows +20$/m);
    assert.equal(recordsIn(`${name}.jsonl`).length, 20);
  });
}

test('when we are killed, the program that captures ends at the next packet', { skip, timeout }, async () => {
  await using wire = await openWire();
  const capture = await wire.capture(UDP, folder);
  const tool = capture.tool();
  assert.ok(tool);
  capture.child.kill('SIGKILL');
  await capture.ended;
  for (let port = 40_000; isRunning(tool.pid); port += 1) {
    wire.send(1, port);
    await wait(200);
  }
});

test(
  'a filter that is none and an interface that is none are told in words, and nothing is captured',
  { skip, timeout },
  async () => {
    await using wire = await openWire();
    for (const [words, code, said] of [
      [['-i', 'wire0', '--filter', 'tcp and and'], 'network_filter_invalid', /syntax error/],
      [['-i', 'wire0', '--filter', '-w /tmp/never'], 'network_filter_invalid', /syntax error/],
      [['-i', 'wire9'], 'network_interface_missing', /no such interface: there are .*wire0.*--list-interfaces/s],
    ] as const) {
      const { ended } = await wire.capture([...words, '--out', 'never.jsonl'], folder);
      const { exitCode, stderr } = await ended;
      assert.equal(exitCode, 3);
      assert.match(stderr, new RegExp(code));
      assert.match(stderr, said);
      assert.ok(!existsSync(join(folder, 'never.jsonl')));
    }
  },
);

/** Of this process, by its name. */
function childOf(name: string): string {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name) ?? 'none';
}

test(
  'dumpcap does the same where there is no tcpdump, without the rights of root, and tells of a filter that is none',
  { skip, timeout },
  async () => {
    const tool = { name: 'dumpcap', path: '/usr/bin/dumpcap' } as const;
    const choice = { interface: 'lo', filter: 'udp port 31777', snapBytes: 1000, bufferKib: 4096 };
    await assert.rejects(startCapture({ ...choice, filter: 'udp port' }, { tool }), { code: 'network_filter_invalid' });
    await using live = await startCapture(choice, { tool });
    const status = readFileSync(`/proc/${childOf('dumpcap')}/status`, 'utf8');
    assert.doesNotMatch(status, /^[UG]id:.*\t0\b/m);
    // CAP_NET_ADMIN and CAP_NET_RAW, capabilities(7).
    for (const set of ['CapPrm', 'CapEff']) assert.match(status, new RegExp(`^${set}:\t0*(?:3000)?$`, 'm'));
    const got: ConnRecord[] = [];
    let packets = 0;
    const analysing = openCapture(live.read, 'lo').then((capture) =>
      analyse(capture, {
        ...{ settings: settingsOf(networkSettings, { networkFlows: 1000 }), seed: [1, 2, 3, 4, 5] },
        ...{ sensor: 'local', clock: Date.now, signal: new AbortController().signal, live },
        onProgress: (now) => void ({ packets } = now),
        async sink(batch) {
          got.push(...connRecords(batch));
        },
      }),
    );
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    for (let index = 0; index < 10; index += 1) socket.send('hello', 31_777, '127.0.0.1');
    while (packets < 10) await wait(20);
    socket.close();
    live.stop();
    await analysing;
    assert.deepEqual([packets, got.length, got[0]?.orig_pkts, live.failure()], [10, 1, 10, null]);
  },
);

test('a capture that ends before anybody has read of it is there whole', { skip, timeout }, async () => {
  const choice = { interface: 'lo', filter: 'udp port 31778', snapBytes: 1000, bufferKib: 4096 };
  await using live = await startCapture(choice, { tool: { name: 'tcpdump', path: '/usr/bin/tcpdump' } });
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  for (let index = 0; index < 10; index += 1) socket.send('hello', 31_778, '127.0.0.1');
  // The system hands packets to tcpdump once a second; nobody reads here.
  await wait(4000);
  socket.close();
  const program = `/proc/${childOf('tcpdump')}`;
  live.stop();
  while (existsSync(program)) await wait(20);
  await wait(100);
  const capture = await openCapture(live.read, 'lo');
  const frame = new Frame();
  do while (capture.next(frame));
  while (await capture.fill());
  assert.deepEqual([capture.packets, live.failure()], [10, null]);
});

test(
  'a filter leaves the other packets of a file or a pipe out, and one that is none is told in words',
  { skip, timeout },
  async () => {
    const capture = pcap([...conversation('>S <RA'), ...conversation('>S <SA >A', { client: 50_000 })]);
    const file = join(folder, 'two.pcap');
    writeFileSync(file, capture, { mode: 0o600 });
    async function* pipe(): AsyncGenerator<Uint8Array> {
      yield capture;
    }
    const frame = new Frame();
    for (const source of [file, pipe()]) {
      await using input = await openFilteredCapture(source, 'two.pcap', 'tcp port 50000');
      const opened = await openCapture(input.read, input.name);
      do while (opened.next(frame));
      while (await opened.fill());
      assert.deepEqual([opened.packets, opened.problem], [3, null]);
    }
    // A program that is through before anybody reads has been heard all the same.
    await using late = await openFilteredCapture(file, 'two.pcap', 'tcp');
    await wait(500);
    const early = await openCapture(late.read, late.name);
    do while (early.next(frame));
    while (await early.fill());
    assert.deepEqual([early.packets, early.problem], [5, null]);
    // One that ends in the middle of a packet says so behind a filter too, and what came before counts.
    const cut = join(folder, 'cut.pcap');
    writeFileSync(cut, capture.subarray(0, -10), { mode: 0o600 });
    await using cutInput = await openFilteredCapture(cut, 'cut.pcap', 'tcp');
    const opened = await openCapture(cutInput.read, cutInput.name);
    do while (opened.next(frame));
    while (await opened.fill());
    assert.deepEqual([opened.packets, opened.problem?.code], [4, 'network_capture_damaged']);
    assert.match(opened.problem?.detail ?? '', /truncated/);

    for (const source of [file, pipe()]) {
      await using input = await openFilteredCapture(source, 'two.pcap', 'tcp and and');
      await assert.rejects(openCapture(input.read, input.name), {
        code: 'network_filter_invalid',
        message: /syntax error/,
      });
    }
    await assert.rejects(openFilteredCapture(join(folder, 'none.pcap'), 'none.pcap', 'tcp'), {
      code: 'network_capture_unreadable',
    });
  },
);
