/** The fleet and its hosts, for admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Readable } from 'node:stream';
import '../../../base/http/access.ts';
import { hostErrors } from '../../errors.ts';
import type { AdminOf } from './admin-of.ts';
import * as wire from '../../wire.ts';
import type { ServedFleet } from '../serve.ts';

const tags = ['hosts'];
const config = { access: 'admin' } as const;

export function hostsRoutes(open: () => Promise<ServedFleet>, admin: AdminOf): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/hosts',
      config,
      schema: {
        operationId: 'listHosts',
        summary: 'The hosts that report, worst first',
        description: 'What people decided to live with counts for nothing. For admins.',
        tags,
        querystring: wire.HostsQuery,
        response: { 200: wire.HostsReply },
      },
      handler: async (request) => (await open()).list(request.query),
    });

    app.route({
      method: 'GET',
      url: '/hosts/totals',
      config,
      schema: {
        operationId: 'countHosts',
        summary: 'How the fleet stands, in a few figures',
        tags,
        response: { 200: wire.HostTotals },
      },
      handler: async () => (await open()).totals(),
    });

    app.route({
      method: 'GET',
      url: '/hosts/imports',
      config,
      schema: {
        operationId: 'showImportLimits',
        summary: 'How large the result of an archive may be',
        tags,
        response: { 200: wire.ImportLimits },
      },
      handler: async () => (await open()).importLimits(),
    });

    app.route({
      method: 'POST',
      url: '/hosts/imports',
      config,
      schema: {
        operationId: 'importHostResult',
        summary: 'Take what an archive brought back of a host without an agent',
        description:
          'The file that holdfast-scan wrote there, as it is. The host is in the list from then on, without a token; the same file again changes nothing.',
        tags,
        consumes: ['application/octet-stream'],
        response: { 200: wire.ImportReply },
      },
      handler: async (request) => {
        const { body } = request;
        // What comes as another type was read as such.
        if (!(body instanceof Readable)) throw hostErrors('host_result_invalid', { detail: 'it comes as no file' });
        return (await open()).importResult(admin(request), body);
      },
    });

    app.route({
      method: 'GET',
      url: '/hosts/checks',
      config,
      schema: {
        operationId: 'listHostChecks',
        summary: 'The checks of this release',
        tags,
        querystring: wire.ChecksQuery,
        response: { 200: wire.HostChecksReply },
      },
      handler: async (request) => (await open()).checks(request.query.platform),
    });

    app.route({
      method: 'GET',
      url: '/hosts/checks/:checkId',
      config,
      schema: {
        operationId: 'showHostCheck',
        summary: 'A check with its script, just as it runs on a host',
        tags,
        params: wire.CheckParams,
        response: { 200: wire.HostCheckReply },
      },
      handler: async (request) => (await open()).check(request.params.checkId),
    });

    app.route({
      method: 'GET',
      url: '/hosts/:hostId',
      config,
      schema: {
        operationId: 'showHost',
        summary: 'How a host stands, check by check',
        description:
          'Its findings are those whose resource is host/<hostId> or below: /findings?resource=host/<hostId>*.',
        tags,
        params: wire.HostParams,
        response: { 200: wire.HostReply },
      },
      handler: async (request) => (await open()).show(request.params.hostId),
    });

    app.route({
      method: 'PATCH',
      url: '/hosts/:hostId',
      config,
      schema: {
        operationId: 'changeHost',
        summary: 'Call a host something, or have it scan more or less often',
        tags,
        params: wire.HostParams,
        body: wire.HostChange,
        response: { 200: wire.HostReply },
      },
      handler: async (request) => (await open()).change(admin(request), request.params.hostId, request.body),
    });

    app.route({
      method: 'POST',
      url: '/hosts/:hostId/revoke',
      config,
      schema: {
        operationId: 'revokeHost',
        summary: 'Refuse what a host sends from now on; what it reported stays',
        tags,
        params: wire.HostParams,
        response: { 200: wire.HostReply },
      },
      handler: async (request) => (await open()).revoke(admin(request), request.params.hostId),
    });

    app.route({
      method: 'DELETE',
      url: '/hosts/:hostId',
      config,
      schema: {
        operationId: 'forgetHost',
        summary: 'Forget a host: its token, its history, and its findings are closed',
        tags,
        params: wire.HostParams,
        response: { 204: wire.Nothing },
      },
      handler: async (request, reply) => {
        await (await open()).forget(admin(request), request.params.hostId);
        return reply.code(204).send(null);
      },
    });
  };
}
