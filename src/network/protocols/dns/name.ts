/** A name of DNS and where what follows it begins. */
export interface Name {
  readonly name: string;
  readonly next: number;
}

/** RFC 1035, section 2.3.4. */
const MOST_NAME_BYTES = 255;

/**
 * RFC 1035, section 4.1.4: labels, or a pointer to where the rest stands before. `start`: of the message; null: it is broken. A
 * pointer has to point before where it was come from, so that none leads in a circle.
 */
export function readName(bytes: Uint8Array, start: number, end: number, from: number): Name | null {
  let name = '';
  let size = 0;
  let next = -1;
  let bound = from;
  let at = from;
  for (;;) {
    if (at >= end) return null;
    const length = bytes[at]!;
    if (length >= 0xc0) {
      if (at + 1 >= end) return null;
      if (next < 0) next = at + 2;
      const target = start + (((length & 0x3f) << 8) | bytes[at + 1]!);
      if (target >= bound) return null;
      bound = at = target;
      continue;
    }
    if (length >= 0x40) return null;
    at += 1;
    // Put together letter by letter it would take ten times its length for as long as its record is kept.
    if (length === 0) return { name: Buffer.from(name, 'latin1').toString('latin1'), next: next < 0 ? at : next };
    size += length + 1;
    if (size > MOST_NAME_BYTES || at + length > end) return null;
    if (name !== '') name += '.';
    for (let index = at; index < at + length; index += 1) name += letter(bytes[index]!);
    at += length;
  }
}

/** The same without making text of it: where what follows begins; -1: it is broken. */
export function skipName(bytes: Uint8Array, end: number, from: number): number {
  for (let at = from; at < end;) {
    const length = bytes[at]!;
    if (length >= 0xc0) return at + 2 <= end ? at + 2 : -1;
    if (length >= 0x40) return -1;
    at += 1 + length;
    if (length === 0) return at;
    if (at - from > MOST_NAME_BYTES) return -1;
  }
  return -1;
}

/** Lower case, as names are compared; what is no plain character as RFC 4343 writes it. */
function letter(byte: number): string {
  if (byte >= 65 && byte <= 90) return String.fromCharCode(byte + 32);
  if (byte > 32 && byte < 127 && byte !== 46 && byte !== 92) return String.fromCharCode(byte);
  return `\\${String(byte).padStart(3, '0')}`;
}
