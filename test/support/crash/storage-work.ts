import { createHash } from 'node:crypto';

export function objectKey(n: number): string {
  return `drives/${n % 5}/o/${n}.age`;
}

/** What object `n` holds: up to about 300 KB that cannot be mistaken for another's, or for a part of it. */
export function contentOf(n: number): Buffer {
  const seed = createHash('sha256').update(String(n)).digest();
  const size = (seed.readUInt32BE(0) % 300_000) + 1;
  return Buffer.alloc(size, seed);
}
