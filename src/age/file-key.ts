import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** Bytes of a file key: the one secret of a file, made for it alone and wrapped once for each recipient. */
export const FILE_KEY_BYTES = 16;

/** A wrapped file key: the key and a Poly1305 tag. Readers refuse other sizes before they decrypt. */
export const WRAPPED_FILE_KEY_BYTES = 32;

const TAG_BYTES = 16;
export const ZERO_NONCE = Buffer.alloc(12);

export function newFileKey(): Buffer {
  return randomBytes(FILE_KEY_BYTES);
}

/** ChaCha20-Poly1305; a zero nonce is right where `key` wraps this one file key only. */
export function wrap(fileKey: Uint8Array, key: Uint8Array, nonce: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', createSecretKey(key), nonce, { authTagLength: TAG_BYTES });
  const wrapped = cipher.update(fileKey);
  cipher.final();
  return Buffer.concat([wrapped, cipher.getAuthTag()]);
}

/** `null` when the tag does not match: wrapped for somebody else. `wrapped` is 32 bytes. */
export function unwrap(wrapped: Uint8Array, key: Uint8Array, nonce: Uint8Array): Buffer | null {
  const decipher = createDecipheriv('chacha20-poly1305', createSecretKey(key), nonce, { authTagLength: TAG_BYTES });
  const fileKey = decipher.update(wrapped.subarray(0, FILE_KEY_BYTES));
  decipher.setAuthTag(wrapped.subarray(FILE_KEY_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return fileKey;
}
