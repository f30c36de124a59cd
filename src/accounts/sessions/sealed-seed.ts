import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { JsonValue } from '../../storage/index.ts';
import { hkdfSha256 } from '../../base/crypto/hmac.ts';
import { canonicalJson } from '../../base/formats/canonical-json.ts';

/** An identity's seed under the secret of a token: what a session or an app password carries from login to request. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEED_BYTES = 32;

/** What is sealed for one purpose opens for no other. */
export type SealPurpose = 'session' | 'app-password';

/** ChaCha20-Poly1305 under HKDF(secret), bound to its place; 12-byte nonce first, base64url. */
export function sealSeed(seed: Buffer, secret: Buffer, purpose: SealPurpose, place: JsonValue): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('chacha20-poly1305', keyOf(secret, purpose), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bytesOf(place), { plaintextLength: SEED_BYTES });
  const sealed = Buffer.concat([nonce, cipher.update(seed), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

/** `null` when it was sealed with another secret, for another purpose or another place. */
export function openSeed(sealed: string, secret: Buffer, purpose: SealPurpose, place: JsonValue): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length !== NONCE_BYTES + SEED_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('chacha20-poly1305', keyOf(secret, purpose), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bytesOf(place), { plaintextLength: SEED_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES + SEED_BYTES));
  const seed = decipher.update(bytes.subarray(NONCE_BYTES, NONCE_BYTES + SEED_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return seed;
}

function bytesOf(place: JsonValue): Buffer {
  return Buffer.from(canonicalJson(place));
}

/** As an object: of a key in bytes node:crypto first finds out, by an error that it catches, that it is none. */
function keyOf(secret: Buffer, purpose: SealPurpose): KeyObject {
  return createSecretKey(hkdfSha256(secret, null, Buffer.from(`holdfast/v1/${purpose}`)));
}
