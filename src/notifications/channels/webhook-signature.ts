/** Signatures of Standard Webhooks 1.0 (standardwebhooks.com), symmetric: v1, HMAC-SHA256. */
import { hmacSha256 } from '../../base/hmac.ts';

/** `whsec_` and 24 to 64 bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/;

/** `null` for what is no secret of this form. */
export function signingKey(secret: string): Buffer | null {
  const [, text = ''] = SECRET.exec(secret) ?? [];
  const key = Buffer.from(text, 'base64');
  const exact = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return exact && key.length >= 24 && key.length <= 64 ? key : null;
}

/** The three headers. With several keys, such as while one takes the place of another, each one signs. */
export function signatureHeaders(
  keys: readonly Buffer[],
  { id, atMs, body }: { readonly id: string; readonly atMs: number; readonly body: string },
): Record<string, string> {
  const seconds = String(Math.floor(atMs / 1000));
  const signed = Buffer.from(`${id}.${seconds}.${body}`);
  const signatures = keys.map((key) => `v1,${hmacSha256(key, signed).toString('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}
