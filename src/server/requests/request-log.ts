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
  // Not by the hook that the framework has for it: with its listener on each request V8 keeps every request and answer until it collects
  // everything, which took a tenth of the server's time.
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.on('close', () => {
      if (reply.raw.writableFinished) return;
      const { id, method, routeOptions } = request;
      log.info({ requestId: id, method, route: routeOptions.url ?? null }, 'client gone');
    });
    done();
  });
}
