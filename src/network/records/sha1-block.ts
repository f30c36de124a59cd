/**
 * SHA-1 (RFC 3174) of messages that fit into one block, which is all that Community ID needs: a call into node:crypto for
 * each flow takes twice as long. It keeps nothing secret; everything else here uses node:crypto.
 */
export class Sha1Block {
  /** What is behind the length that is hashed is ignored. */
  readonly message = new Uint8Array(55);
  readonly digest = new Uint8Array(20);
  readonly #schedule = new Int32Array(80);

  /** Of the first `length` bytes of `message`, into `digest`. */
  hash(length: number): void {
    const words = this.#schedule;
    const { message } = this;
    for (let at = 0; at < 16; at += 1) words[at] = 0;
    for (let at = 0; at < length; at += 1) words[at >> 2]! |= message[at]! << (24 - (at & 3) * 8);
    words[length >> 2]! |= 0x80 << (24 - (length & 3) * 8);
    words[15] = length * 8;
    for (let at = 16; at < 80; at += 1) {
      const mixed = words[at - 3]! ^ words[at - 8]! ^ words[at - 14]! ^ words[at - 16]!;
      words[at] = (mixed << 1) | (mixed >>> 31);
    }
    this.#compress(words);
  }

  /** Four loops rather than one that asks where it is: half of the time. */
  #compress(words: Int32Array): void {
    let a = 0x67452301;
    let b = 0xefcdab89 | 0;
    let c = 0x98badcfe | 0;
    let d = 0x10325476;
    let e = 0xc3d2e1f0 | 0;
    let at = 0;
    for (; at < 20; at += 1) {
      const next = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + words[at]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; at < 40; at += 1) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + words[at]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; at < 60; at += 1) {
      const next = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + words[at]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    for (; at < 80; at += 1) {
      const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + words[at]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    this.#put(0, a + 0x67452301);
    this.#put(4, b + 0xefcdab89);
    this.#put(8, c + 0x98badcfe);
    this.#put(12, d + 0x10325476);
    this.#put(16, e + 0xc3d2e1f0);
  }

  #put(at: number, word: number): void {
    this.digest[at] = word >>> 24;
    this.digest[at + 1] = word >>> 16;
    this.digest[at + 2] = word >>> 8;
    this.digest[at + 3] = word;
  }
}
