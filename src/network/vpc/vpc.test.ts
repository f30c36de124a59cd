import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { vpcSurvives } from '../../../test/support/network/hostile/files.ts';
import { hasCode } from '../../base/errors.ts';
import { flowLogIn } from './flow-log-in.ts';
import { loggedFlowOf } from './logged-flow-of.ts';
import { LOG_LINE, textLines } from './text-lines.ts';
import { KEPT_FIELDS, VpcReader } from './vpc-lines.ts';
import { vpcHead, vpcRecord, vpcText } from './vpc-record.ts';

const V2 = '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
const V5_HEAD =
  'version vpc-id subnet-id instance-id interface-id type srcaddr dstaddr srcport dstport pkt-srcaddr protocol bytes packets start end action tcp-flags flow-direction traffic-path log-status';
const V5 =
  '5 vpc-1 subnet-1 i-1 eni-2 IPv6 2001:db8::1 2001:db8::2 40000 443 2001:db8::1 6 5000 10 1600000000 1600000060 REJECT 2 ingress - OK';

function read(...lines: readonly string[]) {
  const counts = { lines: 0, noData: 0, skipData: 0, malformed: 0 };
  const reader = new VpcReader('flows.log', counts);
  return { flows: lines.flatMap((line) => reader.read(line) ?? []), counts };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(bytes: Uint8Array, size = 7): Promise<string[]> {
  return await Array.fromAsync(textLines(pieces(bytes, size), 'flows.log', LOG_LINE));
}

test('logs that chance damaged are read to their end: scripts/fuzz-network.ts goes on for as long as you like', async () => {
  let flows = 0;
  for (let seed = 1; seed <= 200; seed += 1) flows += await vpcSurvives(seed);
  assert.ok(flows > 200, `only ${flows} flows were read`);
});

test('without a line of names the fields are those of version 2, in their order', () => {
  const { flows } = read(V2);
  assert.deepEqual(flows, [
    {
      ...{ interfaceId: 'eni-1', source: '172.31.16.139', target: '172.31.16.21', sourcePort: 20_641, targetPort: 22 },
      ...{ protocol: 6, packets: 20, bytes: 4249, start: 1_418_530_010, end: 1_418_530_070 },
      ...{ action: 'ACCEPT', tcpFlags: null },
    },
  ]);
});

test('with one they are where it says, in any order and of any version', () => {
  const [flow] = read(V5_HEAD, V5).flows;
  assert.deepEqual(
    [flow?.source, flow?.targetPort, flow?.packets, flow?.tcpFlags, flow?.action],
    ['2001:db8::1', 443, 10, 2, 'REJECT'],
  );
});

test('windows without traffic, windows that lost something, and lines that are none are counted apart', () => {
  const nothing = (status: string): string => `2 1 eni-1 - - - - - - - 1431280876 1431280934 - ${status}`;
  const wrong = [V2.replace('20641', '99999'), V2.replace('172.31.16.21', 'x'), `${V2} more`, 'a b'];
  const { flows, counts } = read(nothing('NODATA'), nothing('SKIPDATA'), '', V2, ...wrong);
  assert.equal(flows.length, 1);
  assert.deepEqual(counts, { lines: 7, noData: 1, skipData: 1, malformed: 4 });
});

test('a log without the fields that make a flow is refused by name', () => {
  assert.throws(
    () => read('version interface-id packets'),
    (error) => hasCode(error, 'network_vpc_unknown') && /srcaddr, dstaddr, protocol, start/.test(error.message),
  );
});

test('a record says what is known, and leaves out or marks what is not', () => {
  const [flow] = read(V2).flows;
  const record = vpcRecord(flow!, [1, 2, 3], 1);
  const json = JSON.parse(vpcText(record, 'jsonl')) as Record<string, unknown>;
  assert.deepEqual([json['id.orig_h'], json['orig_ip_bytes'], json['duration']], ['172.31.16.139', 4249, 60]);
  for (const unknown of ['conn_state', 'resp_pkts', 'tcp_flags', 'history']) assert.ok(!(unknown in json), unknown);
  const fields = /#fields\t(.*)/.exec(vpcHead('tsv'))?.[1]?.split('\t') ?? [];
  const cells = vpcText(record, 'tsv').trimEnd().split('\t');
  assert.equal(cells.length, fields.length);
  assert.equal(cells[fields.indexOf('conn_state')], '-');
});

test('what is kept of a line is what it says, with a Community ID where its ports make one', () => {
  const of = (line: string) => {
    const [read_] = read(line).flows;
    return read_ && loggedFlowOf(read_, [1, 2, 3], 1);
  };
  const flow = of(V2);
  // As tshark has it of the same ends, whichever direction.
  const back = of(V2.replace('172.31.16.139 172.31.16.21 20641 22', '172.31.16.21 172.31.16.139 22 20641'));
  assert.ok(flow?.community_id);
  assert.equal(back?.community_id, flow.community_id);
  assert.deepEqual(
    [flow.ts, flow.duration, flow.orig_pkts, flow.orig_ip_bytes, flow.action, flow.local_orig, flow.interface_id],
    [1_418_530_010, 60, 20, 4249, 'ACCEPT', true, 'eni-1'],
  );
  for (const unknown of ['conn_state', 'orig_bytes', 'resp_pkts', 'history', 'tcp_flags'])
    assert.ok(!(unknown in flow), unknown);
  assert.equal(of(V2.replace('20641 22 6', '0 0 1'))?.community_id, undefined, 'types of ICMP are not in the log');
  assert.equal(of(V2.replace('20641', '-')), null, 'TCP without a port');
  assert.equal(of(V2.replace('20641 22 6', '- - 47'))?.['id.orig_p'], 0, 'GRE has none');
  assert.equal(of(V2.replace(' 4249 ', ' - ')), null);
});

test('what is to be kept has to name all that a flow has', () => {
  const counts = { lines: 0, noData: 0, skipData: 0, malformed: 0 };
  const head = 'srcaddr dstaddr protocol start action';
  assert.deepEqual(new VpcReader('flows.log', counts).read(head), null);
  assert.throws(
    () => new VpcReader('flows.log', counts, KEPT_FIELDS).read(head),
    (error) => hasCode(error, 'network_vpc_unknown') && /srcport, dstport, packets, bytes, end/.test(error.message),
  );
});

test('addresses that are none, or of two kinds, and times that no flow has are counted as no flow', () => {
  const wrong = [
    V2.replace('172.31.16.139', '999.31.16.139'),
    V2.replace('172.31.16.139', '2001:db8::1'),
    V2.replace('1418530010', '9999999999999'),
  ];
  assert.equal(read(...wrong).counts.malformed, 3);
});

test('a flow log is known by how it begins, packed or not, and all of it is there', async () => {
  const text = Buffer.from(`${V5_HEAD}\n${V5}\n`);
  for (const bytes of [text, gzipSync(text)]) {
    const { isFlowLog, pieces: all } = await flowLogIn(pieces(bytes, 3));
    assert.ok(isFlowLog);
    assert.deepEqual(await Array.fromAsync(textLines(all, 'flows.log', LOG_LINE)), [V5_HEAD, V5]);
  }
  const other = [
    Buffer.from('GIF89a'),
    Buffer.from([0xd4, 0xc3, 0xb2, 0xa1]),
    gzipSync('GIF89a'),
    Buffer.from([0x1f, 0x8b, 0]),
  ];
  for (const bytes of other) {
    const { isFlowLog, pieces: all } = await flowLogIn(pieces(bytes, 50));
    assert.ok(!isFlowLog);
    assert.deepEqual(Buffer.concat(await Array.fromAsync(all)).subarray(0, 3), Buffer.from(bytes.subarray(0, 3)));
  }
  assert.equal((await flowLogIn(pieces(new Uint8Array(0), 1))).isFlowLog, false);
});

test('text is read in any pieces, packed or not, and one that is cut short is told', async () => {
  const text = Buffer.from(`${V5_HEAD}\r\n${V5}\n${V2}`);
  assert.deepEqual(await linesOf(text), [V5_HEAD, V5, V2]);
  const packed = gzipSync(text);
  assert.deepEqual(await linesOf(packed, 50), [V5_HEAD, V5, V2]);
  await assert.rejects(linesOf(packed.subarray(0, -9), 50), (error) => hasCode(error, 'network_capture_unreadable'));
  assert.deepEqual(await linesOf(new Uint8Array(0)), []);
});

test('a line without an end does not fill the memory', async () => {
  const endless = Buffer.alloc(200_000, 'x');
  await assert.rejects(linesOf(endless, 50_000), (error) => hasCode(error, 'network_vpc_unknown'));
});
