/**
 * Who may call a route. Every route says it in its `config`; a route that says nothing is `session`: deny by default.
 *
 * - `public`: anybody who reaches the port.
 * - `session`: a signed-in person (`Authorization: Bearer`, or a browser's session cookie); else 401.
 * - `member`: a signed-in person whose role is `admin` or `member`; else 401 or 403.
 * - `admin`: a signed-in person whose role is `admin`; else 401 or 403.
 * - `host`: no person, but a computer with a token of its own that fits `hosts`; else 401 or 403.
 */
export type Access = 'public' | 'session' | 'member' | 'admin' | 'host';

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

/** A computer that reports about itself. Its token opens no key, and is good for nothing but its own reports. */
export interface HostHolder {
  readonly hostId: string;
  /** What it may report. */
  readonly with: readonly string[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** Scopes of app passwords that may call the route too; a route that names none takes none. */
    scope?: string | readonly string[];
    /** What a bot must be allowed to in order to call the route; a route that says nothing takes no bot. */
    bots?: 'read' | 'write';
    /**
     * Which computers may call the route: with a token that enrols one (`enrolment`), with their own (`any`), or with their
     * own where it may report just this. A route that says nothing takes none.
     */
    hosts?: 'enrolment' | 'any' | 'host' | 'buckets' | 'network';
  }
  interface FastifyRequest {
    /** Set by the server's one authentication hook, for a bot in place of a person: what needs a session then has none. */
    bot: BotHolder | null;
    /** Set there too, for a computer in place of a person. */
    reportingHost: HostHolder | null;
    /** Set there too: the id of the enrolment that the request may use; `null`: it brought none. */
    enrolmentId: string | null;
  }
}
