import { type ByteWindow, u16, u32 } from './byte-window.ts';
import type { Frame } from './frame.ts';
import { MOST_PACKET_BYTES, Next, type NextOutcome, type PacketReader } from './pcap.ts';
import { MICROSECOND, microseconds, type Resolution, unitsPerSecond } from './timestamp.ts';

/** draft-ietf-opsawg-pcapng, section 4. What is of another kind is skipped. */
const Block = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const BYTE_ORDER = 0x1a2b3c4d;
const Option = { end: 0, resolution: 9, offset: 14 } as const;

/** Of a block that must be in memory as a whole: a packet with its options, or what describes an interface. */
export const MOST_BLOCK_BYTES = MOST_PACKET_BYTES + 2 ** 20;
/** A section that declares more has no use for them. */
const MOST_INTERFACES = 65_536;

interface Interface {
  readonly linkType: number;
  /** 0: unlimited. */
  readonly snapLength: number;
  readonly resolution: Resolution;
}

export function openPcapng(window: ByteWindow): PacketReader | null {
  if (window.to - window.from < 12) return null;
  return u32(window.bytes, window.from, true) === Block.section ? new PcapngReader() : null;
}

class PcapngReader implements PacketReader {
  problem = '';
  #little = true;
  #interfaces: Interface[] = [];
  /** Bytes of a block that nobody reads, still to come. */
  #skip = 0;
  #lastUs = 0;

  next(window: ByteWindow, frame: Frame): NextOutcome {
    for (;;) {
      if (this.#skip > 0) {
        const now = Math.min(this.#skip, window.to - window.from);
        window.from += now;
        this.#skip -= now;
        if (this.#skip > 0) return Next.more;
      }
      const start = window.from;
      const outcome = this.#block(window, frame);
      // Where the damage begins, for whoever looks at the file.
      if (outcome === Next.damaged) window.from = start;
      if (outcome !== null) return outcome;
    }
  }

  /** True when all that was announced has come. */
  get isBetweenBlocks(): boolean {
    return this.#skip === 0;
  }

  /** `null`: it was no packet. */
  #block(window: ByteWindow, frame: Frame): NextOutcome | null {
    const { bytes, from, to } = window;
    if (to - from < 12) return Next.more;
    const kind = u32(bytes, from, this.#little);
    // The kind of a section reads the same in both byte orders, and it says which one follows.
    if (kind === Block.section && !this.#takeByteOrder(bytes, from + 8)) return this.#damaged('no byte order');
    const length = u32(bytes, from + 4, this.#little);
    if (length < 12 || length % 4 !== 0) return this.#damaged(`a block of ${length} bytes`);
    const isRead =
      kind === Block.section ||
      kind === Block.interface ||
      kind === Block.packet ||
      kind === Block.simplePacket ||
      kind === Block.enhancedPacket;
    if (!isRead) {
      this.#skip = length;
      return null;
    }
    if (length > MOST_BLOCK_BYTES) return this.#damaged(`a block of ${length} bytes`);
    if (to - from < length) return Next.more;
    if (u32(bytes, from + length - 4, this.#little) !== length)
      return this.#damaged('a block whose two lengths differ');
    window.from = from + length;
    if (kind === Block.section) {
      this.#interfaces = [];
      return null;
    }
    if (kind === Block.interface) return this.#interface(bytes, from, length);
    return this.#packet(kind, bytes, from, length, frame);
  }

  #takeByteOrder(bytes: Uint8Array, at: number): boolean {
    const isLittle = u32(bytes, at, true) === BYTE_ORDER;
    if (!isLittle && u32(bytes, at, false) !== BYTE_ORDER) return false;
    this.#little = isLittle;
    return true;
  }

  #damaged(problem: string): NextOutcome {
    this.problem = problem;
    return Next.damaged;
  }

  #interface(bytes: Uint8Array, from: number, length: number): NextOutcome | null {
    if (length < 20) return this.#damaged('an interface that is cut short');
    if (this.#interfaces.length === MOST_INTERFACES) return this.#damaged(`more than ${MOST_INTERFACES} interfaces`);
    const resolution = this.#resolution(bytes, from + 16, from + length - 4);
    if (resolution === null) return this.#damaged('an interface with times that are finer than any');
    const [linkType, snapLength] = [u16(bytes, from + 8, this.#little), u32(bytes, from + 12, this.#little)];
    this.#interfaces.push({ linkType, snapLength, resolution });
    return null;
  }

  #resolution(bytes: Uint8Array, from: number, end: number): Resolution | null {
    let { unitsPerSecond: units, offsetSeconds }: { unitsPerSecond: number | null; offsetSeconds: number } =
      MICROSECOND;
    for (let at = from; at + 4 <= end;) {
      const [code, size] = [u16(bytes, at, this.#little), u16(bytes, at + 2, this.#little)];
      if (code === Option.end || at + 4 + size > end) break;
      if (code === Option.resolution && size >= 1) units = unitsPerSecond(bytes[at + 4] ?? 0);
      if (code === Option.offset && size >= 8) {
        const [first, second] = [u32(bytes, at + 4, this.#little), u32(bytes, at + 8, this.#little)];
        const [high, low] = this.#little ? [second, first] : [first, second];
        offsetSeconds = (high | 0) * 4_294_967_296 + low;
      }
      at += 4 + size + (-size & 3);
    }
    return units === null ? null : { unitsPerSecond: units, offsetSeconds };
  }

  #packet(kind: number, bytes: Uint8Array, from: number, length: number, frame: Frame): NextOutcome {
    const little = this.#little;
    const isSimple = kind === Block.simplePacket;
    const head = isSimple ? 12 : 28;
    if (length < head + 4) return this.#damaged('a packet that is cut short');
    const number = isSimple ? 0 : kind === Block.packet ? u16(bytes, from + 8, little) : u32(bytes, from + 8, little);
    const on = this.#interfaces[number];
    if (on === undefined) return this.#damaged(`a packet of interface ${number}, which is not described`);
    const wire = u32(bytes, from + head - 4, little);
    const captured = isSimple
      ? Math.min(wire, on.snapLength === 0 ? wire : on.snapLength, length - head - 4)
      : u32(bytes, from + 20, little);
    if (captured > length - head - 4 || captured > MOST_PACKET_BYTES) {
      return this.#damaged(`a packet of ${captured} bytes in a block of ${length}`);
    }
    // A simple packet has no time of its own.
    if (!isSimple) {
      this.#lastUs = microseconds(u32(bytes, from + 12, little), u32(bytes, from + 16, little), on.resolution);
    }
    frame.timeUs = this.#lastUs;
    frame.from = from + head;
    frame.captured = captured;
    frame.length = Math.max(captured, wire);
    frame.linkType = on.linkType;
    return Next.packet;
  }
}
