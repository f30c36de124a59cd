import { createHash, randomBytes } from 'node:crypto';
import { identityFromSeed } from '../../age/index.ts';
import type { KeyIdentity } from '../../age/index.ts';
import { openSeed, sealSeed } from './sealed-seed.ts';

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

/** See {@link sealSeed}. */
export function sealIdentity(identity: KeyIdentity, secret: Buffer, place: SessionPlace): string {
  return sealSeed(identity.seed, secret, 'session', placeOf(place));
}

/** `null` when the secret is not the one it was sealed with, or the sealed bytes come from another session. */
export function openSealedIdentity(sealed: string, secret: Buffer, place: SessionPlace): KeyIdentity | null {
  const seed = openSeed(sealed, secret, 'session', placeOf(place));
  return seed && identityFromSeed('pq', seed);
}

interface SessionPlace {
  readonly sessionId: string;
  readonly accountId: string;
}

function placeOf({ sessionId, accountId }: SessionPlace): readonly string[] {
  return ['session', sessionId, accountId];
}
