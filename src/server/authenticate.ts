/** The one place where a request gets its person. Deny by default: a route that says nothing needs a session. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  accountErrors,
  looksLikeAppPassword,
  type Agent,
  type AppPasswordHolder,
  type Session,
} from '../accounts/index.ts';
import { HoldfastError } from '../base/errors.ts';
import { defaultAccess } from '../base/http/access.ts';
import { credentialsOf, type Credentials, hasCredentials } from './credentials.ts';
import { serverErrors } from './errors.ts';

/** Opens the session of a token; throws `session_invalid`. */
type Authenticate = (token: string) => Promise<Session>;
/** The same for an app password. */
type AuthenticateAppPassword = (token: string) => Promise<AppPasswordHolder>;

export interface Authentication {
  readonly authenticate: Authenticate;
  readonly authenticateAppPassword: AuthenticateAppPassword;
}

export function addAuthentication(app: FastifyInstance, authentication: Authentication): void {
  app.decorateRequest('session', null);
  app.decorateRequest('agent', null);
  app.addHook('onRequest', async (request) => {
    // An unknown address has no access of its own; its handler says 404 to everybody.
    if (request.is404) return;
    const access = request.routeOptions.config.access ?? defaultAccess;
    if (access === 'public') {
      request.session = await sessionIfAny(request, authentication);
      return;
    }
    const { session, agent } = await callerOf(request, authentication);
    request.session = session;
    request.agent = agent;
    const { role } = session ?? agent;
    if (access === 'member' && role === 'guest') throw serverErrors('members_only');
    if (access === 'admin' && role !== 'admin') throw serverErrors('admin_only');
  });
}

/** On a public route a token may widen what is told; one that is worth nothing is as good as none. */
async function sessionIfAny(request: FastifyRequest, { authenticate }: Authentication): Promise<Session | null> {
  if (!hasCredentials(request)) return null;
  try {
    const { token } = credentialsOf(request);
    return looksLikeAppPassword(token) ? null : await authenticate(token);
  } catch (error) {
    if (error instanceof HoldfastError && error.status < 500) return null;
    throw error;
  }
}

type Caller = { readonly session: Session; readonly agent: null } | { readonly session: null; readonly agent: Agent };

async function callerOf(
  request: FastifyRequest,
  { authenticate, authenticateAppPassword }: Authentication,
): Promise<Caller> {
  const credentials = credentialsOf(request);
  if (!looksLikeAppPassword(credentials.token)) {
    return { session: await authenticate(credentials.token), agent: null };
  }
  const holder = await authenticateAppPassword(credentials.token);
  if (!isOwnName(credentials, holder)) throw accountErrors('session_invalid');
  // The one place where scopes are enforced: a route that names none takes no app password.
  if (request.routeOptions.config.scope !== holder.scope || holder.scope === 'chat') {
    throw serverErrors('scope_insufficient', { detail: `its scope is ${holder.scope}` });
  }
  const { appPasswordId, accountId, role } = holder;
  if (holder.scope === 'agent') return { session: null, agent: { appPasswordId, accountId, role } };
  const { appPasswordId: sessionId, scope: _, ...session } = holder;
  return { session: { ...session, sessionId }, agent: null };
}

function isOwnName({ user }: Credentials, { handle, email }: AppPasswordHolder): boolean {
  if (user === null) return true;
  const plain = (text: string): string => text.trim().normalize('NFC').toLowerCase().normalize('NFC');
  return [handle, `@${handle}`, email].some((name) => plain(name) === plain(user));
}
