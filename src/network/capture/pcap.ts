import { type ByteWindow, u32 } from './byte-window.ts';
import type { Frame } from './frame.ts';

/** What became of looking for the next packet: `damaged` says why in the reader's `problem`. */
export const Next = { more: 0, packet: 1, damaged: 2 } as const;
export type NextOutcome = (typeof Next)[keyof typeof Next];

/** Of one packet: what libpcap itself never exceeds on a network (MAXIMUM_SNAPLEN). */
export const MOST_PACKET_BYTES = 262_144;

/** How the packets of a capture are told apart. */
export interface PacketReader {
  readonly problem: string;
  /** False while announced bytes are still to come that are in no window. */
  readonly isBetweenBlocks: boolean;
  next(window: ByteWindow, frame: Frame): NextOutcome;
}

const FILE_HEADER_BYTES = 24;
export const PACKET_HEADER_BYTES = 16;
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;

/** `null`: these are not the first bytes of a pcap file. Takes the header out of the window. */
export function openPcap(window: ByteWindow): PacketReader | null {
  const { bytes, from } = window;
  if (window.to - from < FILE_HEADER_BYTES) return null;
  for (const little of [true, false]) {
    const magic = u32(bytes, from, little);
    if (magic !== MICROSECONDS && magic !== NANOSECONDS) continue;
    // The upper half tells of checksums at the end of frames, which no length here depends on.
    const linkType = u32(bytes, from + 20, little) & 0xffff;
    window.from += FILE_HEADER_BYTES;
    return new PcapReader(little, magic === NANOSECONDS, linkType);
  }
  return null;
}

/** draft-ietf-opsawg-pcap, section 5. */
class PcapReader implements PacketReader {
  problem = '';
  readonly isBetweenBlocks = true;
  readonly #little: boolean;
  readonly #nanoseconds: boolean;
  readonly #linkType: number;

  constructor(little: boolean, nanoseconds: boolean, linkType: number) {
    this.#little = little;
    this.#nanoseconds = nanoseconds;
    this.#linkType = linkType;
  }

  next(window: ByteWindow, frame: Frame): NextOutcome {
    const { bytes, from, to } = window;
    if (to - from < PACKET_HEADER_BYTES) return Next.more;
    const captured = u32(bytes, from + 8, this.#little);
    if (captured > MOST_PACKET_BYTES) {
      this.problem = `a packet of ${captured} bytes`;
      return Next.damaged;
    }
    const start = from + PACKET_HEADER_BYTES;
    if (to - start < captured) return Next.more;
    const fraction = u32(bytes, from + 4, this.#little);
    frame.timeUs =
      u32(bytes, from, this.#little) * 1_000_000 + (this.#nanoseconds ? Math.floor(fraction / 1000) : fraction);
    frame.from = start;
    frame.captured = captured;
    frame.length = Math.max(captured, u32(bytes, from + 12, this.#little));
    frame.linkType = this.#linkType;
    window.from = start + captured;
    return Next.packet;
  }
}
