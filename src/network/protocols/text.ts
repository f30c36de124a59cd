/** Longer text from the wire is cut: names, lines and addresses that people use are shorter, and a record stays one. */
export const MOST_TEXT = 1024;

/** UTF-8 as far as it is that; what is not shows as U+FFFD. */
export function text(bytes: Uint8Array, from: number, to: number, most = MOST_TEXT): string {
  const end = Math.min(to, from + most);
  if (end <= from) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
}

export const be16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
export const be32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
