import { hash, randomBytes } from 'node:crypto';

/**
 * `hfa_` + base64url(16 bytes) + `.` + base64url(32 bytes), as a session's token: a hash of the first part finds the
 * row, the second part opens what is sealed in it. 256 random bits need no slow hash.
 */
export interface AppPasswordToken {
  readonly text: string;
  /** Base64url SHA-256 of the id part. */
  readonly hash: string;
  readonly secret: Buffer;
}

/** The last letters carry two and four bits: other spellings of the same bits are no app password. */
const TOKEN = /^hfa_([A-Za-z0-9_-]{21}[AQgw])\.([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])$/;

export function newAppPasswordToken(): AppPasswordToken {
  const [id, secret] = [randomBytes(16), randomBytes(32)];
  return { text: `hfa_${id.toString('base64url')}.${secret.toString('base64url')}`, hash: hashOf(id), secret };
}

/** True for what is meant as an app password, whether or not it is one. */
export function looksLikeAppPassword(text: string): boolean {
  return text.startsWith('hfa_');
}

/** `null` for anything that {@link newAppPasswordToken} does not make, other spellings of the same bits included. */
export function parseAppPasswordToken(text: string): AppPasswordToken | null {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  return { text, hash: hashOf(Buffer.from(id, 'base64url')), secret: Buffer.from(secret, 'base64url') };
}

function hashOf(id: Buffer): string {
  return hash('sha256', id, 'base64url');
}
