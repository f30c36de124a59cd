import { u32 } from '../capture/byte-window.ts';

export const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** Finds where packets end in a stream of pcap that comes in pieces, so that it can be cut into files. */
export class PacketEdges {
  /** The head of the stream, which every file begins with; empty until it is whole. */
  head: Uint8Array = new Uint8Array(0);
  #header = new Uint8Array(RECORD_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the packet that is being passed by. */
  #left = 0;

  /** Where the last packet that ends within `bytes` ends; 0: none does. */
  take(bytes: Uint8Array): number {
    let [at, edge] = [0, 0];
    if (this.head.length < FILE_HEADER_BYTES) {
      const more = bytes.subarray(0, FILE_HEADER_BYTES - this.head.length);
      this.head = Uint8Array.of(...this.head, ...more);
      at = more.length;
    }
    while (at < bytes.length) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, bytes.length - at);
        this.#left -= passed;
        at += passed;
      } else {
        const more = bytes.subarray(at, at + RECORD_HEADER_BYTES - this.#headerBytes);
        this.#header.set(more, this.#headerBytes);
        this.#headerBytes += more.length;
        at += more.length;
        if (this.#headerBytes < RECORD_HEADER_BYTES) break;
        this.#headerBytes = 0;
        this.#left = u32(this.#header, 8, this.head[0] !== 0xa1);
      }
      if (this.#left === 0 && this.#headerBytes === 0) edge = at;
    }
    return edge;
  }
}
