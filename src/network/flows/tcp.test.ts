import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversation, SERVER } from '../../../test/support/network/bytes/conversation.ts';
import { flowsOf } from '../../../test/support/network/bytes/flows-of.ts';

/** Every state of Zeek's table, by what was seen; then history and payload of both sides. */
const CONNECTIONS: readonly (readonly [packets: string, state: string, history: string, bytes: string])[] = [
  ['>S', 'S0', 'S', '0 0'],
  ['>S >!S >!S', 'S0', 'S', '0 0'],
  ['>S <SA', 'S1', 'Sh', '0 0'],
  ['>S <SA >A >5 <7', 'S1', 'ShADd', '5 7'],
  ['>S <SA >A >5 <A <7 >A <F >A >F <A', 'SF', 'ShADadfF', '5 7'],
  ['>S <SA >A >F <F >A', 'SF', 'ShAFf', '0 0'],
  ['>S <RA', 'REJ', 'Sr', '0 0'],
  ['>S <SA >A >5 >F <A <7', 'S2', 'ShADFad', '5 7'],
  ['>S <SA >A <7 <F >A >5', 'S3', 'ShAdfD', '5 7'],
  ['>S <SA >A >5 >R', 'RSTO', 'ShADR', '5 0'],
  ['>S <SA >A >5 <R', 'RSTR', 'ShADr', '5 0'],
  ['>S >R_', 'RSTOS0', 'SR', '0 0'],
  ['>S >F', 'SH', 'SF', '0 0'],
  ['<SA <R', 'RSTRH', '^hr', '0 0'],
  ['<SA <F', 'SHR', '^hf', '0 0'],
  ['<SA', 'OTH', '^h', '0 0'],
  ['>5 <A <7', 'OTH', 'Dad', '5 7'],
  // An orderly end in another order: FIN, RST, and then the FIN of the other side.
  ['>S <SA >A >F >R <F', 'SF', 'ShAFRf', '0 0'],
  // After both have closed, a RST changes nothing.
  ['>S <SA >A >F <F >R_', 'SF', 'ShAFfR', '0 0'],
  // Some acknowledge a SYN before they answer it.
  ['>S <A <SA >A', 'S1', 'SahA', '0 0'],
  ['>S <SA >A >SF', 'S2', 'ShAQ', '0 0'],
  ['>S <SA >A >FR', 'RSTO', 'ShAI', '0 0'],
];

for (const [packets, state, history, bytes] of CONNECTIONS) {
  test(`a connection of ${packets} is ${state} with the history ${history}`, async () => {
    const { records } = await flowsOf(conversation(packets));
    assert.equal(records.length, 1);
    const [record] = records;
    assert.deepEqual(
      [record?.conn_state, record?.history, `${record?.orig_bytes} ${record?.resp_bytes}`, record?.['id.resp_h']],
      [state, history, bytes, SERVER.address],
    );
  });
}

async function recordOf(packets: string) {
  const { records } = await flowsOf(conversation(packets));
  assert.equal(records.length, 1);
  return records[0]!;
}

test('payload that is sent again counts once, is a retransmission, and gets its letter at powers of ten', async () => {
  const again = Array<string>(10).fill('>!9').join(' ');
  const record = await recordOf(`>S <SA >A >9 ${again} <A`);
  assert.deepEqual([record.orig_bytes, record.orig_retransmits, record.resp_retransmits], [9, 10, 0]);
  assert.equal(record.history, 'ShADTTa');
  assert.equal(record.orig_pkts, 13);
});

test('payload that was acknowledged and never captured is missed, and is a gap in the history', async () => {
  const record = await recordOf('>S <SA >A ~>100 >20 <A <3 >A');
  assert.deepEqual([record.orig_bytes, record.missed_bytes, record.history], [120, 100, 'ShADaGd']);
});

test('payload behind the last captured byte that was acknowledged is missed as well', async () => {
  const record = await recordOf('>S <SA >A >20 ~>100 <A');
  assert.deepEqual([record.orig_bytes, record.missed_bytes], [120, 100]);
});

test('payload that comes late is neither missed nor a retransmission', async () => {
  const [syn, answer, ack, first, second, done] = conversation('>S <SA >A >100 >20 <A');
  const { records } = await flowsOf([syn!, answer!, ack!, second!, first!, done!]);
  assert.deepEqual(
    [records[0]?.orig_bytes, records[0]?.missed_bytes, records[0]?.orig_retransmits, records[0]?.history],
    [120, 0, 0, 'ShADa'],
  );
});

test('payload that comes late into several gaps, in whatever order, is neither missed nor a retransmission', async () => {
  const [syn, answer, ack, ...rest] = conversation('>S <SA >A >10 >20 >30 >40 >50 <A');
  const [one, two, three, four, five, done] = rest;
  for (const order of [
    [one, three, five, two, four],
    [one, three, five, four, two],
    [five, two, one, three, four],
    [five, three, four, two, one],
  ]) {
    const { records } = await flowsOf([syn!, answer!, ack!, ...order.map((packet) => packet!), done!]);
    assert.deepEqual(
      [records[0]?.orig_bytes, records[0]?.missed_bytes, records[0]?.orig_retransmits, records[0]?.history],
      [150, 0, 0, 'ShADa'],
    );
  }
});

test('of several gaps only what never came is missed', async () => {
  const [syn, answer, ack, one, , three, four, five, done] = conversation('>S <SA >A >10 >20 >30 >40 >50 <A');
  const { records } = await flowsOf([syn!, answer!, ack!, one!, three!, five!, four!, done!]);
  assert.deepEqual([records[0]?.orig_bytes, records[0]?.missed_bytes, records[0]?.orig_retransmits], [150, 20, 0]);
});

test('a gap of numbers that another SYN has ended is not missed among its own', async () => {
  const before = conversation('>S <SA >A ~>100 >20');
  const behind = conversation('>S <SA >A >5 <A', { start: 0x4000_0000 });
  const { records } = await flowsOf([...before, ...behind]);
  assert.deepEqual([records.length, records[0]?.orig_bytes, records[0]?.missed_bytes], [1, 5, 0]);
});

test('a window of zero gets its letter, but not after the other side has closed', async () => {
  assert.equal((await recordOf('>S <SA >A >5 <zA')).history, 'ShADaw');
  assert.equal((await recordOf('>S <SA >A >F <zA')).history, 'ShAFa');
});

test('sequence numbers that wrap around count on', async () => {
  const { records } = await flowsOf(conversation('>S <SA >A >50 <A >50 <A', { start: 0xffff_ffd0 }));
  assert.deepEqual([records[0]?.orig_bytes, records[0]?.missed_bytes, records[0]?.orig_retransmits], [100, 0, 0]);
});
