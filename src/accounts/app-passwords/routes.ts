import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Accounts } from '../accounts.ts';
import { sessionOf } from '../session-request.ts';
import { Done } from '../wire.ts';
import * as wire from './wire.ts';

/** Passwords for programs. */
export function appPasswordRoutes({ appPasswords }: Pick<Accounts, 'appPasswords'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/account/app-passwords',
      schema: {
        operationId: 'makeAppPassword',
        summary: 'Make a password for one program',
        description:
          'Asks for the password again. The reply holds the app password, once: send it as `Authorization: Bearer`, or by Basic with the handle or the e-mail address as user name. It works on the calls of its scope only.',
        tags: ['app passwords'],
        body: wire.AppPasswordRequest,
        response: { 201: wire.MadeAppPassword },
      },
      handler: async (request, reply) => {
        const made = await appPasswords.make(sessionOf(request), request.body);
        return reply.code(201).header('cache-control', 'no-store').send(made);
      },
    });

    app.route({
      method: 'GET',
      url: '/account/app-passwords',
      schema: {
        operationId: 'listAppPasswords',
        summary: 'My app passwords',
        description: 'Newest first.',
        tags: ['app passwords'],
        response: { 200: wire.AppPasswords },
      },
      handler: async (request) => ({ appPasswords: await appPasswords.list(sessionOf(request)) }),
    });

    app.route({
      method: 'DELETE',
      url: '/account/app-passwords/:appPasswordId',
      schema: {
        operationId: 'revokeAppPassword',
        summary: 'End an app password',
        description: 'It is worth nothing from the next request on.',
        tags: ['app passwords'],
        params: wire.AppPasswordParams,
        response: { 204: Done },
      },
      handler: async (request, reply) => {
        await appPasswords.revoke(sessionOf(request), request.params.appPasswordId);
        return reply.code(204).send(null);
      },
    });
  };
}
