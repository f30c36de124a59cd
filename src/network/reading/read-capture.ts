import type { Capture } from '../capture/capture.ts';
import { Decoder } from '../decoders/decode.ts';
import { Outcome } from '../decoders/packet.ts';
import type { HashSeed } from '../flows/flow-hash.ts';
import { FlowTable, Reason } from '../flows/flow-table.ts';
import { type FlowMemory, Word, WORDS } from '../flows/layout.ts';
import type { ProtocolAnalyzers } from '../protocols/index.ts';
import { ConnWriter, type RecordFormat } from '../records/conn-writer.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { LogWriter } from '../records/log-writer.ts';
import { ProtocolRecords } from '../records/protocol-record.ts';
import type { NetworkSettings } from '../settings.ts';
import { FramesAhead } from './frames-ahead.ts';
import { decoderLimits, flowLimits, type RunSeed } from './limits.ts';
import { Counting, type Summary } from './summary.ts';

export interface Reading {
  readonly settings: NetworkSettings;
  /** `null`: nobody wants the records, only what is counted. */
  readonly format: RecordFormat | null;
  /** Five random words: places in the table, and ids of flows, hang on them. */
  readonly seed: RunSeed;
  /** Milliseconds since 1970, for Zeek's head and foot. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Where records of protocols go; `null`: they are not read. */
  readonly logs: LogWriter | null;
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
  const table = new FlowTable(flowLimits(settings), places, (index, reason) => {
    counting.flow(table.memory, index, reason);
    writer?.record(index, reason === Reason.partial, protocols && serviceOf(protocols, table, index, reason));
  });
  const writer = format && new ConnWriter(table.memory, format, ids satisfies IdSeed);
  const protocols = reading.logs && (await protocolsInto(reading.logs, settings, table.memory, ids));
  const decoder = new Decoder(decoderLimits(settings));
  const frames = new FramesAhead(capture, table);
  writer?.head(reading.clock());
  do {
    signal.throwIfAborted();
    reading.onPosition?.(capture.position);
    while (takePackets(capture, frames, { decoder, table, counting, writer, protocols, logs: reading.logs })) {
      if (writer) yield writer.bytes.take();
    }
  } while (await capture.fill());
  decoder.reassembly.end();
  while (table.flush(FLUSH_FLOWS)) {
    if (writer && (writer.bytes.at > PIECE_BYTES || isFull(reading.logs))) yield writer.bytes.take();
  }
  writer?.foot(reading.clock());
  reading.logs?.foot();
  if (writer) yield writer.bytes.take();
  return counting.summary(capture.packets, decoder, protocols?.left ?? 0);
}

interface Parts {
  readonly decoder: Decoder;
  readonly table: FlowTable;
  readonly counting: Counting;
  readonly writer: ConnWriter | null;
  readonly protocols: ProtocolAnalyzers | null;
  readonly logs: LogWriter | null;
}

/** All packets that are in memory. True when it broke off since there is enough to hand on. */
function takePackets(capture: Capture, frames: FramesAhead, parts: Parts): boolean {
  const { decoder, table, counting, writer, protocols, logs } = parts;
  const { packet } = decoder;
  for (let frame = frames.next(); frame !== null; frame = frames.next()) {
    const { timeUs } = frame;
    counting.wireBytes += frame.length;
    if (timeUs < counting.firstUs) counting.firstUs = timeUs;
    if (timeUs > counting.lastUs) counting.lastUs = timeUs;
    decoder.decode(capture.bytes, frame);
    let serial = 0;
    do {
      if (packet.outcome !== Outcome.flow) continue;
      serial = table.add(packet, serial);
      const { payloadFrom, payloadTo } = packet;
      if (protocols === null || payloadTo <= payloadFrom) continue;
      protocols.packet(table.index, serial, table.side, decoder.bytes, payloadFrom, payloadTo, packet, timeUs);
    } while (decoder.decodeInner());
    if (writer !== null && (writer.bytes.at > PIECE_BYTES || isFull(logs))) return true;
  }
  return false;
}

function isFull(logs: LogWriter | null): boolean {
  return logs !== null && logs.waiting > PIECE_BYTES;
}

/** Loaded where they are asked for, so that whoever reads flows alone does not wait for them. */
async function protocolsInto(
  logs: LogWriter,
  settings: NetworkSettings,
  memory: FlowMemory,
  ids: IdSeed,
): Promise<ProtocolAnalyzers> {
  const { ProtocolAnalyzers, protocolLimits } = await import('../protocols/index.ts');
  const records = new ProtocolRecords(memory, ids);
  return new ProtocolAnalyzers(protocolLimits(settings), (draft, index) => logs.add(records.of(draft, index)), memory);
}

/** Of a flow that ends here, or goes on. */
function serviceOf(protocols: ProtocolAnalyzers, table: FlowTable, index: number, reason: number): string | null {
  if (reason === Reason.partial) return protocols.serviceOf(index);
  return protocols.ended(index, table.memory.words[index * WORDS + Word.serial]!).service;
}
