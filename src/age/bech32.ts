/**
 * Bech32 (BIP 173) without its limit of 90 characters, as age uses it for keys: the human-readable part, `1`,
 * then 5-bit groups and a checksum of six.
 */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const CHECKSUM_LENGTH = 6;

/** Value of each ASCII code, -1 for those outside the alphabet. A post-quantum key has 1959 of them to look up. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

function polymod(checksum: number, value: number): number {
  const top = checksum >>> 25;
  let next = ((checksum & 0x1ffffff) << 5) ^ value;
  if (top & 1) next ^= 0x3b6a57b2;
  if (top & 2) next ^= 0x26508e6d;
  if (top & 4) next ^= 0x1ea119fa;
  if (top & 8) next ^= 0x3d4233dd;
  if (top & 16) next ^= 0x2a1462b3;
  return next;
}

function checksumOf(prefix: string, values: ArrayLike<number>): number {
  let checksum = 1;
  for (let i = 0; i < prefix.length; i++) checksum = polymod(checksum, prefix.charCodeAt(i) >>> 5);
  checksum = polymod(checksum, 0);
  for (let i = 0; i < prefix.length; i++) checksum = polymod(checksum, prefix.charCodeAt(i) & 31);
  for (let i = 0; i < values.length; i++) checksum = polymod(checksum, values[i] ?? 0);
  return checksum;
}

/** `prefix` in lower case; the result is lower case. */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const values: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      values.push((pending >>> bits) & 31);
    }
  }
  if (bits > 0) values.push((pending << (5 - bits)) & 31);
  const checksum = checksumOf(prefix, [...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  for (let i = 0; i < CHECKSUM_LENGTH; i++) values.push((checksum >>> (5 * (CHECKSUM_LENGTH - 1 - i))) & 31);
  return `${prefix}1${values.map((value) => ALPHABET[value]).join('')}`;
}

/** `null` for anything that is not well-formed, mixed case included. The prefix comes back in lower case. */
export function decodeBech32(text: string): { prefix: string; bytes: Buffer } | null {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return null;
  const separator = lower.lastIndexOf('1');
  if (separator < 1 || lower.length - separator - 1 < CHECKSUM_LENGTH) return null;
  const prefix = lower.slice(0, separator);
  if (!/^[\x21-\x7e]+$/.test(prefix)) return null;
  const values = new Uint8Array(lower.length - separator - 1);
  for (let i = 0; i < values.length; i++) {
    const value = VALUES[lower.charCodeAt(separator + 1 + i)] ?? -1;
    if (value === -1) return null;
    values[i] = value;
  }
  if (checksumOf(prefix, values) !== 1) return null;

  const bytes = Buffer.alloc(Math.floor(((values.length - CHECKSUM_LENGTH) * 5) / 8));
  let used = 0;
  let bits = 0;
  let pending = 0;
  for (const value of values.subarray(0, -CHECKSUM_LENGTH)) {
    pending = ((pending << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[used++] = pending >>> bits;
    }
  }
  // Left-over bits must be fewer than a group and zero, or one key would have several spellings.
  if (bits >= 5 || (pending & ((1 << bits) - 1)) !== 0) return null;
  return { prefix, bytes };
}
