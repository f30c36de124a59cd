import { hasCode, type HoldfastError } from '../../base/errors.ts';
import { networkErrors } from '../errors.ts';
import { ByteWindow, type ReadInto } from './byte-window.ts';
import type { Frame } from './frame.ts';
import { Next, openPcap, PACKET_HEADER_BYTES, type PacketReader } from './pcap.ts';
import { MOST_BLOCK_BYTES, openPcapng } from './pcapng.ts';

/**
 * A capture that is read packet by packet: `next` fills a frame from what is in memory, `fill` brings more. It ends by
 * itself or with a `problem`; what came before counts either way.
 */
export class Capture {
  packets = 0;
  problem: HoldfastError | null = null;
  readonly #window: ByteWindow;
  readonly #reader: PacketReader;
  readonly #name: string;
  #ended = false;

  constructor(window: ByteWindow, reader: PacketReader, name: string) {
    this.#window = window;
    this.#reader = reader;
    this.#name = name;
  }

  /** Where frames lie; another buffer after `fill`. */
  get bytes(): Uint8Array {
    return this.#window.bytes;
  }

  /** How far into the capture it has read, in bytes. */
  get position(): number {
    return this.#window.position;
  }

  /** False when more bytes are needed, or when it has ended. */
  next(frame: Frame): boolean {
    if (this.#ended) return false;
    const outcome = this.#reader.next(this.#window, frame);
    if (outcome === Next.packet) {
      this.packets += 1;
      return true;
    }
    if (outcome === Next.damaged) this.#end('network_capture_damaged', this.#reader.problem);
    return false;
  }

  /** False at the end. */
  async fill(): Promise<boolean> {
    if (this.#ended) return false;
    try {
      if (await this.#window.fill()) return true;
    } catch (error) {
      // A program that reads it first, for its filter, has told of the damage.
      if (!hasCode(error, 'network_capture_damaged')) throw error;
      [this.problem, this.#ended] = [error, true];
      return false;
    }
    const left = this.#window.to - this.#window.from;
    if (left > 0 || !this.#reader.isBetweenBlocks) {
      this.#end('network_capture_truncated', `${left} bytes of it are there`);
    }
    this.#ended = true;
    return false;
  }

  #end(code: 'network_capture_damaged' | 'network_capture_truncated', what: string): void {
    this.#ended = true;
    this.problem = networkErrors(code, {
      attempted: `Read “${this.#name}”`,
      detail: `at byte ${this.position}, after ${this.packets} packets: ${what}`,
      extra: { position: this.position, packets: this.packets },
    });
  }
}

const FIRST_BYTES = 24;

/** `name` is for people. Throws `network_capture_unknown`. */
export async function openCapture(read: ReadInto, name: string): Promise<Capture> {
  const window = new ByteWindow(read, MOST_BLOCK_BYTES + PACKET_HEADER_BYTES);
  while (window.to - window.from < FIRST_BYTES && (await window.fill()));
  const reader = openPcap(window) ?? openPcapng(window);
  if (reader) return new Capture(window, reader, name);
  const [first, second] = window.bytes.subarray(window.from, window.to);
  const isGzip = first === 0x1f && second === 0x8b;
  throw networkErrors('network_capture_unknown', {
    attempted: `Read “${name}”`,
    detail:
      window.to === window.from
        ? 'it is empty'
        : isGzip
          ? 'it is compressed with gzip'
          : 'it begins as no capture does',
    ...(isGzip ? { remedy: `Unpack it on the way: gzip -dc FILE | holdfast network read -r -` } : {}),
  });
}
