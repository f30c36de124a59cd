import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ageErrors } from './errors.ts';
import { hkdfSha256 } from '../base/crypto/hmac.ts';
import { releaseMemory } from '../base/memory/release-memory.ts';

/** One chunk of the payload, the STREAM construction over ChaCha20-Poly1305: https://c2sp.org/age#payload */

/** Plaintext bytes of every chunk but the last. */
export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const PAYLOAD_NONCE_BYTES = 16;

const ALGORITHM = 'chacha20-poly1305';
const OPTIONS = { authTagLength: TAG_BYTES };
const PAYLOAD_INFO = Buffer.from('payload');

/** Bytes of the payload (nonce and chunks) of `plaintext` bytes: everything after the header. */
export function payloadBytes(plaintext: number): number {
  return PAYLOAD_NONCE_BYTES + plaintext + TAG_BYTES * Math.max(1, Math.ceil(plaintext / CHUNK_BYTES));
}

/** The inverse of {@link payloadBytes}. Throws `age_size_impossible` for sizes that no payload has. */
export function plaintextBytes(payload: number): number {
  const sealed = payload - PAYLOAD_NONCE_BYTES;
  const plaintext = sealed - TAG_BYTES * Math.max(1, Math.ceil(sealed / SEALED_CHUNK_BYTES));
  if (!Number.isSafeInteger(payload) || plaintext < 0 || payloadBytes(plaintext) !== payload) {
    throw ageErrors('age_size_impossible', { detail: `${payload} bytes after the header` });
  }
  return plaintext;
}

/** A KeyObject, because importing the raw key for each chunk costs more than the rest of the set-up together. */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): KeyObject {
  return createSecretKey(hkdfSha256(fileKey, nonce, PAYLOAD_INFO));
}

/** 11 bytes of counter, big-endian, then 1 for the last chunk. */
function chunkNonce(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Writes the sealed chunk to `out` at `at`; returns where it ends. */
export function sealChunk(
  key: KeyObject,
  index: number,
  isLast: boolean,
  pieces: readonly Uint8Array[],
  out: Buffer,
  at: number,
): number {
  const cipher = createCipheriv(ALGORITHM, key, chunkNonce(index, isLast), OPTIONS);
  let end = at;
  for (const piece of pieces) {
    const ciphertext = cipher.update(piece);
    out.set(ciphertext, end);
    releaseMemory(ciphertext);
    end += piece.length;
  }
  cipher.final();
  out.set(cipher.getAuthTag(), end);
  return end + TAG_BYTES;
}

/**
 * Writes the plaintext of the chunk to `out` at `at` and returns where it ends, or `null` when it does not verify;
 * then what was written is wiped. `pieces` hold `bytes` in all, at least a tag.
 */
export function openChunk(
  key: KeyObject,
  index: number,
  isLast: boolean,
  pieces: readonly Uint8Array[],
  bytes: number,
  out: Buffer,
  at: number,
): number | null {
  const decipher = createDecipheriv(ALGORITHM, key, chunkNonce(index, isLast), OPTIONS);
  const tag = Buffer.allocUnsafe(TAG_BYTES);
  const plaintext = bytes - TAG_BYTES;
  let seen = 0;
  for (const piece of pieces) {
    const body = piece.subarray(0, Math.max(0, Math.min(piece.length, plaintext - seen)));
    if (body.length > 0) {
      const opened = decipher.update(body);
      out.set(opened, at + seen);
      releaseMemory(opened);
    }
    // The tag may be spread over the ends of several pieces.
    if (body.length < piece.length) tag.set(piece.subarray(body.length), seen + body.length - plaintext);
    seen += piece.length;
  }
  decipher.setAuthTag(tag);
  try {
    decipher.final();
  } catch {
    out.fill(0, at, at + plaintext);
    return null;
  }
  return at + plaintext;
}

/** {@link sealChunk} without a copy, for who has the chunk in one piece: ciphertext and tag, which follow each other. */
export function sealWholeChunk(key: KeyObject, index: number, isLast: boolean, plaintext: Uint8Array): Buffer[] {
  const cipher = createCipheriv(ALGORITHM, key, chunkNonce(index, isLast), OPTIONS);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/** {@link openChunk} without a copy, for who has the chunk in one piece: at least a tag. */
export function openWholeChunk(key: KeyObject, index: number, isLast: boolean, sealed: Uint8Array): Buffer | null {
  const decipher = createDecipheriv(ALGORITHM, key, chunkNonce(index, isLast), OPTIONS);
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return null;
  }
  return plaintext;
}
