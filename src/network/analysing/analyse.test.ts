import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { addressBytes, ethernet, tcpFrame, udpFrame } from '../../../test/support/network/bytes/packets.ts';
import { newId } from '../../base/ids.ts';
import { pcap } from '../../../test/support/network/bytes/capture.ts';
import { conversation } from '../../../test/support/network/bytes/conversation.ts';
import { flowsOfCapture } from '../../../test/support/network/bytes/flows-of.ts';
import { openCapture } from '../capture/capture.ts';
import { openCaptureStream } from '../capture/capture-input.ts';
import { Detections, KnownState } from '../detecting/index.ts';
import { detectingSettings } from '../detecting/settings.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import { networkSettings } from '../settings.ts';
import { FlowColumns } from '../records/flow-columns.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { Coverage, FlowBatch } from '../store/flow-batch.ts';
import { withContentId } from '../store/same-capture.ts';
import { batchTexts, connRecords, flowBatches } from './analysed-batch.ts';
import { analyse, type Analysis } from './analyse.ts';

const SEED = [1, 2, 3, 4, 5] as const;

/** Analyses what `pieces` give, and keeps what the sink got. */
async function analysed(pieces: AsyncIterable<Uint8Array>, options: Partial<Analysis> = {}) {
  await using input = openCaptureStream(pieces, 'test.pcap');
  const batches: { readonly records: readonly ConnRecord[]; readonly coverage: Coverage; readonly id: string }[] = [];
  const summary = await analyse(await openCapture(input.read, input.name), {
    ...{ settings: settingsOf(networkSettings, { networkFlows: 20_000, networkBatchMs: 100 }), seed: SEED },
    ...{ sensor: 'local', clock: Date.now, signal: new AbortController().signal },
    async sink(batch) {
      batches.push({ records: connRecords(batch), coverage: batch.coverage, id: batch.id });
    },
    ...options,
  });
  return { batches, summary, records: batches.flatMap(({ records }) => records) };
}

async function* pieces(...given: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* given;
}

function manyConversations(number: number): Uint8Array {
  return pcap(Array.from({ length: number }, (_, index) => conversation('>S <RA', { client: 1024 + index })).flat());
}

test('flows as objects are the same as those that are written', async () => {
  const capture = pcap([...conversation('>S <SA >A >5 <7 >F <F >A'), ...conversation('>S <RA', { client: 50_000 })]);
  const { records, summary } = await analysed(pieces(capture));
  const written = await flowsOfCapture(capture);
  assert.deepEqual(records, written.records);
  assert.deepEqual(summary, written.summary);
});

test('no flow is lost or doubled where there are more than one batch holds, and coverage adds up', async () => {
  const { batches, records } = await analysed(pieces(manyConversations(25_000)), {
    settings: settingsOf(networkSettings, { networkFlows: 30_000 }),
  });
  assert.equal(records.length, 25_000);
  assert.equal(new Set(records.map(({ uid }) => uid)).size, 25_000);
  assert.ok(batches.every((batch) => batch.records.length <= 8512));
  const alone = await analysed(pieces(manyConversations(35_000)), {
    settings: settingsOf(networkSettings, { networkFlows: 40_000 }),
    protocols: false,
  });
  assert.equal(new Set(alone.records.map(({ uid }) => uid)).size, 35_000);
  assert.equal(alone.batches.length, 2);
  assert.ok(batches.length > 2);
  assert.equal(new Set(batches.map(({ id }) => id)).size, batches.length);
  assert.equal(
    batches.map(({ coverage }) => coverage.packets).reduce((sum, each) => sum + each),
    50_000,
  );
});

test('a capture that is read again gives the same batches, also those of flows that were open at its end', async () => {
  const capture = manyConversations(17_000);
  const read = async (nowMs: number) => {
    const batches: { readonly id: string; readonly coverage: Coverage }[] = [];
    await analysed(pieces(capture), {
      clock: () => nowMs,
      async sink(batch) {
        batches.push({ id: withContentId(batch).id, coverage: batch.coverage });
      },
    });
    return batches;
  };
  const first = await read(Date.parse('2026-11-01T00:00:00Z'));
  assert.ok(first.length > 2);
  assert.deepEqual(await read(Date.parse('2026-11-02T00:00:00Z')), first);
});

test('what was said in a flow goes with it, and a scan is told from flows and from ARP who has which address', async () => {
  const ends = { from: '192.0.2.7', to: '10.0.0.5' };
  const question = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 2, 100, 101, 0, 0, 1, 0, 1];
  const arp = [0, 1, 8, 0, 6, 4, 0, 2, 2, 0, 0, 0, 0, 255, ...addressBytes('10.0.0.1'), ...Array<number>(10).fill(0)];
  const ports = Array.from({ length: 40 }, (_, at) =>
    tcpFrame(ends, { source: 40_000 + at, target: 1000 + at, flags: 'S' }),
  );
  const frames = [udpFrame(ends, 40_000, 53, question), ethernet(0x0806, arp), ...ports];
  const detections = new Detections(settingsOf(detectingSettings, {}), new KnownState());
  const heard: string[][] = [];
  const got: FlowBatch[] = [];
  await analysed(pieces(pcap(frames.map((frame, atUs) => ({ atUs, frame })))), {
    detections: {
      conn: (record) => detections.conn(record),
      protocol: (record) => detections.protocol(record),
      arp: (ip, mac) => heard.push([ip, mac]),
      take: (isEnd) => detections.take(isEnd),
    },
    async sink(batch) {
      got.push(...flowBatches(batch));
    },
  });
  const conn = got.flatMap((batch) => batch.conn);
  const [dns, ...more] = got.flatMap(({ logs }) => logs);
  const asking = conn.find(({ proto }) => proto === 'udp');
  assert.equal(conn.length, 41);
  assert.deepEqual([asking?.service, dns?.log, dns?.uid, more.length], ['dns', 'dns', asking?.uid, 0]);
  assert.deepEqual(heard, [['10.0.0.1', '02:00:00:00:00:ff']]);
  assert.deepEqual([...new Set(got.flatMap(({ notices }) => notices).map(({ note }) => note))], ['Scan::Port_Scan']);
});

test('the last batch waits for whoever hears that all flows are over, and has what comes of it', async () => {
  const heard: string[] = [];
  const told: string[] = [];
  await analysed(pieces(pcap(conversation('>S <SA >A >5'))), {
    detections: {
      conn: () => heard.push('flow'),
      ...{ protocol() {}, arp() {} },
      take(isEnd) {
        if (isEnd) heard.push('last');
        return [];
      },
    },
    async onFlowsOver() {
      heard.push('over');
    },
    async sink(batch) {
      told.push(...connRecords(batch).map(({ conn_state: state }) => state));
    },
  });
  assert.deepEqual([heard, told], [['flow', 'over', 'last'], ['S1']]);
});

test('a batch that is larger than one may be goes as several, and nothing of it twice', () => {
  const columns = new FlowColumns(1, [1, 2, 3]);
  const coverage = { from: 1, to: 2, packets: 3, dropped: 4, leftOut: { arp: 5 } };
  const logs = Array.from({ length: 25_000 }, (_, ts) => ({ log: 'dns', ts }) as unknown as ProtocolRecord);
  const batches = flowBatches({ id: newId(), sensor: 'local', columns, logs, notices: [], coverage });
  assert.deepEqual(
    batches.map((batch) => [batch.logs.length, batch.coverage.packets]),
    [
      [10_000, 3],
      [10_000, 0],
      [5000, 0],
    ],
  );
  assert.deepEqual(
    batches.flatMap((batch) => batch.logs),
    logs,
  );
  assert.equal(new Set(batches.map(({ id }) => id)).size, 3);
});

test('a batch that is larger than a server takes goes as several texts, each of which it takes', () => {
  const columns = new FlowColumns(1, [1, 2, 3]);
  const coverage = { from: 1, to: 2, packets: 3, dropped: 0, leftOut: {} };
  const logs = Array.from({ length: 2000 }, (_, ts) => ({ log: 'http', ts, uri: 'ü'.repeat(1000) }) as never);
  const texts = batchTexts({ id: newId(), sensor: 'local', columns, logs, notices: [], coverage }, 1_000_000);
  assert.ok(texts.length > 1 && texts.every((text) => Buffer.byteLength(text) <= 1_000_000));
  assert.deepEqual(
    texts.flatMap((text) => (JSON.parse(text) as { logs: { ts: number }[] }).logs.map(({ ts }) => ts)),
    Array.from({ length: 2000 }, (_, ts) => ts),
  );
});

test('a batch that cannot be kept ends the analysis with the reason', async () => {
  const sink = async () => {
    throw new Error('the disk is full');
  };
  await assert.rejects(analysed(pieces(manyConversations(100)), { sink }), /the disk is full/);
});

test('live, a flow ends by the clock and is handed on although no packet follows', async () => {
  const capture = pcap(conversation('>S'));
  const over = Promise.withResolvers<void>();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield capture;
    await over.promise;
  }
  const batches: { readonly states: readonly string[]; readonly dropped: number }[] = [];
  // The packet is of 1970: by this clock all is long over.
  await analysed(silent(), {
    live: { dropped: () => 3 },
    async sink(batch) {
      const states = connRecords(batch).map(({ conn_state: state }) => state);
      batches.push({ states, dropped: batch.coverage.dropped });
      over.resolve();
    },
  });
  assert.deepEqual(batches, [
    { states: ['S0'], dropped: 3 },
    { states: [], dropped: 0 },
  ]);
});
