/**
 * Bodies that are read whole before a route runs have to come in one go: whoever sends a byte now and then could
 * otherwise hold any number of connections for ever. Contents of files are streams and may take hours.
 */
import type { FastifyInstance } from 'fastify';
import { serverErrors } from '../errors.ts';

const STREAMED = /^(application\/octet-stream|multipart\/form-data)\b/i;

export function endSlowBodies(app: FastifyInstance, timeoutMs: number): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { raw } = request;
    if (raw.complete || STREAMED.test(request.headers['content-type'] ?? '')) return done();
    const timer = setTimeout(() => {
      reply.header('Connection', 'close');
      // To the parser it is an error of the stream; the socket still carries the answer.
      if (payload.listenerCount('error') > 0) payload.emit('error', serverErrors('request_timeout'));
      else raw.destroy();
    }, timeoutMs).unref();
    for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
    done();
  });
}
