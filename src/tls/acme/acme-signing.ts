/** Messages to a certificate authority are signed with the key of the account (RFC 8555 section 6.2, RFC 7515, ES256). */
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

export interface AccountKey {
  readonly key: KeyObject;
  readonly jwk: { readonly crv: string; readonly kty: string; readonly x: string; readonly y: string };
  /** Of RFC 7638: names the key in answers to challenges. */
  readonly thumbprint: string;
}

export function accountKeyOf(key: KeyObject): AccountKey {
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  // In the order of the alphabet, as the thumbprint wants it.
  const jwk = { crv, kty, x, y };
  return { key, jwk, thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url') };
}

export interface SignedPart {
  readonly url: string;
  readonly nonce: string;
  /** URL of the account; `null`: it is made by this message, which carries the public key. */
  readonly account: string | null;
  /** `null`: only to be read (POST-as-GET). */
  readonly payload: object | null;
}

export function signedMessage({ url, nonce, account, payload }: SignedPart, { key, jwk }: AccountKey): string {
  const head = { alg: 'ES256', nonce, url, ...(account === null ? { jwk } : { kid: account }) };
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [first, second] = [encoded(head), payload === null ? '' : encoded(payload)];
  const signature = sign('sha256', Buffer.from(`${first}.${second}`), { key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({ protected: first, payload: second, signature: signature.toString('base64url') });
}
