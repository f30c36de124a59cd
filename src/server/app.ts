/** Puts the HTTP application together: edge, authentication, problems, descriptions, and the routes of the features. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import fastify, { type FastifyRequest } from 'fastify';
import type { RequestListener } from 'node:http';
import { httpOnUse } from '../base/http/node-http.ts';
import type { SessionWatch } from '../accounts/index.ts';
import type { Clock } from '../base/clock.ts';
import type { ErrorEntry } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { Settings } from '../base/settings.ts';
import { addAuthentication, type Authentication } from './access/authenticate.ts';
import { checkEdge, type EdgeRules, isLocalRequest, maySeeDetails } from './access/edge.ts';
import { serverErrors } from './errors.ts';
import { addFloodGuard } from './access/flood-guard.ts';
import { answerHeads } from './requests/head-requests.ts';
import { addHealth, type ReadinessPart } from './health.ts';
import { addMetrics, type MetricsOptions } from './metrics/metrics-route.ts';
import { type ServedRoute, watchMethods } from './requests/methods.ts';
import { addOpenApi } from './pages/openapi.ts';
import { problemHandler } from './problems.ts';
import { addRequestLog } from './requests/request-log.ts';
import { setSecurityHeaders } from './security-headers.ts';
import type { serverSettings } from './settings.ts';
import { endSlowBodies } from './requests/slow-bodies.ts';
import { lazyValidation } from './requests/validation.ts';
import type { WebSockets } from './sockets/web-sockets.ts';
import { addWebApp } from './pages/web-app.ts';
import { watchAnswers } from './requests/watched-answers.ts';

export interface AppOptions extends Authentication {
  /** Mounted under `/api/v1`, in this order. */
  readonly routes: readonly FastifyPluginAsyncTypebox[];
  readonly readiness: () => Promise<readonly ReadinessPart[]>;
  /** What a monitoring system may know beside requests. Never rejects. */
  readonly metrics: MetricsOptions['metrics'];
  /** Whoever brings it may read the metrics from elsewhere; `null`: nobody may. */
  readonly metricsToken: string | null;
  readonly edge: Omit<EdgeRules, 'maxHeaders'>;
  readonly settings: Settings<typeof serverSettings>;
  /** Every error code that the routes may answer with. */
  readonly errors: Readonly<Record<string, ErrorEntry>>;
  readonly version: string;
  /** The built web app; `null`: there is none. */
  readonly webFolder: string | null;
  /** Where people reach the server; asked when the home page is drawn, because the port may be chosen late. */
  readonly origin: () => string;
  /** Aborted when the server is being stopped. */
  readonly stopping: AbortSignal;
  readonly webSockets: Pick<WebSockets, 'addTo'>;
  /** Ends what goes on when the session that began it is over. */
  readonly watch: Pick<SessionWatch, 'watch'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface App extends AsyncDisposable {
  readonly routes: readonly ServedRoute[];
  readonly handler: RequestListener;
}

export async function openApp(options: AppOptions): Promise<App> {
  const { settings, log, stopping } = options;
  const rules: EdgeRules = { ...options.edge, maxHeaders: settings.maxRequestHeaders };
  const onProblem = problemHandler(log);
  const validation = lazyValidation();
  let handler: RequestListener = () => undefined;

  const app = fastify({
    // Listening is ours (listeners.ts): several addresses share this one application.
    serverFactory: (made) => {
      handler = made;
      return httpOnUse().createServer();
    },
    logger: false,
    genReqId: newId,
    requestIdHeader: false,
    trustProxy: (address) => rules.trustedProxies(address),
    bodyLimit: settings.maxJsonBodyBytes,
    forceCloseConnections: false,
    return503OnClosing: false,
    exposeHeadRoutes: false,
    // Every route is a step of the start; a clock for each of them costs more than the step.
    pluginTimeout: 0,
    schemaController: validation.schemaController,
    frameworkErrors: (error, request, reply) => onProblem(error, request, reply),
  });
  app.setErrorHandler(onProblem);
  const toGet = answerHeads(app);
  const { routes, methodsOf } = watchMethods(app);
  app.setNotFoundHandler(async (request, reply) => {
    const page = await web.deepLink(request, reply);
    return page ?? refuseUnknown(request, methodsOf, (allow) => reply.header('Allow', allow));
  });

  // The body of an upload is handed to its route as the stream it is; nothing else takes it.
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));
  app.removeContentTypeParser('text/plain');

  addRequestLog(app, log);
  // Hooks that wait for nothing take a callback: each promise would be a step more for every request.
  app.addHook('onRequest', (request, reply, done) => {
    if (stopping.aborted) {
      reply.header('Connection', 'close');
      throw serverErrors('shutting_down');
    }
    checkEdge(request, rules);
    if (request.protocol === 'https') setSecurityHeaders(reply.raw, true);
    done();
  });
  addAuthentication(app, options);
  watchAnswers(app, options.watch);
  options.webSockets.addTo(app);
  endSlowBodies(app, settings.requestBodyTimeoutMs);
  app.addHook('preParsing', (request, reply, _payload, done) => {
    // The caller asked whether to send its body (RFC 9110 section 10.1.1); by now it is known to be welcome.
    if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
    done();
  });

  validation.addTo(app);
  addOpenApi(app, options);
  addMetrics(app, {
    ...options,
    // Not by the public name: what a proxy passes on as it came is from elsewhere.
    isLocal: (request) => maySeeDetails(request, { ...rules, publicUrl: null, trustedProxies: () => false }),
  });
  addHealth(app, { ...options, maySeeDetails: (request) => maySeeDetails(request, rules) });
  const web = addWebApp(app, options.webFolder, options.origin);
  await app.register(
    async (api) => {
      await addFloodGuard(api, settings.publicRequestsPerMinute);
      for (const routes of options.routes) await api.register(routes);
    },
    { prefix: '/api/v1' },
  );
  await app.ready();

  return {
    routes,
    handler: (request, response) => {
      setSecurityHeaders(response, 'encrypted' in request.socket);
      toGet(request);
      handler(request, response);
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** Whether sign-up may be open to this caller: a program on this machine, no proxy between, no public address. */
export function signUpIsOpenTo(request: FastifyRequest, edge: AppOptions['edge']): boolean {
  return isLocalRequest(request, { ...edge, maxHeaders: 0 });
}

function refuseUnknown(
  request: FastifyRequest,
  methodsOf: (path: string) => string[],
  allow: (methods: string) => unknown,
): never {
  const methods = methodsOf(request.url.replace(/\?.*$/, ''));
  if (methods.length === 0) throw serverErrors('route_not_found');
  allow(methods.join(', '));
  throw serverErrors('method_not_allowed', { detail: `it takes ${methods.join(', ')}` });
}
