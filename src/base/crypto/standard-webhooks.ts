/** Signatures of Standard Webhooks 1.0 (standardwebhooks.com), symmetric: v1, HMAC-SHA256. */
import { hash, timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from './hmac.ts';

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

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly nowMs: number;
  /** How far its time may be from ours, either way. */
  readonly toleranceMs: number;
}

/**
 * Whether a request was signed with this key, lately. `null` if not; else a hash of its id (base64url of 16 bytes), which
 * is the same when the request comes again.
 */
export function isSignedBy(key: Buffer, request: SignedRequest): { readonly idHash: string } | null {
  const [id, seconds, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  }) as [string, string, string];
  if (id === '' || id.length > 256 || !/^[0-9]{1,12}$/.test(seconds)) return null;
  if (Math.abs(request.nowMs - Number(seconds) * 1000) > request.toleranceMs) return null;
  const expected = hmacSha256(key, Buffer.from(`${id}.${seconds}.${request.body}`));
  const isOurs = (text: string): boolean => {
    const given = text.startsWith('v1,') ? Buffer.from(text.slice(3), 'base64') : Buffer.alloc(0);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
  // While a secret takes the place of another one there are several.
  if (!signatures.split(' ').slice(0, 10).some(isOurs)) return null;
  return { idHash: hash('sha256', id, 'buffer').subarray(0, 16).toString('base64url') };
}
