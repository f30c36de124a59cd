import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Accounts } from '../accounts.ts';
import { PersonParams } from '../people/wire.ts';
import { sessionOf } from '../session-request.ts';
import { PasswordAgain } from '../wire.ts';
import * as wire from './wire.ts';

type Closing = Pick<Accounts, 'deleteAccount'> & { readonly people: Pick<Accounts['people'], 'reset'> };

/** How accounts end. */
export function closingRoutes({ deleteAccount, people }: Closing): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/account/delete',
      schema: {
        operationId: 'deleteAccount',
        summary: 'Delete my account, for ever',
        description:
          'Asks for the password again. Ends all sessions, destroys every key of the account in the records and in both stores, and removes the personal drive with everything in it. Nobody can undo it.',
        tags: ['accounts'],
        body: PasswordAgain,
        response: { 200: wire.Deletion },
      },
      handler: (request) => deleteAccount(sessionOf(request), request.body.password),
    });

    app.route({
      method: 'POST',
      url: '/people/:accountId/reset',
      config: { access: 'admin' },
      schema: {
        operationId: 'resetPerson',
        summary: 'Start an account anew',
        description:
          'For somebody who has lost both password and recovery kit. Asks for the own password again. The reply holds an invitation, once, with which the person signs up anew under the same address. The old account is closed and waits 30 days for its recovery key; nobody else can open it.',
        tags: ['people'],
        params: PersonParams,
        body: PasswordAgain,
        response: { 201: wire.Reset },
      },
      handler: async (request, reply) => {
        const { accountId } = request.params;
        const made = await people.reset(sessionOf(request), { accountId, password: request.body.password });
        return reply.code(201).header('cache-control', 'no-store').send(made);
      },
    });
  };
}
