/**
 * protocols/ reads what is said inside of flows: who asked for which name, who logged in as whom and whether that worked. Bytes are
 * put in order per direction (stream.ts), known for what they are by their content (identify.ts), and read by one analyzer per
 * protocol, each in a folder or file of its own. All of it is bounded, whatever comes. Start reading in analyzer.ts.
 */
import { type Packet, TcpFlag } from '../decoders/packet.ts';
import { Protocol } from '../decoders/transport.ts';
import { Double, type FlowMemory, Word, WORDS } from '../flows/layout.ts';
import type { Draft } from '../records/log-records.ts';
import { dnsOverUdp } from './dns/dns.ts';
import { readMessage } from './dns/message.ts';
import { identify } from './identify.ts';
import type { ProtocolLimits } from './limits.ts';
import { type Segment, Session } from './session.ts';
import { Budget } from './stream.ts';

export { type ProtocolLimits, protocolLimits } from './limits.ts';

/** What is known of a flow in a byte. Above these: the number of its services, and 128 when it is given up. */
const UNSEEN = 0;
const OPEN = 1;
const FIRST_NAME = 2;
const GIVEN_UP = 128;

/** What a flow that is read takes beside the bytes that are kept of it. */
const SESSION_BYTES = 1024;
/** Of the limit of all bytes, this part is kept free at most. */
const FREE = 1 / 4;
/** Oldest flows that are looked for at once. */
const OLDEST = 256;

/** `index`: of the flow, which is still in memory. */
export type OnDraft = (draft: Draft, index: number) => void;

/** The protocols of all flows that are open. */
export class ProtocolAnalyzers {
  /** Flows that were left before their end since there was no room for them. */
  left = 0;
  readonly #limits: ProtocolLimits;
  readonly #onDraft: OnDraft;
  readonly #memory: FlowMemory;
  readonly #budget: Budget;
  readonly #known: Uint8Array;
  /** In the order they began. */
  readonly #sessions = new Map<number, Session>();
  /** Those that began first, the first of all last. A Map keeps the places of what was removed, and would be looked through for each anew. */
  #oldest: (readonly [flow: number, session: Session])[] = [];
  /** Above so many bytes the one that asks next might get none. */
  readonly #enough: number;
  /** Of {@link FIRST_NAME} on. */
  readonly #names: string[] = [];
  readonly #segment = { sequence: 0, acknowledged: 0, isSyn: false, missing: 0, first: 0 };
  #lastUs = 0;

  constructor(limits: ProtocolLimits, onDraft: OnDraft, memory: FlowMemory) {
    this.#limits = limits;
    this.#memory = memory;
    this.#onDraft = onDraft;
    const { streamBytes, streamsBytes } = limits;
    this.#budget = new Budget(streamsBytes);
    // A buffer that grows is there twice for a moment.
    this.#enough = streamsBytes - Math.min(2 * streamBytes, streamsBytes * FREE);
    this.#known = new Uint8Array(limits.flows);
  }

  /** Flows and bytes that are held just now. */
  get held(): { readonly sessions: number; readonly bytes: number } {
    return { sessions: this.#sessions.size, bytes: this.#budget.used };
  }

  /**
   * A packet of TCP or UDP whose payload was captured in bytes[from, to). `flow`, `serial`, `side`: as the table of flows has them,
   * to which it was added before. Others may be given as well and are left alone at once.
   */
  packet(
    flow: number,
    serial: number,
    side: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    packet: Packet,
    timeUs: number,
  ): void {
    const isTcp = packet.protocol === Protocol.tcp;
    if (!isTcp && packet.protocol !== Protocol.udp) return;
    if (this.#known[flow]! >= GIVEN_UP) return;
    this.#lastUs = timeUs;
    if (isTcp) this.#segmentOf(flow, serial, side === 0 ? 0 : 1, bytes, from, to, packet, timeUs);
    else if (to > from) this.#datagram(flow, serial, side === 0 ? 0 : 1, bytes, from, to, packet, timeUs);
  }

  /** Of a flow that goes on. */
  serviceOf(flow: number): string | null {
    const session = this.#sessions.get(flow);
    if (session && session.services.length > 0) return session.services.join(',');
    const known = this.#known[flow]! & ~GIVEN_UP;
    return known < FIRST_NAME ? null : this.#names[known - FIRST_NAME]!;
  }

  /** The flow is over: what is pending is said now, and the flow forgotten. To be called before its place is used again. */
  ended(flow: number, serial: number): { readonly service: string | null } {
    if (this.#known[flow] === UNSEEN) return NOTHING;
    const session = this.#sessions.get(flow);
    if (session && session.serial === serial) session.end(this.#lastUs);
    const service = this.serviceOf(flow);
    this.#forget(flow);
    this.#known[flow] = UNSEEN;
    return service === null ? NOTHING : { service };
  }

  #segmentOf(
    flow: number,
    serial: number,
    side: 0 | 1,
    bytes: Uint8Array,
    from: number,
    to: number,
    packet: Packet,
    timeUs: number,
  ): void {
    const isSyn = (packet.tcpFlags & TcpFlag.syn) !== 0;
    let session = this.#sessions.get(flow);
    if (session === undefined) {
      // A connection without payload costs nothing here.
      if (to <= from || this.#known[flow] !== UNSEEN) return;
      session = this.#begin(flow, serial, packet, side, identify);
    }
    this.#makeRoom(flow);
    const segment: Segment = this.#fill(flow, side, packet, isSyn, to - from);
    session.take(side, segment, bytes, from, to, timeUs);
    if (session.isDone) this.#settle(flow, session, timeUs);
  }

  #fill(flow: number, side: number, packet: Packet, isSyn: boolean, captured: number): Segment {
    const segment = this.#segment;
    const { words, doubles } = this.#memory;
    // What counts begins with the SYN: the table knows where that was when the first bytes come late.
    const counted = doubles[flow * (WORDS / 2) + Double.bytes + side]!;
    segment.first = (words[flow * WORDS + Word.next + side]! - (counted | 0) + 1) | 0;
    segment.sequence = packet.sequence;
    segment.acknowledged = packet.tcpFlags & TcpFlag.ack ? packet.acknowledged : packet.sequence;
    segment.isSyn = isSyn;
    segment.missing = Math.max(0, packet.payloadBytes - captured);
    return segment;
  }

  /** Questions over UDP come one to a flow, mostly: what is answered is forgotten at once, and known again by its next message. */
  #datagram(
    flow: number,
    serial: number,
    side: 0 | 1,
    bytes: Uint8Array,
    from: number,
    to: number,
    packet: Packet,
    timeUs: number,
  ): void {
    let session = this.#sessions.get(flow);
    if (session === undefined) {
      if (readMessage(bytes, from, to) === null) {
        this.#known[flow]! |= GIVEN_UP;
        return;
      }
      session = this.#begin(flow, serial, packet, side, dnsOverUdp);
    }
    this.#makeRoom(flow);
    session.takeWhole(side, bytes, from, to, timeUs);
    if (session.isDone) this.#settle(flow, session, timeUs);
    else if (session.isIdle) {
      this.#known[flow] = this.#numberOf(session);
      this.#forget(flow);
    }
  }

  #begin(flow: number, serial: number, packet: Packet, side: 0 | 1, open: typeof identify): Session {
    if (this.#sessions.size >= this.#limits.sessions) this.#leaveOldest(flow);
    const [client, server] =
      side === 0 ? [packet.sourcePort, packet.targetPort] : [packet.targetPort, packet.sourcePort];
    const session = new Session(serial, { client, server }, this.#limits, this.#budget, open, (draft) =>
      this.#onDraft(draft, flow),
    );
    this.#sessions.set(flow, session);
    this.#budget.used += SESSION_BYTES;
    if (this.#known[flow] === UNSEEN) this.#known[flow] = OPEN;
    return session;
  }

  /** Nothing more is read of it. */
  #settle(flow: number, session: Session, timeUs: number): void {
    session.end(timeUs);
    this.#known[flow] = this.#numberOf(session) | GIVEN_UP;
    this.#forget(flow);
  }

  #forget(flow: number): void {
    if (this.#sessions.delete(flow)) this.#budget.used -= SESSION_BYTES;
  }

  /** So that `flow` can keep what it has to: whoever opens many that say nothing to the end does not keep others from being read. */
  #makeRoom(flow: number): void {
    while (this.#budget.used > this.#enough && this.#sessions.size > 1) this.#leaveOldest(flow);
  }

  /** With what is known of it. `except`: it is the turn of that one. */
  #leaveOldest(except: number): void {
    for (;;) {
      if (this.#oldest.length === 0) {
        const first = this.#sessions.entries().take(OLDEST);
        this.#oldest = [...first].toReversed();
      }
      const [flow, session] = this.#oldest.pop()!;
      // It has ended since.
      if (flow === except || this.#sessions.get(flow) !== session) continue;
      this.left += 1;
      this.#settle(flow, session, this.#lastUs);
      return;
    }
  }

  #numberOf({ services }: Session): number {
    if (services.length === 0) return OPEN;
    const name = services.join(',');
    let place = this.#names.indexOf(name);
    if (place < 0 && this.#names.length < GIVEN_UP - FIRST_NAME) place = this.#names.push(name) - 1;
    return place < 0 ? OPEN : place + FIRST_NAME;
  }
}

const NOTHING = { service: null } as const;
