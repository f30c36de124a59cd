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

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The scope of app passwords that may call the route too; a route that names none takes none. */
    scope?: string;
  }
}
