/**
 * The login session of a browser: its token in a cookie that no script can read. `__Host-` (RFC 6265bis) keeps other
 * hosts of the same domain from setting one; it needs TLS, so that over plain HTTP, which is this machine or a lab, the
 * cookie goes without it.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'holdfast-session';
const NAME_OVER_TLS = `__Host-${NAME}`;
/** No white space, quotes or separators: nothing that a reader of cookies could split elsewhere. */
const VALUE = /^[A-Za-z0-9._~+/=-]{1,512}$/;

function nameFor({ protocol }: Pick<FastifyRequest, 'protocol'>): string {
  return protocol === 'https' ? NAME_OVER_TLS : NAME;
}

/** `null`: none. Two of one name are none as well: somebody else set one of them. */
export function sessionCookieOf(request: Pick<FastifyRequest, 'protocol' | 'headers'>): string | null {
  const start = `${nameFor(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const [found, ...more] = pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
  return found !== undefined && more.length === 0 && VALUE.test(found) ? found : null;
}

/** Strict: no page of another site, not even a link there, makes the browser send it. */
function attributesFor(request: Pick<FastifyRequest, 'protocol'>) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}

export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, expiresTime }: { readonly token: string; readonly expiresTime: string },
): void {
  reply.setCookie(nameFor(request), token, { ...attributesFor(request), expires: new Date(expiresTime) });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(nameFor(request), attributesFor(request));
}
