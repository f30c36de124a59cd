/**
 * SHA-256 (FIPS 180-4) piece by piece. What browsers have of their own takes a message whole, and only on pages that came
 * over TLS; a file of many gigabytes is neither.
 */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 32 bytes; nothing can be added afterwards. */
  digest(): Uint8Array<ArrayBuffer>;
}

const BLOCK = 64;

export function sha256(): Sha256 {
  const state = Int32Array.from(initial);
  const schedule = new Int32Array(BLOCK);
  const rest = new Uint8Array(BLOCK);
  let held = 0;
  let total = 0;
  return {
    update(bytes) {
      total += bytes.length;
      let at = 0;
      if (held > 0) {
        at = Math.min(BLOCK - held, bytes.length);
        rest.set(bytes.subarray(0, at), held);
        held += at;
        if (held < BLOCK) return;
        compress(state, schedule, rest, 0, 1);
      }
      const blocks = Math.floor((bytes.length - at) / BLOCK);
      compress(state, schedule, bytes, at, blocks);
      at += blocks * BLOCK;
      rest.set(bytes.subarray(at));
      held = bytes.length - at;
    },
    digest() {
      // Section 5.1.1: a one, zeros, and the length in bits as 64 bits.
      const padded = new Uint8Array(held < BLOCK - 8 ? BLOCK : 2 * BLOCK);
      padded.set(rest.subarray(0, held));
      padded[held] = 0x80;
      new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(total) * 8n);
      compress(state, schedule, padded, 0, padded.length / BLOCK);
      const out = new DataView(new ArrayBuffer(32));
      state.forEach((word, index) => out.setInt32(4 * index, word));
      return new Uint8Array(out.buffer);
    },
  };
}

/** Section 6.2.2, for `blocks` blocks from `offset` on. */
function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, offset: number, blocks: number): void {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Read one by one and as integers: through an iterator they would be of any type, and twice as slow to work with.
  let h0 = (state[0] as number) | 0;
  let h1 = (state[1] as number) | 0;
  let h2 = (state[2] as number) | 0;
  let h3 = (state[3] as number) | 0;
  let h4 = (state[4] as number) | 0;
  let h5 = (state[5] as number) | 0;
  let h6 = (state[6] as number) | 0;
  let h7 = (state[7] as number) | 0;
  for (let block = 0, at = offset; block < blocks; block++) {
    for (let t = 0; t < 16; t++, at += 4) w[t] = words.getInt32(at);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15] as number;
      const y = w[t - 2] as number;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = ((w[t - 16] as number) + s0 + (w[t - 7] as number) + s1) | 0;
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    let f = h5;
    let g = h6;
    let h = h7;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[t] as number) + (w[t] as number)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
    h5 = (h5 + f) | 0;
    h6 = (h6 + g) | 0;
    h7 = (h7 + h) | 0;
  }
  state.set([h0, h1, h2, h3, h4, h5, h6, h7]);
}

/** The first 32 bits of the fractional parts of the square roots of the first eight primes (section 5.3.3). */
const initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/** The same of the cube roots of the first 64 primes (section 4.2.2). */
const K = Int32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
