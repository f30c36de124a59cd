import type { Capture } from '../capture/capture.ts';
import { Decoder } from '../decoders/decode.ts';
import { Outcome, type Packet } from '../decoders/packet.ts';
import type { Detections } from '../detecting/index.ts';
import { FlowTable, Reason } from '../flows/flow-table.ts';
import { Word, WORDS } from '../flows/layout.ts';
import { ProtocolAnalyzers, protocolLimits } from '../protocols/index.ts';
import { FramesAhead } from '../reading/frames-ahead.ts';
import { decoderLimits, flowLimits, type RunSeed } from '../reading/limits.ts';
import { Counting, type Summary } from '../reading/summary.ts';
import { ipv4Text, macText } from '../records/addresses.ts';
import { connRecord } from '../records/conn-object.ts';
import type { Draft } from '../records/log-records.ts';
import { ProtocolRecords } from '../records/protocol-record.ts';
import type { ProcessOfFlow } from '../here/process-of-flow.ts';
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
  /** Whether what is said inside of flows is read as well; default true. */
  readonly protocols?: boolean;
  /** What looks for what is wrong; without it nobody does. */
  readonly detections?: Pick<Detections, 'conn' | 'protocol' | 'arp' | 'take'>;
  /** Who holds the sockets of this computer, where it is this computer that captures. */
  readonly processes?: Pick<ProcessOfFlow, 'look' | 'of'>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The packets come as they are sent: flows end by the clock as well, and batches go after a time. */
  readonly live?: {
    /** Packets that were thrown away before they could be read, from the beginning. */
    readonly dropped: () => number;
  };
  /** All flows are over. The last batch waits until it resolves, and has what detections heard meanwhile. */
  readonly onFlowsOver?: () => Promise<void>;
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

/** So many records make a batch, and some may come with the packet that fills it. */
const BATCH_RECORDS = 8000;
/** Where nobody waits for them, and flows are all there is: each batch is written to the disk for good before the one after the next begins. */
const LARGE_BATCH_FLOWS = 32_768;
const MOST_BEYOND = 512;
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
  const run = new Run(capture, analysis);
  using filling = new PatientFill(capture, analysis.live ? TICK_MS : 0);
  for (let more: boolean | null = true; more !== false; more = await filling.next()) {
    analysis.signal.throwIfAborted();
    analysis.onPosition?.(capture.position);
    while (run.takePackets()) await run.send();
    if (analysis.live) await run.passTime();
  }
  return await run.end();
}

class Run {
  readonly #capture: Capture;
  readonly #analysis: Analysis;
  readonly #counting: Counting;
  readonly #delivery: Delivery;
  readonly #table: FlowTable;
  readonly #protocols: ProtocolAnalyzers | null;
  readonly #decoder: Decoder;
  readonly #coverage: CoverageCounter;
  readonly #batchRecords: number;
  readonly #frames: FramesAhead;
  #sentMs: number;
  /** The last packet of all; `null`: there was none yet. */
  #seenMs: number | null = null;
  #toldMs = 0;

  constructor(capture: Capture, analysis: Analysis) {
    const { settings, seed, detections, processes } = analysis;
    const [first, second, ...ids] = seed;
    const places = { first, second };
    const counting = new Counting(places);
    const isFlowsAlone = analysis.protocols === false && !detections && !analysis.live;
    const batchRecords = isFlowsAlone ? LARGE_BATCH_FLOWS : BATCH_RECORDS;
    const delivery = new Delivery(batchRecords + MOST_BEYOND, ids, analysis);
    const table: FlowTable = new FlowTable(flowLimits(settings), places, (index, reason) => {
      counting.flow(table.memory, index, reason);
      const { filling } = delivery;
      filling.add(table.memory, index, reason === Reason.partial, this.#serviceOf(index, reason));
      if (!detections && !processes) return;
      const last = filling.count - 1;
      const record = connRecord(filling, last);
      const holder = processes?.of(record) ?? null;
      if (holder) filling.hold(last, holder);
      detections?.conn(holder ? { ...record, ...holder } : record);
    });
    const records = new ProtocolRecords(table.memory, ids);
    const onDraft = (draft: Draft, index: number): void => {
      const record = records.of(draft, index);
      delivery.logs.push(record);
      detections?.protocol(record);
    };
    this.#capture = capture;
    this.#analysis = analysis;
    this.#counting = counting;
    this.#batchRecords = batchRecords;
    this.#delivery = delivery;
    this.#table = table;
    this.#frames = new FramesAhead(capture, table);
    this.#protocols =
      analysis.protocols === false ? null : new ProtocolAnalyzers(protocolLimits(settings), onDraft, table.memory);
    this.#decoder = new Decoder(decoderLimits(settings));
    this.#coverage = new CoverageCounter(this.#decoder);
    this.#sentMs = analysis.clock();
  }

  /** All packets that are in memory. True when it broke off since there is enough to hand on. */
  takePackets(): boolean {
    const capture = this.#capture;
    const frames = this.#frames;
    const decoder = this.#decoder;
    const table = this.#table;
    const protocols = this.#protocols;
    const coverage = this.#coverage;
    const counting = this.#counting;
    const delivery = this.#delivery;
    const batchRecords = this.#batchRecords;
    const { packet } = decoder;
    for (let frame = frames.next(); frame !== null; frame = frames.next()) {
      const { timeUs } = frame;
      counting.wireBytes += frame.length;
      if (timeUs < coverage.firstUs) coverage.firstUs = timeUs;
      if (timeUs > coverage.lastUs) coverage.lastUs = timeUs;
      decoder.decode(capture.bytes, frame);
      if (packet.outcome === Outcome.arp) this.#arp(packet, timeUs);
      let serial = 0;
      do {
        if (packet.outcome !== Outcome.flow) continue;
        serial = table.add(packet, serial);
        const { payloadFrom, payloadTo } = packet;
        if (protocols === null || payloadTo <= payloadFrom) continue;
        protocols.packet(table.index, serial, table.side, decoder.bytes, payloadFrom, payloadTo, packet, timeUs);
      } while (decoder.decodeInner());
      if (delivery.waiting >= batchRecords) return true;
    }
    return false;
  }

  /** Hands on what there is since the last time. */
  async send(isEnd = false): Promise<void> {
    const { clock, live, detections } = this.#analysis;
    this.#sentMs = clock();
    const { firstUs, lastUs } = this.#coverage;
    this.#counting.seen(firstUs, lastUs);
    if (Number.isFinite(lastUs)) this.#seenMs = Math.max(this.#seenMs ?? lastUs / 1000, lastUs / 1000);
    // Of a file, what is open at its end goes in several batches: by the clock, each reading would give them other times.
    const nowMs = live ? this.#sentMs : (this.#seenMs ?? this.#sentMs);
    const coverage = this.#coverage.take(this.#frames.packets, live?.dropped() ?? 0, nowMs);
    await this.#delivery.send(coverage, detections?.take(isEnd, nowMs / 1000) ?? []);
  }

  /** Time goes on without packets too. */
  async passTime(): Promise<void> {
    const nowMs = this.#analysis.clock();
    if (Math.abs(nowMs - this.#toldMs) >= TICK_MS) {
      this.#analysis.processes?.look();
      this.#toldMs = nowMs;
      while (this.#table.passTime(nowMs * 1000 - LATE_US)) if (this.#isFull) await this.send();
      this.#tell();
    }
    const passedMs = nowMs - this.#sentMs;
    const everyMs = this.#delivery.waiting > 0 ? this.#analysis.settings.networkBatchMs : SILENCE_MS;
    // A clock that was set back is no reason to wait for it.
    if (passedMs < 0 || passedMs >= everyMs) await this.send();
  }

  /** Nothing more comes: what is open is written as it is. */
  async end(): Promise<Summary> {
    this.#decoder.reassembly.end();
    while (this.#table.flush(MOST_BEYOND)) if (this.#isFull) await this.send();
    await this.#analysis.onFlowsOver?.();
    await this.send(true);
    await this.#delivery.end();
    this.#tell();
    return this.#counting.summary(this.#capture.packets, this.#decoder, this.#protocols?.left ?? 0);
  }

  /** Who asks whether an address is taken has none yet. */
  #arp({ source0, source1, source2 }: Packet, timeUs: number): void {
    if (source0 !== 0) this.#analysis.detections?.arp(ipv4Text(source0), macText(source1, source2), timeUs);
  }

  get #isFull(): boolean {
    return this.#delivery.waiting >= this.#batchRecords;
  }

  #serviceOf(index: number, reason: number): string | null {
    const protocols = this.#protocols;
    if (protocols === null) return null;
    if (reason === Reason.partial) return protocols.serviceOf(index);
    return protocols.ended(index, this.#table.memory.words[index * WORDS + Word.serial]!).service;
  }

  #tell(): void {
    const { live, onProgress } = this.#analysis;
    onProgress?.({
      ...{ packets: this.#capture.packets, bytes: this.#counting.wireBytes },
      ...{ flows: this.#counting.flows, open: this.#table.open, dropped: live?.dropped() ?? 0 },
    });
  }
}
