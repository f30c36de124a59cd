import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const ALGORITHM = 'chacha20-poly1305';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * ChaCha20-Poly1305 (RFC 8439) under a random nonce: base64url of nonce, ciphertext, tag. `context` says what the
 * value is and where it belongs; it opens with just the same context, so no sealed value fits into another record.
 */
export function seal(key: KeyObject, context: readonly (string | number)[], plain: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(canonical(context), { plaintextLength: plain.byteLength });
  const body = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** `null` when it was not sealed under this key for this context. */
export function unseal(key: KeyObject, context: readonly (string | number)[], sealed: string): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  decipher.setAAD(canonical(context), { plaintextLength: body.length });
  const plain = decipher.update(body);
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plain;
}

/** A JSON array of strings and safe integers has one spelling only, so no two contexts share it. */
function canonical(context: readonly (string | number)[]): Buffer {
  return Buffer.from(JSON.stringify(context));
}
