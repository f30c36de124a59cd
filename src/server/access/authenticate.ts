/** The one place where a request gets its person. Deny by default: a route that says nothing needs a session. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  accountErrors,
  looksLikeAppPassword,
  type Agent,
  type AppPasswordHolder,
  type ChatHolder,
  type Session,
} from '../../accounts/index.ts';
import { HoldfastError } from '../../base/errors.ts';
import { type BotHolder, defaultAccess, type HostHolder } from '../../base/http/access.ts';
import { credentialsOf, type Credentials, hasCredentials } from './credentials.ts';
import { serverErrors } from '../errors.ts';
import { requireRole } from './required-role.ts';

/** Opens the session of a token; throws `session_invalid`. */
type Authenticate = (token: string) => Promise<Session>;
/** The same for an app password. */
type AuthenticateAppPassword = (token: string) => Promise<AppPasswordHolder>;

/** Who comes with the token of a bot; `null` for one that is worth nothing. */
type AuthenticateBot = (token: string) => Promise<BotHolder | null>;

/** Of a host; throws why its token is worth nothing. */
type AuthenticateHost = (token: string) => Promise<HostHolder>;

/** Of an enrolment; throws why it cannot be used. Resolves to its id. */
type AuthenticateEnrolment = (token: string) => Promise<string>;

export interface Authentication {
  readonly authenticate: Authenticate;
  readonly authenticateAppPassword: AuthenticateAppPassword;
  readonly authenticateBot: AuthenticateBot;
  readonly authenticateHost: AuthenticateHost;
  readonly authenticateEnrolment: AuthenticateEnrolment;
}

export function addAuthentication(app: FastifyInstance, authentication: Authentication): void {
  app.decorateRequest('session', null);
  app.decorateRequest('agent', null);
  app.decorateRequest('bot', null);
  app.decorateRequest('chatHolder', null);
  app.decorateRequest('reportingHost', null);
  app.decorateRequest('enrolmentId', null);
  app.addHook('onRequest', async (request) => {
    // An unknown address has no access of its own; its handler says 404 to everybody.
    if (request.is404) return;
    const access = request.routeOptions.config.access ?? defaultAccess;
    if (access === 'public') {
      request.session = await sessionIfAny(request, authentication);
      return;
    }
    if (looksLikeBotToken(request)) {
      request.bot = await botOf(request, authentication);
      return;
    }
    if (looksLikeHostToken(request)) {
      await letHostIn(request, authentication);
      return;
    }
    const { session = null, agent = null, chatHolder = null } = await callerOf(request, authentication);
    request.session = session;
    request.agent = agent;
    request.chatHolder = chatHolder;
    requireRole(request, (session ?? agent ?? chatHolder)?.role);
    if (access === 'host') throw serverErrors('hosts_only');
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

/** Only in the header: a bot has no cookies. */
function looksLikeBotToken(request: FastifyRequest): boolean {
  return /^Bearer +hfb_/i.test(request.headers.authorization ?? '');
}

async function botOf(request: FastifyRequest, { authenticateBot }: Authentication): Promise<BotHolder> {
  const bot = await authenticateBot(credentialsOf(request).token);
  if (!bot) throw accountErrors('session_invalid');
  const { bots, access = defaultAccess } = request.routeOptions.config;
  // The one place where it is said what bots may call: a route that says nothing takes none.
  if (bots === undefined || access !== 'session' || (bot.bot !== 'both' && bot.bot !== bots)) {
    throw serverErrors('scope_insufficient', { detail: `it is the token of a bot that may ${bot.bot}` });
  }
  return bot;
}

/** Only in the header, as a bot's. */
function looksLikeHostToken(request: FastifyRequest): boolean {
  return /^Bearer +hf[eh]_/i.test(request.headers.authorization ?? '');
}

/** The one place where it is said what computers may call: a route that says nothing takes none. */
async function letHostIn(request: FastifyRequest, authentication: Authentication): Promise<void> {
  const { token } = credentialsOf(request);
  const { hosts } = request.routeOptions.config;
  if (token.startsWith('hfe_')) {
    const enrolmentId = await authentication.authenticateEnrolment(token);
    if (hosts !== 'enrolment') throw serverErrors('scope_insufficient', { detail: 'it is good for enrolling a host' });
    request.enrolmentId = enrolmentId;
    return;
  }
  const host = await authentication.authenticateHost(token);
  const isOpen = hosts === 'any' || (hosts !== undefined && hosts !== 'enrolment' && host.with.includes(hosts));
  if (!isOpen) {
    const detail = `it is the token of a host that reports ${host.with.join(' and ')}`;
    throw serverErrors('scope_insufficient', { detail });
  }
  request.reportingHost = host;
}

/** One of them. */
interface Caller {
  readonly session?: Session;
  readonly agent?: Agent;
  readonly chatHolder?: ChatHolder;
}

async function callerOf(
  request: FastifyRequest,
  { authenticate, authenticateAppPassword }: Authentication,
): Promise<Caller> {
  const credentials = credentialsOf(request);
  if (!looksLikeAppPassword(credentials.token)) {
    return { session: await authenticate(credentials.token) };
  }
  const holder = await authenticateAppPassword(credentials.token);
  if (!isOwnName(credentials, holder)) throw accountErrors('session_invalid');
  // The one place where scopes are enforced: a route that names none takes no app password.
  const { scope } = request.routeOptions.config;
  if (typeof scope === 'object' ? !scope.includes(holder.scope) : scope !== holder.scope) {
    throw serverErrors('scope_insufficient', { detail: `its scope is ${holder.scope}` });
  }
  const { appPasswordId, accountId, role } = holder;
  if (holder.scope === 'agent') return { agent: { appPasswordId, accountId, role } };
  const { appPasswordId: sessionId, scope: _, ...others } = holder;
  return 'chatIdentity' in others ? { chatHolder: { ...others, sessionId } } : { session: { ...others, sessionId } };
}

function isOwnName({ user }: Credentials, { handle, email }: AppPasswordHolder): boolean {
  if (user === null) return true;
  const plain = (text: string): string => text.trim().normalize('NFC').toLowerCase().normalize('NFC');
  return [handle, `@${handle}`, email].some((name) => plain(name) === plain(user));
}
