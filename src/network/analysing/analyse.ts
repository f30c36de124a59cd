import type { Capture } from '../capture/capture.ts';
import { Frame } from '../capture/frame.ts';
import { Decoder } from '../decoders/decode.ts';
import { Outcome } from '../decoders/packet.ts';
import { FlowTable, Reason } from '../flows/flow-table.ts';
import { decoderLimits, flowLimits, type RunSeed } from '../reading/limits.ts';
import { Counting, type Summary } from '../reading/summary.ts';
import type { NetworkSettings } from '../settings.ts';
import { CoverageCounter } from './coverage.ts';
import { Delivery, type Sink } from './delivery.ts';
import { PatientFill } from './patient-fill.ts';

export interface Analysis {
  readonly settings: NetworkSettings;
  /** Five random words: places in the table, and ids of flows, hang on them. */
  readonly seed: RunSeed;
  /** Where it is seen: `local`, or the id of a host. */
  readonly sensor: string;
  readonly sink: Sink;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The packets come as they are sent: flows end by the clock as well, and batches go after a time. */
  readonly live?: {
    /** Packets that were thrown away before they could be read, from the beginning. */
    readonly dropped: () => number;
  };
  /** Of the capture, read so far. */
  readonly onPosition?: (bytes: number) => void;
  /** At each tick of a live one, and with each batch. */
  readonly onProgress?: (progress: AnalysisProgress) => void;
}

export interface AnalysisProgress {
  readonly packets: number;
  readonly bytes: number;
  readonly flows: number;
  /** Flows that are not over. */
  readonly open: number;
  readonly dropped: number;
}

/** So many flows make a batch, and a few may end with the packet that fills it. */
const BATCH_FLOWS = 10_000;
const MOST_BEYOND = 1024;
const TICK_MS = 500;
/** What is read has waited before: a flow is not ended by the clock while packets of its time may still come. */
const LATE_US = 4_000_000;
/** Where there is nothing to tell, it is told so often that there was nothing. */
const SILENCE_MS = 60_000;

/**
 * From packets to what is kept of them. Resolves when the capture has ended and all flows are where they belong; how it
 * ended stands in `capture.problem`. Memory is that of the flows that are open at once, and of two batches. Throws what the sink
 * threw, and what `signal` was aborted with.
 */
export async function analyse(capture: Capture, analysis: Analysis): Promise<Summary> {
  const { settings, seed, signal, clock, live, onPosition, onProgress } = analysis;
  const [first, second, ...ids] = seed;
  const places = { first, second };
  const counting = new Counting(places);
  const delivery = new Delivery(BATCH_FLOWS + MOST_BEYOND, ids, analysis);
  const table = new FlowTable(flowLimits(settings), places, (index, reason) => {
    counting.flow(table.memory, index, reason);
    delivery.filling.add(table.memory, index, reason === Reason.partial, null);
  });
  const decoder = new Decoder(decoderLimits(settings));
  const coverage = new CoverageCounter(decoder);
  const frame = new Frame();
  const { packet } = decoder;

  /** All packets that are in memory. True when it broke off since there is enough to hand on. */
  const takePackets = (): boolean => {
    while (capture.next(frame)) {
      counting.wireBytes += frame.length;
      if (frame.timeUs < coverage.firstUs) coverage.firstUs = frame.timeUs;
      if (frame.timeUs > coverage.lastUs) coverage.lastUs = frame.timeUs;
      decoder.decode(capture.bytes, frame);
      let serial = 0;
      do {
        if (packet.outcome === Outcome.flow) serial = table.add(packet, frame.timeUs, serial);
      } while (decoder.decodeInner());
      if (delivery.filling.count >= BATCH_FLOWS) return true;
    }
    return false;
  };

  let sentMs = clock();
  const send = async (): Promise<void> => {
    sentMs = clock();
    counting.seen(coverage.firstUs, coverage.lastUs);
    await delivery.send(coverage.take(capture.packets, live?.dropped() ?? 0, sentMs));
  };
  const tell = (): void =>
    onProgress?.({
      ...{ packets: capture.packets, bytes: counting.wireBytes, flows: counting.flows, open: table.open },
      dropped: live?.dropped() ?? 0,
    });
  const isDue = (): boolean => {
    const passedMs = clock() - sentMs;
    // A clock that was set back is no reason to wait for it.
    return passedMs < 0 || passedMs >= (delivery.filling.count > 0 ? settings.networkBatchMs : SILENCE_MS);
  };

  using filling = new PatientFill(capture, live ? TICK_MS : 0);
  let toldMs = 0;
  for (let more: boolean | null = true; more !== false; more = await filling.next()) {
    signal.throwIfAborted();
    onPosition?.(capture.position);
    while (takePackets()) await send();
    if (!live) continue;
    const nowMs = clock();
    if (Math.abs(nowMs - toldMs) >= TICK_MS) {
      toldMs = nowMs;
      while (table.passTime(nowMs * 1000 - LATE_US)) if (delivery.filling.count >= BATCH_FLOWS) await send();
      tell();
    }
    if (isDue()) await send();
  }
  decoder.reassembly.end();
  while (table.flush(MOST_BEYOND)) if (delivery.filling.count >= BATCH_FLOWS) await send();
  await send();
  await delivery.end();
  tell();
  return counting.summary(capture.packets, decoder);
}
