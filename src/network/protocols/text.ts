/** Longer text from the wire is cut: names, lines and addresses that people use are shorter, and a record stays one. */
export const MOST_TEXT = 1024;

/** UTF-8 as far as it is that; what is not shows as U+FFFD. */
export function text(bytes: Uint8Array, from: number, to: number, most = MOST_TEXT): string {
  const end = Math.min(to, from + most);
  if (end <= from) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
}

/** Where `byte` stands in [from, to); -1: nowhere. */
export function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (bytes[at] === byte) return at;
  return -1;
}

export function startsWith(bytes: Uint8Array, from: number, to: number, words: string): boolean {
  if (to - from < words.length) return false;
  for (let at = 0; at < words.length; at += 1) if (bytes[from + at] !== words.charCodeAt(at)) return false;
  return true;
}

export const be16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
export const be24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
export const be32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
export const le24 = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
export const le32 = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
