import { hash, randomBytes } from 'node:crypto';
import type { KeyIdentity } from '../../age/index.ts';
import { openCarried } from './carried-identity.ts';
import { sealSeed } from './sealed-seed.ts';

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

/** The last letters carry two and four bits: other spellings of the same bits are no token. */
const TOKEN = /^hfs_([A-Za-z0-9_-]{21}[AQgw])\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

export function newToken(): SessionToken {
  const [id, secret] = [randomBytes(16), randomBytes(32)];
  return { text: `hfs_${id.toString('base64url')}.${secret.toString('base64url')}`, hash: hashOf(id), secret };
}

/** `null` for anything that {@link newToken} does not make, other spellings of the same bits included. */
export function parseToken(text: string): SessionToken | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { text, hash: hashOf(Buffer.from(id, 'base64url')), secret: Buffer.from(secret, 'base64url') };
}

function hashOf(id: Buffer): string {
  return hash('sha256', id, 'base64url');
}

/** See {@link sealSeed}. */
export function sealIdentity(identity: KeyIdentity, secret: Buffer, place: SessionPlace): string {
  return sealSeed(identity.seed, secret, 'session', placeOf(place));
}

/** `null` when the secret is not the one it was sealed with, or the sealed bytes come from another session. */
export function openSealedIdentity(sealed: string, secret: Buffer, place: SessionPlace): KeyIdentity | null {
  return openCarried({ sealed, secret, purpose: 'session', place: placeOf(place) });
}

interface SessionPlace {
  readonly sessionId: string;
  readonly accountId: string;
}

function placeOf({ sessionId, accountId }: SessionPlace): readonly string[] {
  return ['session', sessionId, accountId];
}
