/** The one place where a request gets its person. Deny by default: a route that says nothing needs a session. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountErrors, type Session } from '../accounts/index.ts';
import { HoldfastError } from '../base/errors.ts';
import { defaultAccess } from '../base/http/access.ts';
import { serverErrors } from './errors.ts';

/** Opens the session of a token; throws `session_invalid`. */
export type Authenticate = (token: string) => Promise<Session>;

/** RFC 6750 section 2.1; tokens are far shorter than the limit here. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,512})$/i;

export function addAuthentication(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    // An unknown address has no access of its own; its handler says 404 to everybody.
    if (request.is404) return;
    const access = request.routeOptions.config.access ?? defaultAccess;
    if (access === 'public') {
      request.session = await sessionIfAny(request, authenticate);
      return;
    }
    request.session = await authenticate(tokenOf(request));
    if (access === 'member' && request.session.role === 'guest') throw serverErrors('members_only');
    if (access === 'admin' && request.session.role !== 'admin') throw serverErrors('admin_only');
  });
}

/** On a public route a token may widen what is told; one that is worth nothing is as good as none. */
async function sessionIfAny(request: FastifyRequest, authenticate: Authenticate): Promise<Session | null> {
  if (request.headers.authorization === undefined) return null;
  try {
    return await authenticate(tokenOf(request));
  } catch (error) {
    if (error instanceof HoldfastError && error.status === 401) return null;
    throw error;
  }
}

/** Never from the query: addresses end up in logs and histories. */
function tokenOf(request: FastifyRequest): string {
  const header = request.headers.authorization;
  if (header === undefined) throw accountErrors('not_signed_in');
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw accountErrors('session_invalid');
  return token;
}
