import type { Frame } from '../capture/frame.ts';
import { Fragment, type Packet, TcpFlag } from '../decoders/packet.ts';
import { Protocol } from '../decoders/transport.ts';
import { hashEnd, hashFlow, type HashSeed } from './flow-hash.ts';
import { FlowSlots } from './flow-slots.ts';
import { hashAhead } from './hash-ahead.ts';
import { Letter, note, noteOnce } from './history.ts';
import { Double, type FlowMemory, flowMemory, Kind, ORIGINATOR, RESPONDER, Word, WORDS } from './layout.ts';
import { isAttempt, isDone, Side, sideState, withState } from './state.ts';
import { takeTcp } from './tcp.ts';
import { TimerWheel } from './timer-wheel.ts';

/** Microseconds, but for the first. */
export interface FlowLimits {
  readonly flows: number;
  readonly tcpAttemptUs: number;
  readonly tcpCloseUs: number;
  readonly tcpInactivityUs: number;
  readonly udpInactivityUs: number;
  readonly otherInactivityUs: number;
  readonly partialUs: number;
}

/** Why a record of a flow is written: it ended, it goes on for long, its place was needed, or the capture ended. */
export const Reason = { ended: 0, partial: 1, evicted: 2, last: 3 } as const;

/** Called with the index of a flow while it is still in memory. */
export type OnRecord = (index: number, reason: number) => void;

/** Flows that are looked at for each packet, so that no packet waits for a million; a packet opens one at most. */
const LOOKS_PER_PACKET = 32;
const LOOKS_FOR_A_PLACE = 16;

/** Frames that are looked at ahead, at most. */
export const MOST_AHEAD = 16;
/** With fewer flows than that all of them lie in the caches of a processor. */
const LEAST_FLOWS_AHEAD = 16_384;

/** All flows that are open, both directions in one. Bounded: who needs a place when there is none ends the flow nearest to its end. */
export class FlowTable {
  readonly memory: FlowMemory;
  open = 0;
  readonly #slots: FlowSlots;
  readonly #wheel: TimerWheel;
  readonly #limits: FlowLimits;
  readonly #seed: HashSeed;
  readonly #onRecord: OnRecord;
  /** Index and 1 of a place that was used before; linked by Word.nextDue. */
  #free = 0;
  #used = 0;
  #serial = 0;
  #flushed = 0;
  readonly #slotsAhead = new Int32Array(MOST_AHEAD);
  /** Nobody asks for it: it is what memory is read for by {@link lookAhead}. */
  touched = 0;
  /** Of the packet that was added last: the index of its flow, and who sent it. */
  index = 0;
  side: number = ORIGINATOR;

  constructor(limits: FlowLimits, seed: HashSeed, onRecord: OnRecord) {
    this.memory = flowMemory(limits.flows);
    this.#slots = new FlowSlots();
    this.#wheel = new TimerWheel(this.memory.words);
    this.#limits = limits;
    this.#seed = seed;
    this.#onRecord = onRecord;
  }

  /** Whether it is worth the time to look ahead. */
  get isLarge(): boolean {
    return this.open >= LEAST_FLOWS_AHEAD;
  }

  /**
   * Reads where the flows of these frames are found, and how they begin, so that both are near when their packets are added: with many flows each
   * packet would wait for memory by itself, and here they wait together. Changes nothing. At most {@link MOST_AHEAD}.
   */
  lookAhead(bytes: Uint8Array, frames: readonly Frame[], count: number): void {
    const { slots, mask } = this.#slots;
    const { words } = this.memory;
    const ahead = this.#slotsAhead;
    // Each of these loops does one thing, or the processor could not begin to read the next before the first has come.
    for (let index = 0; index < count; index += 1) ahead[index] = hashAhead(this.#seed, bytes, frames[index]!) & mask;
    for (let index = 0; index < count; index += 1) ahead[index] = slots[ahead[index]! * 2 + 1]! * WORDS;
    let touched = 0;
    // A place that is free, which is 0, stands for the first flow.
    for (let index = 0; index < count; index += 1) {
      const at = Math.max(0, ahead[index]! - WORDS);
      touched ^= words[at]! ^ words[at + Word.packets]! ^ words[at + Word.history]!;
    }
    this.touched = touched;
  }

  /** Counts a packet to its flow. `parent`: the flow whose tunnel it came through, 0 for none. Returns the serial number of the flow. */
  add(packet: Packet, parent: number): number {
    const { timeUs } = packet;
    if (this.#wheel.isDue(timeUs)) this.#expire(timeUs);
    const { words, doubles } = this.memory;
    const hash = hashFlow(
      hashEnd(this.#seed, packet.source0, packet.source1, packet.source2, packet.source3, packet.sourcePort),
      hashEnd(this.#seed, packet.target0, packet.target1, packet.target2, packet.target3, packet.targetPort),
      packet.protocol,
    );
    let index = this.#find(packet, hash);
    if (index >= 0 && this.#isOver(index, packet)) {
      this.#end(index, Reason.ended);
      index = -1;
    }
    if (index < 0) index = this.#begin(packet, hash, parent);
    this.index = index;
    const side = this.side;
    const at = index * WORDS;
    const half = at / 2;
    const packets = (words[at + Word.packets + side]! >>> 0) + 1 + packet.waitedPackets;
    words[at + Word.packets + side] = packets;
    if (packets >= 2 ** 32) words[at + Word.packetsAbove]! += 1 << (side * 16);
    doubles[half + Double.ipBytes + side]! += packet.ipBytes + packet.waitedIpBytes;
    const lastUs = doubles[half + Double.lastUs]!;
    if (timeUs > lastUs) doubles[half + Double.lastUs] = timeUs;
    else if (timeUs < doubles[half + Double.firstUs]!) doubles[half + Double.firstUs] = timeUs;
    this.#take(index, side, packet);
    if (timeUs - doubles[half + Double.firstUs]! >= this.#limits.partialUs) this.#partial(index, timeUs, lastUs);
    return words[at + Word.serial]!;
  }

  /** Ends flows that are over by now, where no packet comes that would. A few at a time: true when there are more of them. */
  passTime(timeUs: number): boolean {
    if (!this.#wheel.isDue(timeUs)) return false;
    this.#expire(timeUs);
    return this.#wheel.isDue(timeUs);
  }

  /** Writes up to `most` of the flows that are still open, in the order they lie in. False when there are none left: nothing may be added afterwards. */
  flush(most: number): boolean {
    const { words } = this.memory;
    for (let written = 0; this.#flushed < this.#used; this.#flushed += 1) {
      if (words[this.#flushed * WORDS + Word.kind] === 0) continue;
      if (written === most) return true;
      this.#onRecord(this.#flushed, Reason.last);
      this.open -= 1;
      written += 1;
    }
    return false;
  }

  #take(index: number, side: number, packet: Packet): void {
    const { words, doubles } = this.memory;
    const at = index * WORDS;
    const payload = at / 2 + Double.bytes + side;
    if (packet.protocol === Protocol.tcp) {
      if (packet.fragment === Fragment.later) {
        // Its numbers stand in the first fragment; what follows begins where this ends.
        words[at + Word.next + side]! += packet.payloadBytes;
        doubles[payload]! += packet.payloadBytes;
        return;
      }
      const before = words[at + Word.state]!;
      takeTcp(this.memory, index, side, packet);
      if (packet.waitedPayloadBytes > 0) {
        words[at + Word.next + side]! += packet.waitedPayloadBytes;
        doubles[payload]! += packet.waitedPayloadBytes;
      }
      // It would keep its place for minutes otherwise.
      const after = words[at + Word.state]!;
      if (after !== before && isDone(after) && !isDone(before)) this.#schedule(index);
      return;
    }
    doubles[payload]! += packet.payloadBytes + packet.waitedPayloadBytes;
    if (sideState(words[at + Word.state]!, side) === Side.inactive) {
      words[at + Word.state] = withState(words[at + Word.state]!, side, Side.established);
    }
    if (packet.protocol === Protocol.udp) noteOnce(words, at, Letter.d, side);
  }

  #find(packet: Packet, hash: number): number {
    const { slots, mask } = this.#slots;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const index = slots[at * 2 + 1]! - 1;
      if (index < 0) return -1;
      if (slots[at * 2] === hash && this.#isOf(index, packet)) return index;
    }
  }

  #isOf(index: number, packet: Packet): boolean {
    const { words } = this.memory;
    const at = index * WORDS;
    if ((words[at + Word.kind]! & ~Kind.flipped) !== kindOf(packet)) return false;
    const ports = words[at + Word.ports];
    if (
      ports === ((packet.sourcePort << 16) | packet.targetPort) &&
      words[at] === packet.source0 &&
      words[at + 4] === packet.target0 &&
      (packet.family === 4 || isSame6(words, at, packet))
    ) {
      this.side = ORIGINATOR;
      return true;
    }
    if (
      ports === ((packet.targetPort << 16) | packet.sourcePort) &&
      words[at] === packet.target0 &&
      words[at + 4] === packet.source0 &&
      (packet.family === 4 || isReverse6(words, at, packet)) &&
      !packet.isOneWay
    ) {
      this.side = RESPONDER;
      return true;
    }
    return false;
  }

  /** True when the packet begins another flow between the same ends. */
  #isOver(index: number, packet: Packet): boolean {
    if (packet.timeUs > this.#deadline(index)) return true;
    if ((packet.tcpFlags & TcpFlag.syn) === 0 || packet.protocol !== Protocol.tcp) return false;
    const isOpening = (packet.tcpFlags & (TcpFlag.syn | TcpFlag.ack | TcpFlag.rst | TcpFlag.fin)) === TcpFlag.syn;
    return isOpening && isDone(this.memory.words[index * WORDS + Word.state]!);
  }

  /** In microseconds: when it has ended if nothing more comes. */
  #deadline(index: number): number {
    const { words, doubles } = this.memory;
    const at = index * WORDS;
    const lastUs = doubles[at / 2 + Double.lastUs]!;
    const protocol = words[at + Word.kind]! & Kind.protocol;
    if (protocol === Protocol.udp) return lastUs + this.#limits.udpInactivityUs;
    if (protocol !== Protocol.tcp) return lastUs + this.#limits.otherInactivityUs;
    const state = words[at + Word.state]!;
    if (isDone(state)) return lastUs + this.#limits.tcpCloseUs;
    if (isAttempt(state)) return doubles[at / 2 + Double.firstUs]! + this.#limits.tcpAttemptUs;
    return lastUs + this.#limits.tcpInactivityUs;
  }

  #begin(packet: Packet, hash: number, parent: number): number {
    const { timeUs } = packet;
    const index = this.#place(timeUs);
    const { words, doubles } = this.memory;
    const at = index * WORDS;
    const isFlipped = comesFromServer(packet);
    this.side = isFlipped ? RESPONDER : ORIGINATOR;
    const [source, target] = isFlipped ? [at + 4, at] : [at, at + 4];
    words[source] = packet.source0;
    words[source + 1] = packet.source1;
    words[source + 2] = packet.source2;
    words[source + 3] = packet.source3;
    words[target] = packet.target0;
    words[target + 1] = packet.target1;
    words[target + 2] = packet.target2;
    words[target + 3] = packet.target3;
    words[at + Word.ports] = isFlipped
      ? (packet.targetPort << 16) | packet.sourcePort
      : (packet.sourcePort << 16) | packet.targetPort;
    words[at + Word.kind] = kindOf(packet) | (isFlipped ? Kind.flipped : 0);
    this.#serial += 1;
    words[at + Word.serial] = this.#serial;
    words[at + Word.parent] = parent;
    doubles[at / 2 + Double.firstUs] = timeUs;
    doubles[at / 2 + Double.lastUs] = timeUs;
    if (isFlipped) note(words, at, Letter.flipped * 2);
    this.#slots.insert(hash, index);
    // Every TCP connection is looked at early: most that will ever be are attempts.
    this.#wheel.schedule(
      index,
      packet.protocol === Protocol.tcp ? timeUs + this.#limits.tcpAttemptUs : this.#deadline(index),
    );
    this.open += 1;
    return index;
  }

  /** All of its words are 0. */
  #place(timeUs: number): number {
    if (this.#free > 0) {
      const { words } = this.memory;
      const at = (this.#free - 1) * WORDS;
      this.#free = words[at + Word.nextDue]!;
      words.fill(0, at, at + WORDS);
      return at / WORDS;
    }
    if (this.#used < this.#limits.flows) {
      this.#used += 1;
      return this.#used - 1;
    }
    this.#evict(timeUs);
    return this.#place(timeUs);
  }

  /**
   * What the wheel holds nearest may have had packets since, and is put back; a few are looked at, and the last of them has to
   * go. One that stands where it belongs goes at once: it would be found again, past all slots that are empty.
   */
  #evict(timeUs: number): void {
    const { words } = this.memory;
    for (let look = 1; ; look += 1) {
      const slot = this.#wheel.nearest();
      const index = this.#wheel.takeFrom(slot);
      const at = index * WORDS;
      const deadlineUs = this.#deadline(index);
      const isOver = timeUs > deadlineUs;
      const isInPlace = this.#wheel.slotOf(deadlineUs) === slot;
      if (isOver || isInPlace || look === LOOKS_FOR_A_PLACE || isDone(words[at + Word.state]!)) {
        this.#forget(index, isOver ? Reason.ended : Reason.evicted);
        return;
      }
      this.#wheel.schedule(index, deadlineUs);
    }
  }

  #expire(timeUs: number): void {
    this.#wheel.moveTo(timeUs);
    for (let look = 0; look < LOOKS_PER_PACKET; look += 1) {
      const index = this.#wheel.due();
      if (index < 0) return;
      if (timeUs > this.#deadline(index)) this.#forget(index, Reason.ended);
      else this.#wheel.schedule(index, this.#deadline(index));
    }
  }

  #schedule(index: number): void {
    this.#wheel.remove(index);
    this.#wheel.schedule(index, this.#deadline(index));
  }

  /** Written when the first packet of a period comes: periods without a packet are not made up for. `lastUs`: of the packet before. */
  #partial(index: number, timeUs: number, lastUs: number): void {
    const { partialUs } = this.#limits;
    const firstUs = this.memory.doubles[index * (WORDS / 2) + Double.firstUs]!;
    if (Math.floor((timeUs - firstUs) / partialUs) <= Math.floor((lastUs - firstUs) / partialUs)) return;
    this.#onRecord(index, Reason.partial);
  }

  #end(index: number, reason: number): void {
    this.#wheel.remove(index);
    this.#forget(index, reason);
  }

  /** The same as of its packets: it is reckoned again once, rather than kept for all. */
  #hashOf(at: number): number {
    const { words } = this.memory;
    const ports = words[at + Word.ports]!;
    return hashFlow(
      hashEnd(this.#seed, words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!, ports >>> 16),
      hashEnd(this.#seed, words[at + 4]!, words[at + 5]!, words[at + 6]!, words[at + 7]!, ports & 0xffff),
      words[at + Word.kind]! & Kind.protocol,
    );
  }

  /** It stands in no slot of the wheel any more. */
  #forget(index: number, reason: number): void {
    const { words } = this.memory;
    const at = index * WORDS;
    this.#onRecord(index, reason);
    this.#slots.remove(this.#hashOf(at), index);
    words[at + Word.kind] = 0;
    words[at + Word.nextDue] = this.#free;
    this.#free = index + 1;
    this.open -= 1;
  }
}

function kindOf(packet: Packet): number {
  return packet.protocol | Kind.inUse | (packet.family === 6 ? Kind.version6 : 0) | (packet.isOneWay ? Kind.oneWay : 0);
}

function isSame6(words: Int32Array, at: number, packet: Packet): boolean {
  return (
    words[at + 1] === packet.source1 &&
    words[at + 2] === packet.source2 &&
    words[at + 3] === packet.source3 &&
    words[at + 5] === packet.target1 &&
    words[at + 6] === packet.target2 &&
    words[at + 7] === packet.target3
  );
}

function isReverse6(words: Int32Array, at: number, packet: Packet): boolean {
  return (
    words[at + 1] === packet.target1 &&
    words[at + 2] === packet.target2 &&
    words[at + 3] === packet.target3 &&
    words[at + 5] === packet.source1 &&
    words[at + 6] === packet.source2 &&
    words[at + 7] === packet.source3
  );
}

/** Below it servers listen, and clients hardly ever send from there (RFC 6335, section 6). */
const SYSTEM_PORTS = 1024;

/** The first packet that was seen is an answer: a SYN that is acknowledged, or one from a server's port to a client's. */
function comesFromServer(packet: Packet): boolean {
  if (packet.protocol !== Protocol.tcp && packet.protocol !== Protocol.udp) return false;
  if (packet.protocol === Protocol.tcp && packet.tcpFlags & TcpFlag.syn) return (packet.tcpFlags & TcpFlag.ack) !== 0;
  return packet.sourcePort < SYSTEM_PORTS && packet.targetPort >= SYSTEM_PORTS;
}
