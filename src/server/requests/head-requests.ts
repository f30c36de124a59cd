/**
 * HEAD is answered by the route of its GET (RFC 9110 section 9.3.2). The router gets no entry of its own for it: those
 * would be as many again as there are routes to read, and every start waits until all of them are in.
 */
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** Call before any other hook is added; what it gives is called with each request before the router sees it. */
export function answerHeads(app: FastifyInstance): (request: IncomingMessage) => void {
  const heads = new WeakSet<IncomingMessage>();
  // Found by its GET, it is a HEAD again for all that comes after.
  app.addHook('onRequest', (request, _reply, done) => {
    if (heads.has(request.raw)) request.raw.method = 'HEAD';
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (request.raw.method !== 'HEAD' || !(payload instanceof Readable)) return done(null, payload);
    // Node sends no body; nobody should read one for it either.
    payload.destroy();
    done(null, null);
  });
  return (request) => {
    if (request.method !== 'HEAD') return;
    heads.add(request);
    request.method = 'GET';
  };
}
