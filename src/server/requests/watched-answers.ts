/**
 * An answer that is streamed goes on for as long as its reader takes it slowly: a list of events, a room, a file. It is cut
 * once its caller would be let in no more.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Role, SessionWatch } from '../../accounts/index.ts';
import { defaultAccess } from '../../base/http/access.ts';
import { serverErrors } from '../errors.ts';

/** What else has to hold of one, beside its session and the role that its route asks for, is for the route to watch. */
export function watchAnswers(app: FastifyInstance, { watch }: Pick<SessionWatch, 'watch'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    // What anybody may have does not end with a session.
    const isForSomebody = request.routeOptions.config.access !== 'public';
    if (isForSomebody && request.session && payload instanceof Readable) {
      const end = (): void => void reply.raw.destroy();
      const watched = watch(request.session, end, (role) => requireRole(request, role));
      reply.raw.once('close', () => watched[Symbol.dispose]());
    }
    done(null, payload);
  });
}

/** As addAuthentication lets callers in. */
export function requireRole({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>, role: Role | undefined): void {
  const access = routeOptions.config.access ?? defaultAccess;
  if (access === 'member' && role === 'guest') throw serverErrors('members_only');
  if (access === 'admin' && role !== 'admin') throw serverErrors('admin_only');
}
