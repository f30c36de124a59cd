import { createHash, randomBytes } from 'node:crypto';

/** `hfb_` for the token of a bot, `hfw_` for the address of a webhook; then base64url of 32 random bytes. */
export type TokenKind = 'hfb_' | 'hfw_';

const TOKEN = /^hf[bw]_[A-Za-z0-9_-]{43}$/;

export function newBotToken(kind: TokenKind): { readonly text: string; readonly hash: string } {
  const text = `${kind}${randomBytes(32).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

/** Base64url SHA-256: 256 random bits need no slow hash. `null` for what is no token of this kind. */
export function tokenHash(kind: TokenKind, text: string): string | null {
  return text.startsWith(kind) && TOKEN.test(text) ? hashOf(text) : null;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
