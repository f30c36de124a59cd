import { type Packet, TcpFlag } from '../decoders/packet.ts';
import { Letter, noteOnce, noteScaled } from './history.ts';
import { Double, type FlowMemory, Word, WORDS } from './layout.ts';
import { beginSide, takeAcknowledgement, takeSegment } from './sequence.ts';
import { hasFin, Side, sideState, stateBefore, withFin, withState } from './state.ts';

const ENDS = TcpFlag.fin | TcpFlag.rst;

/** One segment of a connection: sequence numbers, history and states of both sides, with the meaning that Zeek gives them. */
export function takeTcp(memory: FlowMemory, index: number, side: number, packet: Packet): void {
  const { words } = memory;
  const at = index * WORDS;
  const flags = packet.tcpFlags;
  const other = 1 - side;
  const state = words[at + Word.state]!;
  // A RST's payload is an explanation, if anything, and no part of the stream.
  const payload = flags & TcpFlag.rst ? 0 : packet.payloadBytes;
  const space = payload + (flags & TcpFlag.syn ? 1 : 0) + (flags & TcpFlag.fin ? 1 : 0);

  begin(memory, index, side, state, packet);
  noteFlags(words, at, side, packet);
  if (packet.window === 0 && !(flags & TcpFlag.rst)) noteZeroWindow(words, at, side, state);
  if (flags & TcpFlag.fin) words[at + Word.state] = withFin(state, side);

  const isAck = (flags & TcpFlag.ack) !== 0;
  if (isAck && sideState(state, other) === Side.inactive) {
    // As though it had sent a SYN, so that its bytes count from here.
    beginSide(memory, index, other, packet.acknowledged, 1);
  } else if (isAck && !(flags & TcpFlag.rst)) {
    // A gap that shows with the end is not worth a letter: what is acknowledged there is often made up.
    takeAcknowledgement(memory, index, other, packet.acknowledged, (flags & ENDS) === 0);
  }
  if (sideState(state, side) !== Side.reset) {
    takeSegment(memory, index, side, packet.sequence, space, payload, (flags & (TcpFlag.syn | TcpFlag.rst)) === 0);
  }
  if (sideState(state, side) !== Side.established || flags & (ENDS | TcpFlag.syn)) {
    words[at + Word.state] = nextState(words[at + Word.state]!, side, flags, payload);
  }
}

/** Where counting begins: at a SYN, else just before the first byte that was seen. */
function begin(memory: FlowMemory, index: number, side: number, state: number, packet: Packet): void {
  const isSyn = (packet.tcpFlags & TcpFlag.syn) !== 0;
  const own = sideState(state, side);
  if (own === Side.established && !isSyn) return;
  if (own === Side.inactive) beginSide(memory, index, side, packet.sequence, isSyn ? 0 : 1);
  else if (isSyn && (own <= Side.established || (own === Side.reset && stateBefore(state, side) === Side.inactive))) {
    const counted = memory.doubles[index * (WORDS / 2) + Double.bytes + side]!;
    const start = (memory.words[index * WORDS + Word.next + side]! - (counted | 0)) | 0;
    // Another SYN is the one that counts, in case the one before came to nothing.
    if (packet.sequence !== start) beginSide(memory, index, side, packet.sequence, 0);
  }
}

function noteFlags(words: Int32Array, at: number, side: number, { tcpFlags, payloadBytes }: Packet): void {
  const ending = tcpFlags & (TcpFlag.syn | TcpFlag.fin | TcpFlag.rst);
  switch (ending) {
    case 0:
      if (payloadBytes > 0) noteOnce(words, at, Letter.d, side);
      else if (tcpFlags & TcpFlag.ack) noteOnce(words, at, Letter.a, side);
      return;
    case TcpFlag.syn:
      return noteOnce(words, at, tcpFlags & TcpFlag.ack ? Letter.h : Letter.s, side);
    case TcpFlag.fin:
      return noteOnce(words, at, Letter.f, side);
    case TcpFlag.rst:
      return noteOnce(words, at, Letter.r, side);
    case ENDS:
      return noteOnce(words, at, Letter.i, side);
    default:
      return noteOnce(words, at, Letter.q, side);
  }
}

/** Nothing to note once the other side has ended what it sends, or this one broke off. */
function noteZeroWindow(words: Int32Array, at: number, side: number, state: number): void {
  if (sideState(state, 1 - side) === Side.closed || sideState(state, side) === Side.reset) return;
  noteScaled(words, at, Word.zeroWindows, Letter.w, side);
}

function nextState(state: number, side: number, flags: number, payload: number): number {
  switch (sideState(state, side)) {
    case Side.inactive:
      return fromInactive(state, side, flags, payload);
    case Side.synSent:
    case Side.synAckSent:
      return ended(state, side, flags);
    case Side.established:
    case Side.partial:
      return fromEstablished(state, side, flags);
    case Side.closed:
      // After both have closed, a RST is an afterthought.
      return flags & TcpFlag.rst && sideState(state, 1 - side) !== Side.closed
        ? withState(state, side, Side.reset)
        : state;
    default:
      return state;
  }
}

function ended(state: number, side: number, flags: number): number {
  if (flags & TcpFlag.fin) state = withState(state, side, Side.closed);
  if (flags & TcpFlag.rst) state = withState(state, side, Side.reset);
  return state;
}

function fromInactive(state: number, side: number, flags: number, payload: number): number {
  const other = 1 - side;
  if (flags & TcpFlag.syn) {
    if (side === 0) state = withState(state, 0, flags & TcpFlag.ack ? Side.synAckSent : Side.synSent);
    else {
      if (sideState(state, 0) === Side.synSent) state = withState(state, 0, Side.established);
      state = withState(state, 1, Side.established);
    }
  }
  state = ended(state, side, flags);
  if (sideState(state, side) !== Side.inactive) return state;
  // Some acknowledge a SYN before they answer it.
  if (side === 1 && payload === 0 && sideState(state, 0) === Side.synSent) return state;
  const isThirdOfThree = (flags & TcpFlag.ack) !== 0 && sideState(state, other) === Side.established;
  return withState(state, side, isThirdOfThree ? Side.established : Side.partial);
}

function fromEstablished(state: number, side: number, flags: number): number {
  const other = 1 - side;
  const isAnswered = sideState(state, other) !== Side.inactive;
  if (flags & TcpFlag.syn && sideState(state, side) === Side.partial && !isAnswered && !(flags & TcpFlag.ack)) {
    state = withState(state, side, Side.synSent);
  }
  if ((flags & ENDS) === TcpFlag.fin) {
    state = withState(state, side, Side.closed);
    // FIN, then RST of the other side, and now our FIN: that was an orderly end.
    if (sideState(state, other) === Side.reset && stateBefore(state, other) === Side.closed) {
      state = withState(state, other, Side.closed);
    }
  }
  return flags & TcpFlag.rst ? withState(state, side, Side.reset) : state;
}

/** Payload by sequence numbers: neither the SYN nor the FIN is a byte of it. */
export function tcpPayload({ words, doubles }: FlowMemory, index: number, side: number): number {
  const counted = doubles[index * (WORDS / 2) + Double.bytes + side]!;
  return Math.max(0, counted - 1 - (hasFin(words[index * WORDS + Word.state]!, side) ? 1 : 0));
}
