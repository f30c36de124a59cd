/** Enrolments, for admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../../base/http/access.ts';
import type { AdminOf } from './admin-of.ts';
import * as wire from '../../wire.ts';
import type { ServedFleet } from '../serve.ts';

const tags = ['hosts'];
const config = { access: 'admin' } as const;

export function enrolmentRoutes(open: () => Promise<ServedFleet>, admin: AdminOf): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/hosts/enrolments',
      config,
      schema: {
        operationId: 'makeEnrolment',
        summary: 'Let one host in, once',
        description: 'The token is shown here alone. With hostId it is good for that host, whether it is known or not.',
        tags,
        body: wire.EnrolmentBody,
        response: { 201: wire.EnrolmentMade },
      },
      handler: async (request, reply) => {
        const made = await (await open()).makeEnrolment(admin(request), request.body);
        return reply.code(201).header('Cache-Control', 'no-store').send(made);
      },
    });

    app.route({
      method: 'GET',
      url: '/hosts/enrolments',
      config,
      schema: {
        operationId: 'listEnrolments',
        summary: 'Enrolments that wait or were used, newest first',
        tags,
        response: { 200: wire.EnrolmentsReply },
      },
      handler: async () => (await open()).enrolments(),
    });

    app.route({
      method: 'DELETE',
      url: '/hosts/enrolments/:enrolmentId',
      config,
      schema: {
        operationId: 'withdrawEnrolment',
        summary: 'Withdraw an enrolment; a host that has used it stays',
        tags,
        params: wire.EnrolmentParams,
        response: { 204: wire.Nothing },
      },
      handler: async (request, reply) => {
        await (await open()).withdrawEnrolment(admin(request), request.params.enrolmentId);
        return reply.code(204).send(null);
      },
    });
  };
}
