import { createHash, randomBytes } from 'node:crypto';

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

const TOKEN = /^hfa_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

export function newAppPasswordToken(): AppPasswordToken {
  return tokenOf(randomBytes(16), randomBytes(32));
}

/** True for what is meant as an app password, whether or not it is one. */
export function looksLikeAppPassword(text: string): boolean {
  return text.startsWith('hfa_');
}

/** `null` for anything that {@link newAppPasswordToken} does not make, other spellings of the same bits included. */
export function parseAppPasswordToken(text: string): AppPasswordToken | null {
  const match = TOKEN.exec(text);
  if (!match?.[1] || !match[2]) return null;
  const token = tokenOf(Buffer.from(match[1], 'base64url'), Buffer.from(match[2], 'base64url'));
  return token.text === text ? token : null;
}

function tokenOf(id: Buffer, secret: Buffer): AppPasswordToken {
  const text = `hfa_${id.toString('base64url')}.${secret.toString('base64url')}`;
  return { text, hash: createHash('sha256').update(id).digest('base64url'), secret };
}
