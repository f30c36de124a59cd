/**
 * An answer that is streamed goes on for as long as its reader takes it slowly: a list of events, a room, a file. It is cut
 * once its caller would be let in no more.
 */
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import type { SessionWatch } from '../../accounts/index.ts';
import { requireRole } from '../access/required-role.ts';

/** What else has to hold of one, beside its session and the role that its route asks for, is for the route to watch. */
export function watchAnswers(app: FastifyInstance, { watch }: Pick<SessionWatch, 'watch'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    // What anybody may have does not end with a session.
    const isForSomebody = request.routeOptions.config.access !== 'public';
    const who = request.session ?? request.chatHolder;
    // Of a reader who is gone already no end is told any more.
    if (isForSomebody && who && payload instanceof Readable && !reply.raw.destroyed) {
      const { routeOptions } = request;
      const end = (): void => void reply.raw.destroy();
      const watched = watch(who, end, (role) => requireRole({ routeOptions }, role));
      reply.raw.once('close', () => watched[Symbol.dispose]());
    }
    done(null, payload);
  });
}
