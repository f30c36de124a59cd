/** Captures to measure with: made of ordinary packets, the same in each run. */
import { closeSync, openSync, writeSync } from 'node:fs';

const PIECE_BYTES = 8 * 2 ** 20;
const LARGEST_FRAME = 1514;
const START_S = 1_700_000_000;

/** Writes a pcap file packet by packet. */
export class CaptureFile implements Disposable {
  readonly #file: number;
  readonly #bytes = Buffer.alloc(PIECE_BYTES);
  #at = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx');
    this.#at = this.#bytes.writeUInt32LE(0xa1b2c3d4, 0);
    this.#at = this.#bytes.writeUInt16LE(2, this.#at);
    this.#at = this.#bytes.writeUInt16LE(4, this.#at);
    this.#bytes.fill(0, this.#at, this.#at + 8);
    this.#at = this.#bytes.writeUInt32LE(262_144, this.#at + 8);
    this.#at = this.#bytes.writeUInt32LE(1, this.#at);
  }

  /** A frame of `length` bytes whose headers are written into what is returned, at the place that comes with it. */
  frame(atUs: number, length: number): { readonly bytes: Buffer; readonly at: number } {
    if (this.#at + 16 + LARGEST_FRAME > PIECE_BYTES) this.#flush();
    const bytes = this.#bytes;
    bytes.writeUInt32LE(START_S + Math.floor(atUs / 1e6), this.#at);
    bytes.writeUInt32LE(atUs % 1e6, this.#at + 4);
    bytes.writeUInt32LE(length, this.#at + 8);
    bytes.writeUInt32LE(length, this.#at + 12);
    const at = this.#at + 16;
    this.#at = at + length;
    return { bytes, at };
  }

  #flush(): void {
    writeSync(this.#file, this.#bytes, 0, this.#at);
    this.#at = 0;
  }

  [Symbol.dispose](): void {
    this.#flush();
    closeSync(this.#file);
  }
}

interface Segment {
  readonly client: number;
  readonly port: number;
  readonly server: number;
  readonly isAnswer: boolean;
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly payload: number;
}

const SYN = 2;
const PUSH = 8;
const ACK = 16;
const HEADERS = 14 + 20 + 20;

function putSegment(file: CaptureFile, atUs: number, segment: Segment): void {
  const { client, port, server, isAnswer, payload } = segment;
  const { bytes, at } = file.frame(atUs, Math.max(60, HEADERS + payload));
  bytes.writeUInt32BE(0x02000000, at);
  bytes.writeUInt32BE(0x00010200, at + 4);
  bytes.writeUInt32BE(0x00000002, at + 8);
  bytes.writeUInt16BE(0x0800, at + 12);
  bytes.writeUInt16BE(0x4500, at + 14);
  bytes.writeUInt16BE(40 + payload, at + 16);
  bytes.writeUInt32BE(0x00004000, at + 18);
  bytes.writeUInt32BE(0x40060000, at + 22);
  bytes.writeUInt32BE(isAnswer ? server : client, at + 26);
  bytes.writeUInt32BE(isAnswer ? client : server, at + 30);
  bytes.writeUInt16BE(isAnswer ? 443 : port, at + 34);
  bytes.writeUInt16BE(isAnswer ? port : 443, at + 36);
  bytes.writeUInt32BE(segment.sequence >>> 0, at + 38);
  bytes.writeUInt32BE(segment.acknowledged >>> 0, at + 42);
  bytes.writeUInt16BE(0x5000 | segment.flags, at + 46);
  bytes.writeUInt16BE(64_240, at + 48);
  bytes.writeUInt32BE(0, at + 50);
}

/** 10.0.0.0/8, and 198.18.0.0/15, which is kept for measurements. */
const CLIENTS = 0x0a000001;
const SERVERS = 0xc6120001;

/** Ordinary traffic: `flows` connections that go on side by side, most bytes in full packets, most packets small or full. */
export function writeTraffic(path: string, packets: number, flows: number): void {
  using file = new CaptureFile(path);
  const sent = new Uint32Array(flows).fill(1);
  const received = new Uint32Array(flows).fill(1);
  for (let packet = 0; packet < packets; packet += 1) {
    // As though by chance, and the same each time.
    const chance = Math.imul(packet, 0x9e3779b1) >>> 0;
    const flow = packet < flows * 2 ? packet >> 1 : (chance >>> 8) % flows;
    const end = { client: CLIENTS + flow, port: 20_000 + (flow % 40_000), server: SERVERS + (flow % 500) };
    const isOpening = packet < flows * 2;
    const isAnswer = isOpening ? packet % 2 === 1 : (chance & 7) < 5;
    const kind = (chance >>> 3) & 7;
    const payload = isOpening || kind < 3 ? 0 : kind < 5 ? 200 : isAnswer ? 1460 : 400;
    const [own, other] = isAnswer ? [received, sent] : [sent, received];
    putSegment(file, packet * 4, {
      ...end,
      isAnswer,
      flags: isOpening ? (isAnswer ? SYN | ACK : SYN) : payload > 0 ? ACK | PUSH : ACK,
      sequence: isOpening ? 0 : own[flow]!,
      acknowledged: isOpening ? (isAnswer ? 1 : 0) : other[flow]!,
      payload,
    });
    own[flow]! += payload;
  }
}

/** `flows` connections that are all open at once: every SYN, then every answer. */
export function writeOpenFlows(path: string, flows: number): void {
  using file = new CaptureFile(path);
  for (let packet = 0; packet < flows * 2; packet += 1) {
    const flow = packet % flows;
    const isAnswer = packet >= flows;
    putSegment(file, packet, {
      ...{ client: CLIENTS + (flow % 60_000), port: 1024 + (flow % 60_013), server: SERVERS + (flow % 251) },
      isAnswer,
      flags: isAnswer ? SYN | ACK : SYN,
      ...{ sequence: 0, acknowledged: isAnswer ? 1 : 0, payload: 0 },
    });
  }
}
