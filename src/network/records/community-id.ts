import { Kind, Word, WORDS } from '../flows/layout.ts';
import type { ByteWriter } from './byte-writer.ts';
import { Sha1Block } from './sha1-block.ts';

const BASE64 = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (digit) =>
  digit.charCodeAt(0),
);
const EQUALS = 61;
const SEED = 0;

/** Community ID version 1 (github.com/corelight/community-id-spec): the same for both directions, and for every program. */
export class CommunityId {
  readonly #sha1 = new Sha1Block();

  write(writer: ByteWriter, words: Int32Array, index: number): void {
    const at = index * WORDS;
    this.#sha1.hash(this.#message(words, at));
    writer.text('1:');
    const { digest } = this.#sha1;
    const { bytes } = writer;
    let to = writer.at;
    for (let from = 0; from < 20; from += 3) {
      const group = (digest[from]! << 16) | ((digest[from + 1] ?? 0) << 8) | (digest[from + 2] ?? 0);
      bytes[to] = BASE64[group >> 18]!;
      bytes[to + 1] = BASE64[(group >> 12) & 63]!;
      bytes[to + 2] = BASE64[(group >> 6) & 63]!;
      bytes[to + 3] = from + 2 < 20 ? BASE64[group & 63]! : EQUALS;
      to += 4;
    }
    writer.at = to;
  }

  /** Seed, the lesser end's address, the other's, protocol, a zero, the ports. Returns the length. */
  #message(words: Int32Array, at: number): number {
    const { message } = this.#sha1;
    const kind = words[at + Word.kind]!;
    const ports = words[at + Word.ports]!;
    const size = kind & Kind.version6 ? 4 : 1;
    const isSwapped = (kind & Kind.oneWay) === 0 && isGreater(words, at, size, ports);
    const [first, second] = isSwapped ? [at + 4, at] : [at, at + 4];
    const hasPorts = ports !== 0 || HAS_PORTS.has(kind & Kind.protocol);
    message[0] = SEED >>> 8;
    message[1] = SEED;
    let to = 2;
    for (let word = 0; word < size; word += 1) to = put(message, to, words[first + word]!);
    for (let word = 0; word < size; word += 1) to = put(message, to, words[second + word]!);
    message[to] = kind & Kind.protocol;
    message[to + 1] = 0;
    if (!hasPorts) return to + 2;
    return put(message, to + 2, isSwapped ? (ports << 16) | (ports >>> 16) : ports);
  }
}

/** TCP, UDP, SCTP, ICMP, ICMPv6: with a port of 0 as well. */
const HAS_PORTS = new Set([1, 6, 17, 58, 132]);

function put(message: Uint8Array, at: number, word: number): number {
  message[at] = word >>> 24;
  message[at + 1] = word >>> 16;
  message[at + 2] = word >>> 8;
  message[at + 3] = word;
  return at + 4;
}

/** Whether the originator is the greater end: by address, then by port. */
function isGreater(words: Int32Array, at: number, size: number, ports: number): boolean {
  for (let word = 0; word < size; word += 1) {
    const [originator, responder] = [words[at + word]! >>> 0, words[at + 4 + word]! >>> 0];
    if (originator !== responder) return originator > responder;
  }
  return ports >>> 16 > (ports & 0xffff);
}
