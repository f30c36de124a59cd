import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { identityFromSeed } from '../../age/index.ts';
import type { KeyIdentity } from '../../age/index.ts';
import { canonicalJson } from '../canonical-json.ts';

/**
 * A token is `hfs_` + base64url(16 bytes) + `.` + base64url(32 bytes). A hash of the first part finds the session's
 * row; the second part opens it. The row alone, or all rows together, open nothing.
 */
export interface SessionToken {
  readonly text: string;
  /** Base64url SHA-256 of the id part. */
  readonly hash: string;
  readonly secret: Buffer;
}

const TOKEN = /^hfs_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEED_BYTES = 32;

export function newToken(): SessionToken {
  return tokenOf(randomBytes(16), randomBytes(32));
}

/** `null` for anything that {@link newToken} does not make, other spellings of the same bits included. */
export function parseToken(text: string): SessionToken | null {
  const match = TOKEN.exec(text);
  if (!match?.[1] || !match[2]) return null;
  const token = tokenOf(Buffer.from(match[1], 'base64url'), Buffer.from(match[2], 'base64url'));
  return token.text === text ? token : null;
}

function tokenOf(id: Buffer, secret: Buffer): SessionToken {
  const text = `hfs_${id.toString('base64url')}.${secret.toString('base64url')}`;
  return { text, hash: createHash('sha256').update(id).digest('base64url'), secret };
}

/** ChaCha20-Poly1305 over the identity's seed; 12-byte nonce first, base64url. */
export function sealIdentity(identity: KeyIdentity, secret: Buffer, place: SessionPlace): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('chacha20-poly1305', sealingKey(secret), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(placeBytes(place), { plaintextLength: SEED_BYTES });
  const sealed = Buffer.concat([nonce, cipher.update(identity.seed), cipher.final(), cipher.getAuthTag()]);
  return sealed.toString('base64url');
}

/** `null` when the secret is not the one it was sealed with, or the sealed bytes come from another session. */
export function openSealedIdentity(sealed: string, secret: Buffer, place: SessionPlace): KeyIdentity | null {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length !== NONCE_BYTES + SEED_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('chacha20-poly1305', sealingKey(secret), nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(placeBytes(place), { plaintextLength: SEED_BYTES });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES + SEED_BYTES));
  const seed = decipher.update(bytes.subarray(NONCE_BYTES, NONCE_BYTES + SEED_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return identityFromSeed('pq', seed);
}

interface SessionPlace {
  readonly sessionId: string;
  readonly accountId: string;
}

function placeBytes({ sessionId, accountId }: SessionPlace): Buffer {
  return Buffer.from(canonicalJson(['session', sessionId, accountId]));
}

function sealingKey(secret: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'holdfast/v1/session', 32));
}
