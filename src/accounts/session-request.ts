import type { FastifyRequest } from 'fastify';
import { accountErrors } from './errors.ts';
import type { Session } from './session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the server's one authentication hook; `null` on public routes without a token. */
    session: Session | null;
  }
}

/** The session of a request that must have one. Throws `not_signed_in`. */
export function sessionOf(request: Pick<FastifyRequest, 'session'>): Session {
  if (request.session === null || request.session === undefined) throw accountErrors('not_signed_in');
  return request.session;
}
