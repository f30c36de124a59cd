import type { Draft } from '../records/log-records.ts';
import type { Analyzer, Channel, OpenAnalyzer, Side } from './analyzer.ts';
import type { ProtocolLimits } from './limits.ts';
import { type Budget, Stream } from './stream.ts';

/** Some analyzers are followed by another: TLS after STARTTLS, what was found by its content. More is somebody's game. */
const MOST_SWITCHES = 4;

const NOTHING_YET: readonly string[] = [];

/** What one segment brings, as the table of flows and the decoder know it. */
export interface Segment {
  readonly sequence: number;
  readonly acknowledged: number;
  readonly isSyn: boolean;
  /** The number of the first byte that its side sent, or that was seen of it. */
  readonly first: number;
  /** Payload that was on the wire, but not captured. */
  readonly missing: number;
}

/** A TCP connection whose protocol is being read: both directions in order, and who reads them. */
export class Session implements Channel {
  readonly serial: number;
  readonly ports: { readonly client: number; readonly server: number };
  /** Confirmed, in this order. */
  services: readonly string[] = NOTHING_YET;
  isDone = false;
  /** Made when the first segment comes: datagrams need none. */
  #made: readonly [Stream, Stream] | null = null;
  readonly #limits: ProtocolLimits;
  readonly #budget: Budget;
  readonly #emit: (draft: Draft) => void;
  readonly #open: OpenAnalyzer;
  #analyzer: Analyzer;
  #switches = 0;
  /** What is kept of the other side is to be read as well, by another analyzer than before. */
  #isSwitched = false;
  #isReadingEarlier = false;
  /** Bytes that the analyzer remembers. */
  #remembered = 0;

  constructor(
    serial: number,
    ports: Session['ports'],
    limits: ProtocolLimits,
    budget: Budget,
    open: OpenAnalyzer,
    emit: (draft: Draft) => void,
  ) {
    this.serial = serial;
    this.ports = ports;
    this.#limits = limits;
    this.#budget = budget;
    this.#emit = emit;
    this.#open = open;
    this.#analyzer = open(this);
  }

  get #streams(): readonly [Stream, Stream] {
    const { streamBytes } = this.#limits;
    return (this.#made ??= [new Stream(this.#budget, streamBytes), new Stream(this.#budget, streamBytes)]);
  }

  /** A segment of `side` whose payload lies in bytes[from, to). */
  take(side: Side, segment: Segment, bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    const other = this.#streams[1 - side]!;
    // What the other side sent and this one has is not going to be sent again.
    if (other.isLost(segment.acknowledged)) this.#giveUpWaiting(side === 0 ? 1 : 0, timeUs);
    if (this.isDone) return;
    const stream = this.#streams[side];
    if (to <= from || !stream.isOpen) return;
    const sequence = segment.isSyn ? (segment.sequence + 1) | 0 : segment.sequence;
    stream.begin(segment.first);
    const ahead = stream.ahead(sequence);
    if (ahead < 0) {
      if (!stream.hold(sequence, bytes, from, to)) {
        this.#giveUpWaiting(side, timeUs);
        if (!this.isDone && stream.isOpen && !this.#again(side, sequence, bytes, from, to, timeUs)) this.done();
      }
    } else if (ahead < to - from) {
      this.#deliver(side, bytes, from + ahead, to, timeUs);
    }
    if (segment.missing > 0 && !this.isDone && stream.isOpen) {
      // It was captured in part: the rest is as good as lost.
      if (stream.ahead((sequence + to - from) | 0) === 0) this.#lose(side, segment.missing, timeUs);
    }
    this.#turns(side, timeUs);
  }

  /** It waits for nothing, and can be made anew at the next packet. */
  get isIdle(): boolean {
    return this.#analyzer.isIdle ?? false;
  }

  /** A datagram. */
  takeWhole(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    this.#analyzer.parse(side, bytes, from, to, timeUs);
  }

  /** What waits for bytes that never came is read behind a gap; then it is over. */
  end(timeUs: number): void {
    for (const side of this.#made === null ? [] : ([0, 1] as const)) {
      for (let gaps = 0; !this.isDone && this.#streams[side].missing() > 0 && gaps < 64; gaps += 1) {
        this.#giveUpWaiting(side, timeUs);
      }
    }
    this.#close();
  }

  confirm(service: string): void {
    // What is pushed to would have room for 17.
    if (!this.services.includes(service)) this.services = this.services.concat(service);
  }

  emit(draft: Draft): void {
    // What only looked like a protocol said nothing.
    if (this.services.length > 0) this.#emit(draft);
  }

  skip(side: Side, size: number): void {
    this.#streams[side].skip = size;
  }

  need(side: Side, size: number): void {
    this.#streams[side].need = size;
  }

  keep(size: number): void {
    this.#remembered += size;
    this.#budget.used += size;
    if (this.#remembered > this.#limits.streamBytes || this.#budget.used > this.#budget.most) this.isDone = true;
  }

  stop(side: Side): void {
    this.#streams[side].close();
    if (!this.#streams[0].isOpen && !this.#streams[1].isOpen) this.isDone = true;
  }

  done(): void {
    this.isDone = true;
  }

  refuse(): void {
    this.isDone = true;
  }

  startOver(): void {
    this.switchTo(this.#open(this));
  }

  switchTo(analyzer: Analyzer): void {
    this.#switches += 1;
    if (this.#switches > MOST_SWITCHES) {
      this.isDone = true;
      return;
    }
    this.#analyzer = analyzer;
    this.#isSwitched = true;
    for (const stream of this.#streams) stream.need = stream.skip = 0;
  }

  /** Frees what is kept; what the analyzer still knows goes into its records. */
  #close(): void {
    this.#analyzer.end();
    for (const stream of this.#made ?? []) stream.close();
    this.#budget.used -= this.#remembered;
    this.#remembered = 0;
    this.isDone = true;
  }

  /** After a gap the segment may have its turn, or may wait now that others do not. */
  #again(side: Side, sequence: number, bytes: Uint8Array, from: number, to: number, timeUs: number): boolean {
    const stream = this.#streams[side];
    const ahead = stream.ahead(sequence);
    if (ahead < 0) return stream.hold(sequence, bytes, from, to);
    if (ahead < to - from) this.#deliver(side, bytes, from + ahead, to, timeUs);
    return true;
  }

  #giveUpWaiting(side: Side, timeUs: number): void {
    const missing = this.#streams[side].missing();
    if (missing > 0) this.#lose(side, missing, timeUs);
    this.#turns(side, timeUs);
  }

  #lose(side: Side, size: number, timeUs: number): void {
    const stream = this.#streams[side];
    stream.advance(size);
    const isSkipped = stream.keptBytes === 0 && stream.skip >= size;
    if (isSkipped) stream.skip -= size;
    else {
      stream.drop(stream.keptBytes);
      stream.skip = stream.need = 0;
      if (!this.#analyzer.gap(side, size, timeUs)) this.stop(side);
    }
  }

  #turns(side: Side, timeUs: number): void {
    const stream = this.#streams[side];
    while (!this.isDone && stream.isOpen) {
      const held = stream.turn();
      if (held === null) return;
      const ahead = stream.ahead(held.sequence);
      if (ahead >= held.bytes.length) continue;
      this.#deliver(side, held.bytes, ahead, held.bytes.length, timeUs);
    }
  }

  /** Bytes whose turn has come. */
  #deliver(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): void {
    const stream = this.#streams[side];
    stream.advance(to - from);
    if (stream.keptBytes === 0) {
      const used = this.#read(side, bytes, from, to, timeUs);
      if (used < to && !this.isDone && stream.isOpen && stream.join(bytes, used, to) === null) this.done();
    } else {
      const joined = stream.join(bytes, from, to);
      if (joined === null) this.done();
      else this.#readKept(side, timeUs);
    }
    this.#readSwitched(side === 0 ? 1 : 0, timeUs);
  }

  #readKept(side: Side, timeUs: number): void {
    const stream = this.#streams[side];
    const kept = stream.kept();
    if (kept === null || stream.keptBytes === 0) return;
    const used = this.#read(side, kept, 0, stream.keptBytes, timeUs);
    if (used > 0 && stream.isOpen) stream.drop(used);
  }

  /** After a switch what is kept of both sides is read anew, until no further one follows. */
  #readSwitched(side: Side, timeUs: number): void {
    for (let turn = side; this.#isSwitched && !this.isDone; turn = turn === 0 ? 1 : 0) {
      this.#isSwitched = false;
      this.#readKept(turn, timeUs);
    }
  }

  /** Hands on what it can; returns how far that went. */
  #read(side: Side, bytes: Uint8Array, from: number, to: number, timeUs: number): number {
    const stream = this.#streams[side];
    let at = from;
    while (at < to && !this.isDone && stream.isOpen) {
      if (stream.skip > 0) {
        const skipped = Math.min(stream.skip, to - at);
        stream.skip -= skipped;
        at += skipped;
        continue;
      }
      if (to - at < stream.need) return at;
      stream.need = 0;
      const reader = this.#analyzer;
      const before = at;
      const used = this.#analyzer.parse(side, bytes, at, to, timeUs);
      at = Math.max(at, used);
      if (reader !== this.#analyzer) this.#readEarlier(side === 0 ? 1 : 0, timeUs);
      else if (at === before && stream.skip === 0) return at;
    }
    return at;
  }

  /** What the other side had said before the bytes that told which protocol it is comes first. */
  #readEarlier(other: Side, timeUs: number): void {
    if (this.#isReadingEarlier) return;
    this.#isReadingEarlier = true;
    this.#isSwitched = false;
    this.#readKept(other, timeUs);
    this.#isReadingEarlier = false;
  }
}
