import { ipv4Text, ipv6Text } from '../../../records/addresses.ts';
import type { AddressWords } from '../../address-words.ts';

/** Words of an address, and one that says which version it is. */
const WORDS = 5;
const FEWEST = 1024;

/** The addresses of a segment, each once; its rows name them by their place. */
export class AddressBook {
  count = 0;
  #words = new Uint32Array(FEWEST * WORDS);
  /** Places and one, in open addressing, at most half full. */
  #slots = new Int32Array(FEWEST * 2);

  /** The place of the address, which is new or known. */
  place(isVersion6: boolean, a: number, b: number, c: number, d: number): number {
    const version = isVersion6 ? 6 : 4;
    let slot = hash(a, b, c, d) & (this.#slots.length - 1);
    for (let found = this.#slots[slot]!; found !== 0; found = this.#slots[slot]!) {
      if (this.#is((found - 1) * WORDS, version, a, b, c, d)) return found - 1;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    const place = this.count;
    this.count = place + 1;
    const words = this.#words;
    const at = place * WORDS;
    words[at] = version;
    words[at + 1] = a;
    words[at + 2] = b;
    words[at + 3] = c;
    words[at + 4] = d;
    this.#slots[slot] = place + 1;
    if (this.count * 2 >= this.#slots.length) this.#grow();
    return place;
  }

  #is(at: number, version: number, a: number, b: number, c: number, d: number): boolean {
    const words = this.#words;
    return (
      words[at + 1] === a >>> 0 &&
      words[at] === version &&
      words[at + 2] === b >>> 0 &&
      words[at + 3] === c >>> 0 &&
      words[at + 4] === d >>> 0
    );
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let place = 0; place < this.count; place += 1) {
      const at = place * WORDS;
      let slot = hash(words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!) & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = place + 1;
    }
  }

  /** Where all are of IPv4, one word for each, behind a word that says so. */
  pack(): Uint8Array {
    const words = this.#words;
    let isAllVersion4 = true;
    for (let place = 0; place < this.count; place += 1) if (words[place * WORDS] !== 4) isAllVersion4 = false;
    if (!isAllVersion4) return bytesOf(Uint32Array.of(6), words.subarray(0, this.count * WORDS));
    const short = new Uint32Array(this.count);
    for (let place = 0; place < this.count; place += 1) short[place] = words[place * WORDS + 1]!;
    return bytesOf(Uint32Array.of(4), short);
  }

  clear(): void {
    this.count = 0;
    this.#slots.fill(0);
  }
}

function bytesOf(head: Uint32Array, words: Uint32Array): Uint8Array {
  const all = new Uint32Array(head.length + words.length);
  all.set(head);
  all.set(words, head.length);
  return new Uint8Array(all.buffer);
}

/** Nobody gains by addresses that meet: a segment has few, and is written once. */
function hash(a: number, b: number, c: number, d: number): number {
  let bits = Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35), 0x2c1b3c6d);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x297a2d39);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A book as it was packed. */
export class PackedAddresses {
  readonly count: number;
  readonly #words: Uint32Array;
  readonly #isShort: boolean;

  constructor(part: Uint8Array) {
    const bytes = part.byteOffset % 4 === 0 ? part : Uint8Array.from(part);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    this.#isShort = words[0] === 4;
    this.#words = words.subarray(1);
    this.count = this.#isShort ? this.#words.length : this.#words.length / WORDS;
  }

  /** -1: it is not here. */
  find({ isVersion6, words: [a, b, c, d] }: AddressWords): number {
    const words = this.#words;
    if (this.#isShort) return isVersion6 ? -1 : words.indexOf(a >>> 0);
    const version = isVersion6 ? 6 : 4;
    for (let at = 0; at < words.length; at += WORDS) {
      if (
        words[at + 1] === a >>> 0 &&
        words[at] === version &&
        words[at + 2] === b >>> 0 &&
        words[at + 3] === c >>> 0 &&
        words[at + 4] === d >>> 0
      )
        return at / WORDS;
    }
    return -1;
  }

  isVersion6(place: number): boolean {
    return !this.#isShort && this.#words[place * WORDS] === 6;
  }

  /** One of the four words, as `Packet` has them. */
  word(place: number, index: number): number {
    if (this.#isShort) return index === 0 ? this.#words[place]! : 0;
    return this.#words[place * WORDS + 1 + index]!;
  }

  text(place: number): string {
    if (!this.isVersion6(place)) return ipv4Text(this.word(place, 0));
    return ipv6Text(this.word(place, 0), this.word(place, 1), this.word(place, 2), this.word(place, 3));
  }
}
