import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversation } from '../../../test/support/network/bytes/conversation.ts';
import { flowsOf } from '../../../test/support/network/bytes/flows-of.ts';
import { udpFrame } from '../../../test/support/network/bytes/packets.ts';
import { Packet } from '../decoders/packet.ts';
import { packetsOf } from './flow-facts.ts';
import { FlowTable } from './flow-table.ts';
import { Word } from './layout.ts';

const LIMITS = {
  ...{ flows: 1000, tcpAttemptUs: 5e6, tcpCloseUs: 5e6, tcpInactivityUs: 3e8 },
  ...{ udpInactivityUs: 6e7, otherInactivityUs: 6e7, partialUs: 3.6e9 },
};
const ENDS = { from: '192.168.1.2', to: '192.0.2.1' };
const SECOND = 1_000_000;
const START = 1e15;

const udpAt = (seconds: number, source = 5000) => ({
  atUs: START + seconds * SECOND,
  frame: udpFrame(ENDS, source, 53, [1]),
});

test('datagrams that are further apart than the timeout are two flows', async () => {
  assert.deepEqual(
    (await flowsOf([udpAt(0), udpAt(60)])).records.map((each) => each.orig_pkts),
    [2],
  );
  assert.deepEqual(
    (await flowsOf([udpAt(0), udpAt(61)])).records.map((each) => each.orig_pkts),
    [1, 1],
  );
});

test('an attempt ends five seconds after it began, however often it was made again', async () => {
  const attempts = [0, 1, 3, 7].flatMap((seconds) => conversation('>S', { atUs: START + seconds * SECOND }));
  const { records } = await flowsOf(attempts);
  assert.deepEqual(
    records.map((each) => [each.conn_state, each.orig_pkts]),
    [
      ['S0', 3],
      ['S0', 1],
    ],
  );
});

test('a connection between the same ports after the end of one is another', async () => {
  const ended = '>S <SA >A >5 >F <F >A';
  const { records } = await flowsOf(
    [ended, ended].flatMap((words, at) => conversation(words, { atUs: START + at * SECOND })),
  );
  assert.deepEqual(
    records.map((each) => [each.conn_state, each.orig_bytes]),
    [
      ['SF', 5],
      ['SF', 5],
    ],
  );
  assert.notEqual(records[0]?.uid, records[1]?.uid);
});

test('late packets of a connection belong to it for five seconds', async () => {
  const last = (seconds: number) => conversation('>A', { atUs: START + seconds * SECOND });
  const ended = conversation('>S <SA >A >F <F', { atUs: START });
  assert.equal((await flowsOf([...ended, ...last(4)])).records.length, 1);
  assert.deepEqual(
    (await flowsOf([...ended, ...last(6)])).records.map((each) => each.conn_state),
    ['SF', 'OTH'],
  );
});

test('a record is written when the time of others passes its end, and not only at the end of the capture', async () => {
  const { records } = await flowsOf([udpAt(0, 1), ...Array.from({ length: 100 }, (_, at) => udpAt(at * 2, 2))]);
  assert.deepEqual(
    records.map((each) => each['id.orig_p']),
    [1, 2],
  );
});

test('a long flow is written with what it has so far, and at last with all of it', async () => {
  const packets = Array.from({ length: 10 }, (_, at) => udpAt(at * 30));
  const { records, summary } = await flowsOf(packets, { settings: { networkPartialMs: 100_000 } });
  assert.deepEqual(
    records.map((each) => [each.partial, each.orig_pkts]),
    [
      [true, 5],
      [true, 8],
      [false, 10],
    ],
  );
  assert.deepEqual([new Set(records.map((each) => each.uid)).size, summary.flows], [1, 1]);
});

test('a table that is full writes the flow that would end first, and says so', async () => {
  const packets = Array.from({ length: 3000 }, (_, at) => udpAt(at / 1000, 1000 + at));
  const { records, summary } = await flowsOf(packets, { settings: { networkFlows: 1000 } });
  assert.deepEqual([records.length, summary.evicted], [3000, 2000]);
  // Half a second at least lies between a flow and one that was written before it.
  const order = records.slice(0, summary.evicted).map((each) => each['id.orig_p']);
  assert.ok(order.every((port, at) => order.slice(at + 600).every((later) => later > port)));
  assert.equal(
    records.reduce((sum, each) => sum + each.orig_pkts, 0),
    3000,
  );
});

test('who is alive keeps a place in a table that is full', async () => {
  const packets = Array.from({ length: 5000 }, (_, at) => [udpAt(at / 100, 2000 + at), udpAt(at / 100, 1)]).flat();
  const { records } = await flowsOf(packets, { settings: { networkFlows: 1000 } });
  assert.equal(records.find((each) => each['id.orig_p'] === 1)?.orig_pkts, 5000);
});

test('flows end by time again after a clock that was far ahead was set back', async () => {
  const packets = [udpAt(1e7, 1), ...Array.from({ length: 200 }, (_, at) => udpAt(at * 10, 2000 + at))];
  const { records, summary } = await flowsOf(packets, { settings: { networkFlows: 1000 } });
  assert.deepEqual([records.length, summary.evicted], [201, 0]);
  // Written as their time came, in order, and not only when the capture ended.
  const early = records.slice(0, 150).map((each) => each['id.orig_p']);
  assert.deepEqual(
    early,
    Array.from({ length: 150 }, (_, at) => 2000 + at),
  );
});

test('packets that come out of order stay in one flow with all of its time', async () => {
  const { records } = await flowsOf([udpAt(5), udpAt(3), udpAt(4)]);
  assert.deepEqual([records.length, records[0]?.ts, records[0]?.duration], [1, START / SECOND + 3, 2]);
});

test('a thousand flows are found again while others come and go', async () => {
  const rounds = Array.from({ length: 20 }, (_, round) =>
    Array.from({ length: 1000 }, (_, at) =>
      udpAt(round * 7, at % 10 === round % 10 ? 20_000 + round * 1000 + at : 3000 + at),
    ),
  ).flat();
  const { records, summary } = await flowsOf(rounds);
  assert.equal(
    records.reduce((sum, each) => sum + each.orig_pkts, 0),
    20_000,
  );
  assert.deepEqual([summary.evicted, summary.flows], [0, 1000 + 2000]);
});

test('more packets of a flow are counted than a word holds', () => {
  const ends: number[][] = [];
  const table = new FlowTable(LIMITS, { first: 1, second: 2 }, (index) =>
    ends.push([packetsOf(table.memory, index, 0), packetsOf(table.memory, index, 1)]),
  );
  const packet = new Packet();
  packet.timeUs = START;
  packet.protocol = 47;
  packet.source0 = 1;
  packet.target0 = 2;
  table.add(packet, 0);
  table.memory.words.fill(-1, Word.packets, Word.packets + 2);
  table.add(packet, 0);
  table.add(packet, 0);
  [packet.source0, packet.target0] = [2, 1];
  table.add(packet, 0);
  assert.equal(table.flush(1), false);
  assert.deepEqual(ends, [[2 ** 32 + 1, 2 ** 32]]);
});
