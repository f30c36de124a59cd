/** Reads what a request proves itself with: Bearer tokens (RFC 6750), Basic (RFC 7617), or the cookie of a browser. */
import type { FastifyRequest } from 'fastify';
import { accountErrors, looksLikeAppPassword, sessionCookieOf } from '../../accounts/index.ts';
import { isEncryptedOrLocal } from './edge.ts';
import { serverErrors } from '../errors.ts';

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
 * person logs in with. A header that is there counts alone: a cookie never stands in for one that is worth nothing.
 */
export function credentialsOf(request: FastifyRequest): Credentials {
  const header = request.headers.authorization;
  if (header === undefined) return { token: tokenInCookie(request), user: null };
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

/** Whether the request says who sends it, in whatever way. */
export function hasCredentials(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || sessionCookieOf(request) !== null;
}

/**
 * Only for our own pages: SameSite lets those of other ports and sibling hosts through, the browser's word on where a
 * request comes from does not. Programs have no cookies, so an app password never comes in one.
 */
function tokenInCookie(request: FastifyRequest): string {
  const token = sessionCookieOf(request);
  const site = request.headers['sec-fetch-site'];
  const isOurs = site === undefined || site === 'same-origin' || site === 'none';
  if (token === null || !isOurs) throw accountErrors('not_signed_in');
  if (looksLikeAppPassword(token)) throw accountErrors('session_invalid');
  return token;
}

/** Whether this call is open to programs, and this one came with Basic. */
export function usesBasic(request: FastifyRequest): boolean {
  return takesBasic(request) && /^Basic /i.test(request.headers.authorization ?? '');
}

function takesBasic(request: FastifyRequest): boolean {
  return request.routeOptions.config.scope !== undefined;
}
