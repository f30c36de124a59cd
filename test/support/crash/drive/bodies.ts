import { createCipheriv, createHash } from 'node:crypto';

/** What a file was given, in a form that can be held against what it gives back. */
export interface Body {
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Bytes that no other token has, nor any part of them: a file that got another's content, or a hole, is seen. */
export function bodyOf(token: string, size: number): Body {
  const key = createHash('sha256').update(token).digest();
  const bytes = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Nothing, a little, the edges of a chunk of 64 KiB, several chunks, and several of the writes that chunks go into.
 * Small ones come more often: more acts are then under way when the server dies.
 */
export const SIZES = [
  ...[0, 0, 1, 300, 300, 2_000, 2_000, 5_000, 5_000, 5_000, 20_000, 20_000, 40_000, 40_000],
  ...[65_535, 65_536, 65_537, 131_072, 131_072, 200_000, 300_000, 300_000, 1_000_000, 3_500_000],
];

/** The body as a slow sender gives it; `onPiece` hears of each piece before it goes out. */
export async function* inPieces(bytes: Buffer, onPiece: (number: number) => void): AsyncGenerator<Uint8Array> {
  const PIECE = 48_000;
  for (let at = 0, number = 1; at < bytes.length; at += PIECE, number += 1) {
    onPiece(number);
    yield bytes.subarray(at, at + PIECE);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
