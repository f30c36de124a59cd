import type { Capture } from '../capture/capture.ts';
import { Frame } from '../capture/frame.ts';
import { Decoder } from '../decoders/decode.ts';
import { Outcome } from '../decoders/packet.ts';
import type { HashSeed } from '../flows/flow-hash.ts';
import { FlowTable, Reason } from '../flows/flow-table.ts';
import { ConnWriter, type RecordFormat } from '../records/conn-writer.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { NetworkSettings } from '../settings.ts';
import { Counting, type Summary } from './summary.ts';

export interface Reading {
  readonly settings: NetworkSettings;
  /** `null`: nobody wants the records, only what is counted. */
  readonly format: RecordFormat | null;
  /** Five random words: places in the table, and ids of flows, hang on them. */
  readonly seed: readonly [number, number, number, number, number];
  /** Milliseconds since 1970, for Zeek's head and foot. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Of the capture, read so far. */
  readonly onPosition?: (bytes: number) => void;
}

/** Records are handed on in pieces of about this size. */
const PIECE_BYTES = 2 ** 20 - 4096;
const FLUSH_FLOWS = 2048;

/**
 * Records of all flows of a capture, in pieces that are valid until the next is asked for, and at last what was counted. How
 * the capture ended stands in `capture.problem`. Memory is that of the flows that are open at once.
 */
export async function* readFlows(capture: Capture, reading: Reading): AsyncGenerator<Uint8Array, Summary> {
  const { settings, format, signal } = reading;
  const [first, second, ...ids] = reading.seed;
  const places: HashSeed = { first, second };
  const counting = new Counting(places);
  const table = new FlowTable(limitsOf(settings), places, (index, reason) => {
    counting.flow(table.memory, index, reason);
    writer?.record(index, reason === Reason.partial);
  });
  const writer = format && new ConnWriter(table.memory, format, ids satisfies IdSeed);
  const decoder = new Decoder({
    most: settings.networkFragments,
    withinUs: settings.networkFragmentMs * 1000,
    tunnels: settings.networkTunnelDepth,
  });
  const frame = new Frame();
  writer?.head(reading.clock());
  do {
    signal.throwIfAborted();
    reading.onPosition?.(capture.position);
    while (takePackets(capture, frame, decoder, table, counting, writer)) if (writer) yield writer.bytes.take();
  } while (await capture.fill());
  decoder.reassembly.end();
  while (table.flush(FLUSH_FLOWS)) if (writer && writer.bytes.at > PIECE_BYTES) yield writer.bytes.take();
  writer?.foot(reading.clock());
  if (writer) yield writer.bytes.take();
  return counting.summary(capture.packets, decoder);
}

/** All packets that are in memory. True when it broke off since there is enough to hand on. */
function takePackets(
  capture: Capture,
  frame: Frame,
  decoder: Decoder,
  table: FlowTable,
  counting: Counting,
  writer: ConnWriter | null,
): boolean {
  const { packet } = decoder;
  while (capture.next(frame)) {
    counting.wireBytes += frame.length;
    if (frame.timeUs < counting.firstUs) counting.firstUs = frame.timeUs;
    if (frame.timeUs > counting.lastUs) counting.lastUs = frame.timeUs;
    decoder.decode(capture.bytes, frame);
    let serial = 0;
    do {
      if (packet.outcome === Outcome.flow) serial = table.add(packet, frame.timeUs, serial);
    } while (decoder.decodeInner());
    if (writer !== null && writer.bytes.at > PIECE_BYTES) return true;
  }
  return false;
}

function limitsOf(settings: NetworkSettings) {
  return {
    flows: settings.networkFlows,
    tcpAttemptUs: settings.networkTcpAttemptMs * 1000,
    tcpCloseUs: settings.networkTcpCloseMs * 1000,
    tcpInactivityUs: settings.networkTcpInactivityMs * 1000,
    udpInactivityUs: settings.networkUdpInactivityMs * 1000,
    otherInactivityUs: settings.networkOtherInactivityMs * 1000,
    partialUs: settings.networkPartialMs * 1000,
  };
}
