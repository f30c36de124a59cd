/** Real packets, captured by tcpdump in a network of its own: tshark and the analyser have to count the same. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ConnRecord } from '../../src/network/index.ts';
import { flowsOfCapture } from '../support/network/bytes/flows-of.ts';
import { APART } from '../support/network/labs/apart.ts';

const skip = missing();
if (skip && process.env['HOLDFAST_SERVICES'] === 'required') throw new Error(skip);

function missing(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['/usr/bin/tshark', '/usr/bin/tcpdump', '/usr/bin/ping', '/usr/bin/unshare', '/usr/sbin/ip'];
  const absent = programs.filter((path) => !existsSync(path));
  return absent.length === 0 ? false : `needs ${absent.join(', ')}: npm run services:install -- tshark`;
}

const folder = mkdtempSync(join(tmpdir(), 'network-tshark-'));
after(() => rmSync(folder, { recursive: true }));

/** What tshark says of each packet that has an IP header and no other packet inside. */
interface Seen {
  readonly communityId: string;
  readonly atUs: number;
  readonly ipBytes: number;
}

let records: readonly ConnRecord[];
let seen: readonly Seen[];
let capture: string;

before(
  async () => {
    if (skip) return;
    const lab = join(import.meta.dirname, '../support/network/labs/wire-lab.ts');
    capture = join(folder, 'lab.pcap');
    execFileSync('unshare', [...APART, process.execPath, lab, capture], { stdio: ['ignore', 'inherit', 'inherit'] });
    const read = await flowsOfCapture(readFileSync(capture));
    assert.equal(read.problem, null);
    records = read.records;
    seen = seenIn(capture);
  },
  { timeout: 180_000 },
);

function seenIn(file: string): readonly Seen[] {
  return tsharkFields(file, ['communityid', 'frame.time_epoch', 'ip.len', 'ipv6.plen'])
    .filter(([communityId]) => communityId !== '')
    .map(([communityId = '', time = '', ipv4 = '', ipv6 = '']) => ({
      communityId,
      atUs: Math.round(Number(time) * 1e6),
      ipBytes: ipv4 === '' ? 40 + Number(ipv6) : Number(ipv4),
    }));
}

function tshark(...words: string[]): string {
  return tsharkOn(capture, ...words);
}

function tsharkOn(file: string, ...words: string[]): string {
  return execFileSync('tshark', ['-n', '-r', file, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 64 * 2 ** 20,
  });
}

function tsharkFields(file: string, names: readonly string[]): string[][] {
  // Of a first fragment it makes an id without ports.
  const words = [
    '-Y',
    'not ip.flags.mf == 1',
    '--enable-protocol',
    'communityid',
    '-T',
    'fields',
    ...names.flatMap((name) => ['-e', name]),
  ];
  return tsharkOn(file, ...words)
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

/** Whose datagrams come in fragments, which have no ids of their own in tshark. */
const FRAGMENTED = 8004;

test('packets, bytes and times of every flow are those that tshark sees', { skip }, () => {
  assert.ok(records.length >= 6, `only ${records.length} flows`);
  const whole = records.filter((each) => each['id.resp_p'] !== FRAGMENTED);
  const [fragmented] = records.filter((each) => each['id.resp_p'] === FRAGMENTED);
  const ids = new Set(seen.map(({ communityId }) => communityId));
  assert.ok(fragmented && ids.delete(fragmented.community_id));
  assert.deepEqual(new Set(whole.map((each) => each.community_id)), ids);
  for (const id of ids) {
    const packets = seen.filter(({ communityId }) => communityId === id);
    const flows = records.filter((each) => each.community_id === id);
    const sum = (of: (flow: ConnRecord) => number): number => flows.reduce((total, flow) => total + of(flow), 0);
    const times = packets.map(({ atUs }) => atUs);
    const name = `${flows[0]?.proto} ${flows[0]?.['id.orig_h']} ${flows[0]?.['id.orig_p']}`;
    assert.deepEqual(
      {
        packets: sum((flow) => flow.orig_pkts + flow.resp_pkts),
        bytes: sum((flow) => flow.orig_ip_bytes + flow.resp_ip_bytes),
        firstUs: Math.min(...flows.map((flow) => Math.round(flow.ts * 1e6))),
        lastUs: Math.max(...flows.map((flow) => Math.round((flow.ts + flow.duration) * 1e6))),
      },
      {
        packets: packets.length,
        bytes: packets.reduce((total, { ipBytes }) => total + ipBytes, 0),
        firstUs: Math.min(...times),
        lastUs: Math.max(...times),
      },
      name,
    );
  }
});

/** What stands before IP on other links, by the type that Ethernet gives it. */
const LINKS: readonly (readonly [what: string, linkType: number, head: (type: number) => readonly number[]])[] = [
  ['raw IP', 101, () => []],
  ['BSD loopback', 0, (type) => [type === IPV6 ? 30 : 2, 0, 0, 0]],
  ['Linux SLL', 113, (type) => [0, 0, 0, 1, 0, 6, ...Array<number>(8).fill(0), type >> 8, type & 255]],
  ['Linux SLL2', 276, (type) => [type >> 8, type & 255, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, ...Array<number>(8).fill(0)]],
];
const [IPV4, IPV6, ETHERNET_BYTES] = [0x0800, 0x86dd, 14];

/** The packets of the lab on another link: tcpdump wrote them in microseconds, least byte first. */
function onLink(file: Buffer, linkType: number, head: (type: number) => readonly number[]): Buffer {
  const fileHead = Buffer.from(file.subarray(0, 24));
  fileHead.writeUInt32LE(linkType, 20);
  const pieces: Uint8Array[] = [fileHead];
  for (let at = 24; at < file.length;) {
    const [captured, length] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
    const frame = file.subarray(at + 16, at + 16 + captured);
    const type = frame.readUInt16BE(12);
    if (type === IPV4 || type === IPV6) {
      const before = Buffer.from(head(type));
      const record = Buffer.from(file.subarray(at, at + 16));
      record.writeUInt32LE(captured - ETHERNET_BYTES + before.length, 8);
      record.writeUInt32LE(length - ETHERNET_BYTES + before.length, 12);
      pieces.push(record, before, frame.subarray(ETHERNET_BYTES));
    }
    at += 16 + captured;
  }
  return Buffer.concat(pieces);
}

for (const [what, linkType, head] of LINKS) {
  test(`on ${what} tshark and we see the same packets and bytes of each flow`, { skip }, async () => {
    const bytes = onLink(readFileSync(capture), linkType, head);
    const file = join(folder, `${linkType}.pcap`);
    writeFileSync(file, bytes);
    const { records: ours, problem } = await flowsOfCapture(bytes);
    assert.equal(problem, null);
    const counted = new Map<string, [packets: number, bytes: number]>();
    for (const { communityId, ipBytes } of seenIn(file)) {
      const [packets, sum] = counted.get(communityId) ?? [0, 0];
      counted.set(communityId, [packets + 1, sum + ipBytes]);
    }
    assert.ok(counted.size >= 6);
    const fragmented = ours.find((each) => each['id.resp_p'] === FRAGMENTED);
    for (const [id, [packets, sum]] of counted) {
      if (id === fragmented?.community_id) continue;
      const flows = ours.filter((each) => each.community_id === id);
      assert.deepEqual(
        [
          flows.reduce((all, each) => all + each.orig_pkts + each.resp_pkts, 0),
          flows.reduce((all, each) => all + each.orig_ip_bytes + each.resp_ip_bytes, 0),
        ],
        [packets, sum],
        id,
      );
    }
    assert.equal(new Set(ours.map((each) => each.community_id)).size, counted.size);
  });
}

test('fragments count to the flow whose first they follow', { skip }, () => {
  const lengths = tshark('-Y', 'ip.proto == 17 and ip.id and not udp.dstport == 8005', '-T', 'fields', '-e', 'ip.len')
    .trimEnd()
    .split('\n')
    .map(Number);
  const flow = records.find((each) => each['id.resp_p'] === FRAGMENTED);
  assert.deepEqual(
    [flow?.orig_pkts, flow?.resp_pkts, (flow?.orig_ip_bytes ?? 0) + (flow?.resp_ip_bytes ?? 0)],
    [2, lengths.length - 2, lengths.reduce((sum, length) => sum + length, 0)],
  );
});

test('conversations of TCP are those that tshark lists, with the frames of each side', { skip }, () => {
  const lines = tshark('-q', '-z', 'conv,tcp')
    .split('\n')
    .filter((line) => line.includes('<->'));
  const listed = lines.map((line) => {
    const [a = '', , b = '', ...figures] = line.trim().split(/\s+/);
    // Frames and bytes with their unit, of the answers first.
    return `${a} ${b} ${figures[3]} ${figures[0]}`;
  });
  const ours = records
    .filter(({ proto }) => proto === 'tcp')
    .map((each) => `${end(each, 'orig')} ${end(each, 'resp')} ${each.orig_pkts} ${each.resp_pkts}`);
  assert.deepEqual(ours.toSorted(), listed.toSorted());
});

function end(record: ConnRecord, side: 'orig' | 'resp'): string {
  return `${record[`id.${side}_h`]}:${record[`id.${side}_p`]}`;
}

test('what the lab did to its connections stands in their records', { skip }, () => {
  const to = (port: number): ConnRecord[] => records.filter((each) => each['id.resp_p'] === port);
  const [whole] = to(8001);
  assert.deepEqual([whole?.conn_state, whole?.resp_bytes, whole?.missed_bytes], ['SF', 1_000_000, 0]);
  assert.equal(whole?.orig_bytes, 5);
  assert.equal(to(8002)[0]?.conn_state, 'RSTR');
  assert.equal(to(8003)[0]?.conn_state, 'REJ');
  assert.deepEqual(
    to(8004).map((each) => [each.proto, each.conn_state, each.orig_bytes, each.resp_bytes]),
    [['udp', 'SF', 2000, 3]],
  );
  const pings = records.filter((each) => each.proto === 'icmp' && [8, 128].includes(each['id.orig_p']));
  assert.deepEqual(
    pings
      .toSorted((a, b) => a['id.resp_p'] - b['id.resp_p'])
      .map((each) => [each['id.resp_p'], each.orig_pkts, each.resp_pkts]),
    [
      [0, 2, 2],
      [129, 2, 2],
    ],
  );
});
