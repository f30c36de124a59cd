import type { FastifyRequest } from 'fastify';
import { accountErrors } from './errors.ts';
import type { Agent, ChatHolder, Session } from './session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the server's one authentication hook; `null` on public routes without a token. */
    session: Session | null;
    /** Set there too, for a guard in place of a person: what needs a session then has none. */
    agent: Agent | null;
    /** Set there too, on routes that take the scope `chat`, for a person who came with that. */
    chatHolder: ChatHolder | null;
  }
}

/**
 * Names who reports findings, the same in each request of one guard: its app password, or the person whose login it uses.
 * Throws `not_signed_in`.
 */
export function reporterOf(request: Pick<FastifyRequest, 'session' | 'agent'>): string {
  return request.agent?.appPasswordId ?? sessionOf(request).accountId;
}

/** The session of a request that must have one. Throws `not_signed_in`. */
export function sessionOf(request: Pick<FastifyRequest, 'session'>): Session {
  if (request.session === null || request.session === undefined) throw accountErrors('not_signed_in');
  return request.session;
}

/** Who speaks in the chat: a person with a session, or with an app password for just that. Throws `not_signed_in`. */
export function chatterOf(request: Pick<FastifyRequest, 'session' | 'chatHolder'>): Session | ChatHolder {
  return request.chatHolder ?? sessionOf(request);
}
