import { filesScope } from './scope.ts';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { sessionOf } from '../../accounts/index.ts';
import type { Shares } from '../shares/shares.ts';
import * as wire from '../shares/wire.ts';
import { EntryParams, PageQuery } from '../wire.ts';

/** Who else may open a file, and taking that back. */
export function shareRoutes(shares: Shares): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/drives/:driveId/files/:entryId/shares',
      config: filesScope,
      schema: {
        operationId: 'listShares',
        summary: 'Who else may open a file',
        description: 'Each share opens one version; what is stored later is not shared by it.',
        tags: ['shares'],
        params: EntryParams,
        querystring: PageQuery,
        response: { 200: wire.ShareList },
      },
      handler: (request) =>
        shares.list(sessionOf(request), request.params.driveId, request.params.entryId, request.query),
    });

    app.route({
      method: 'DELETE',
      url: '/drives/:driveId/files/:entryId/shares/:shareId',
      config: filesScope,
      schema: {
        operationId: 'endShare',
        summary: 'Take a share back',
        description:
          'Its key is destroyed: nobody opens it through this share again, in the history of the chat neither. Who has downloaded the file has it.',
        tags: ['shares'],
        params: wire.ShareParams,
        response: { 204: wire.Done },
      },
      handler: async (request, reply) => {
        const { driveId, entryId, shareId } = request.params;
        await shares.endAll(sessionOf(request), driveId, entryId, shareId);
        return reply.code(204).send(null);
      },
    });
  };
}
