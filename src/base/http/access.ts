/**
 * Who may call a route. Every route says it in its `config`; a route that says nothing is `session`: deny by default.
 *
 * - `public`: anybody who reaches the port.
 * - `session`: a signed-in person (`Authorization: Bearer`, or a browser's session cookie); else 401.
 * - `member`: a signed-in person whose role is `admin` or `member`; else 401 or 403.
 * - `admin`: a signed-in person whose role is `admin`; else 401 or 403.
 */
export type Access = 'public' | 'session' | 'member' | 'admin';

export const defaultAccess: Access = 'session';

/** A program with a token of its own, and what it may do where a route lets it in. It opens nothing. */
export interface BotHolder {
  readonly accountId: string;
  readonly sessionId: string;
  readonly handle: string;
  readonly name: string;
  readonly role: 'guest';
  readonly bot: 'read' | 'write' | 'both';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Scopes of app passwords that may call the route too; a route that names none takes none. */
    scope?: string | readonly string[];
    /** What a bot must be allowed to in order to call the route; a route that says nothing takes no bot. */
    bots?: 'read' | 'write';
  }
  interface FastifyRequest {
    /** Set by the server's one authentication hook, for a bot in place of a person: what needs a session then has none. */
    bot: BotHolder | null;
  }
}
