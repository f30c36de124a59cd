import type { FastifyInstance } from 'fastify';
import type { Log } from '../../base/log.ts';

/** One line per request: the route's pattern, never the address itself, which may carry ids of files and mistakes. */
export function addRequestLog(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', (request, reply, done) => {
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.is404 ? null : (request.routeOptions.url ?? null),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.session ? { accountId: request.session.accountId, sessionId: request.session.sessionId } : {}),
        ...(request.agent ? { accountId: request.agent.accountId, appPasswordId: request.agent.appPasswordId } : {}),
        ...(request.reportingHost ? { hostId: request.reportingHost.hostId } : {}),
      },
      'request',
    );
    done();
  });
  app.addHook('onRequestAbort', async (request) => {
    log.info({ requestId: request.id, method: request.method, route: request.routeOptions.url ?? null }, 'client gone');
  });
}
