import type { ByteWriter } from './byte-writer.ts';

/** Fresh ones for each run, so that ids of two runs differ. */
export type IdSeed = readonly [number, number, number];

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGIT = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const LETTER_C = 67;

/** A uid as Zeek's look: “C” and 96 bits in base 62. Two flows of one run never have the same. */
export function writeFlowId(writer: ByteWriter, seed: IdSeed, serial: number): void {
  const { bytes } = writer;
  let at = writer.at;
  bytes[at] = LETTER_C;
  at += 1;
  for (let part = 0; part < 3; part += 1) {
    let bits = flowIdPart(seed, serial, part);
    for (let digit = 0; digit < 6; digit += 1) {
      const rest = Math.floor(bits / 62);
      bytes[at + digit] = DIGIT[bits - rest * 62]!;
      bits = rest;
    }
    at += 6;
  }
  writer.at = at;
}

/** One of the three words that a uid is made of, `part` 0 to 2. */
export function flowIdPart(seed: IdSeed, serial: number, part: number): number {
  return mixed(serial ^ seed[part]!, part) >>> 0;
}

/** One to one, so that what differs stays different. */
function mixed(word: number, part: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x45d9f3b + part * 2);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  return bits ^ (bits >>> 16);
}
