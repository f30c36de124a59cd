/** Writes ASN.1 in DER (ITU-T X.690): as much of it as certificates and requests for them need. */

function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

/** One byte up to 127; beyond it, how many bytes follow and then those (section 8.1.3). */
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Buffer => value(0x31, ...parts);
export const octetString = (content: Uint8Array): Buffer => value(0x04, content);
export const utf8String = (text: string): Buffer => value(0x0c, Buffer.from(text));
export const boolean = (is: boolean): Buffer => value(0x01, Buffer.of(is ? 0xff : 0));
/** All bits used but the last `unused`. */
export const bitString = (content: Uint8Array, unused = 0): Buffer => value(0x03, Buffer.of(unused), content);
/** `[n]` around whole values. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Buffer => value(0xa0 | n, ...parts);
/** `[n]` in the place of a tag of bytes. */
export const implicit = (n: number, content: Uint8Array): Buffer => value(0x80 | n, content);

/** Of bytes that stand for a number that is not negative. */
export function integer(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const rest = bytes.subarray(from);
  return value(0x02, (rest[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0), rest);
}

/** `1.2.840.113549` */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    return digits;
  });
  return value(0x06, Buffer.from(bytes));
}

/** In seconds; UTCTime up to 2049, as RFC 5280 section 4.1.2.5 wants it. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\..*$/g, '');
  return digits < '2050' ? value(0x17, Buffer.from(`${digits.slice(2)}Z`)) : value(0x18, Buffer.from(`${digits}Z`));
}
