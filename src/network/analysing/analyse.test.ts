import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../base/settings.ts';
import { pcap } from '../../../test/support/network/capture-bytes.ts';
import { conversation } from '../../../test/support/network/conversation.ts';
import { flowsOfCapture } from '../../../test/support/network/flows-of.ts';
import { openCapture } from '../capture/capture.ts';
import { openCaptureStream } from '../capture/capture-input.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import { networkSettings } from '../settings.ts';
import { connRecords, type Coverage } from './analysed-batch.ts';
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
  assert.ok(batches.every((batch) => batch.records.length <= 11_024));
  assert.ok(batches.length > 2);
  assert.equal(new Set(batches.map(({ id }) => id)).size, batches.length);
  assert.equal(
    batches.map(({ coverage }) => coverage.packets).reduce((sum, each) => sum + each),
    50_000,
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
