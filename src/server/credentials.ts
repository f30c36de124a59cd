/** Reads the Authorization header: Bearer tokens (RFC 6750) and Basic (RFC 7617). */
import type { FastifyRequest } from 'fastify';
import { accountErrors, looksLikeAppPassword } from '../accounts/index.ts';
import { isEncryptedOrLocal } from './edge.ts';
import { serverErrors } from './errors.ts';

export interface Credentials {
  readonly token: string;
  /** With Basic, whose name stands beside the password. */
  readonly user: string | null;
}

/** Tokens are far shorter than the limit here. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;
const BASIC = /^Basic +([A-Za-z0-9+/]{1,4096}={0,2})$/i;

/**
 * Never from the query: addresses end up in logs and histories. Throws `not_signed_in`, `session_invalid`, and for
 * Basic `basic_needs_tls` and `app_password_required`: programs send it again and again, so it takes nothing that a
 * person logs in with.
 */
export function credentialsOf(request: FastifyRequest): Credentials {
  const header = request.headers.authorization;
  if (header === undefined) throw accountErrors('not_signed_in');
  const bearer = BEARER.exec(header)?.[1];
  if (bearer !== undefined) return { token: bearer, user: null };
  const basic = BASIC.exec(header)?.[1];
  if (basic === undefined) throw accountErrors('session_invalid');
  if (!isEncryptedOrLocal(request)) throw serverErrors('basic_needs_tls');
  const text = Buffer.from(basic, 'base64').toString('utf8');
  // A password of ours holds no colon; an address might.
  const colon = text.lastIndexOf(':');
  const token = text.slice(colon + 1);
  if (colon < 0 || !looksLikeAppPassword(token)) {
    throw takesBasic(request) ? serverErrors('app_password_required') : accountErrors('session_invalid');
  }
  return { token, user: text.slice(0, colon) };
}

/** Whether this call is open to programs, and this one came with Basic. */
export function usesBasic(request: FastifyRequest): boolean {
  return takesBasic(request) && /^Basic /i.test(request.headers.authorization ?? '');
}

function takesBasic(request: FastifyRequest): boolean {
  return request.routeOptions.config.scope !== undefined;
}
