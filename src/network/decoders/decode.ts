import type { Frame } from '../capture/frame.ts';
import { Bounds } from './bounds.ts';
import { decodeIp } from './ip.ts';
import { decodeEthernet, decodeLink } from './link.ts';
import { clearLevel, Level, OUTCOMES, Packet } from './packet.ts';
import { Reassembly, type ReassemblyLimits } from './reassembly.ts';

export interface DecoderLimits extends ReassemblyLimits {
  /** Tunnels inside of each other that are looked into. */
  readonly tunnels: number;
}

/** Takes frames apart, one level at a time. It keeps nothing of them but fragments until all of a packet are there. */
export class Decoder {
  readonly packet = new Packet();
  readonly reassembly: Reassembly;
  /** How often each outcome came up, the levels in tunnels included. */
  readonly counts = new Float64Array(OUTCOMES);
  /** Packets whose tunnels were deeper than what is looked into. */
  tooDeep = 0;
  readonly #bounds = new Bounds();
  readonly #limits: DecoderLimits;
  #depth = 0;

  /** What the payload of `packet` lies in: the frame, or what was put together of fragments. */
  get bytes(): Uint8Array {
    return this.#bounds.bytes;
  }

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
    this.reassembly = new Reassembly(limits);
  }

  /** The outermost level of a frame, into `packet`. Never throws. */
  decode(bytes: Uint8Array, frame: Frame): void {
    const { packet } = this;
    const bounds = this.#bounds;
    bounds.bytes = bytes;
    bounds.end = frame.from + frame.captured;
    bounds.wireEnd = frame.from + frame.length;
    packet.timeUs = frame.timeUs;
    this.#depth = 0;
    clearLevel(packet);
    decodeLink(packet, bounds, frame.from, frame.linkType, this.reassembly);
    this.counts[packet.outcome]! += 1;
  }

  /** The packet inside of the level before, into `packet`; false when there is none. */
  decodeInner(): boolean {
    const { packet } = this;
    const { innerLevel, innerFrom, innerTo } = packet;
    const bounds = this.#bounds;
    if (innerLevel === Level.none) return false;
    if (this.#depth === this.#limits.tunnels) {
      this.tooDeep += 1;
      return false;
    }
    this.#depth += 1;
    clearLevel(packet);
    // What follows in the frame was padding, or put there to be taken for a part of it.
    bounds.wireEnd = innerTo;
    bounds.end = Math.min(bounds.end, innerTo);
    if (innerLevel === Level.ethernet) decodeEthernet(packet, bounds, innerFrom, this.reassembly);
    else decodeIp(packet, bounds, innerFrom, this.reassembly);
    this.counts[packet.outcome]! += 1;
    return true;
  }
}
