/**
 * Bech32 (BIP 173) without its limit of 90 characters, as age uses it for keys: the human-readable part, `1`,
 * then 5-bit groups and a checksum of six.
 */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_LENGTH = 6;

function polymod(checksum: number, value: number): number {
  const top = checksum >>> 25;
  let next = ((checksum & 0x1ffffff) << 5) ^ value;
  for (const [bit, term] of GENERATOR.entries()) if ((top >>> bit) & 1) next ^= term;
  return next >>> 0;
}

function checksumOf(prefix: string, values: readonly number[]): number {
  let checksum = 1;
  for (const letter of prefix) checksum = polymod(checksum, letter.charCodeAt(0) >>> 5);
  checksum = polymod(checksum, 0);
  for (const letter of prefix) checksum = polymod(checksum, letter.charCodeAt(0) & 31);
  for (const value of values) checksum = polymod(checksum, value);
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
  const values: number[] = [];
  for (const letter of lower.slice(separator + 1)) {
    const value = VALUES.get(letter);
    if (value === undefined) return null;
    values.push(value);
  }
  if (checksumOf(prefix, values) !== 1) return null;

  const bytes: number[] = [];
  let bits = 0;
  let pending = 0;
  for (const value of values.slice(0, -CHECKSUM_LENGTH)) {
    pending = ((pending << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((pending >>> bits) & 0xff);
    }
  }
  // Left-over bits must be fewer than a group and zero, or one key would have several spellings.
  if (bits >= 5 || (pending & ((1 << bits) - 1)) !== 0) return null;
  return { prefix, bytes: Buffer.from(bytes) };
}
