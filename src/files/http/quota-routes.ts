import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { sessionOf } from '../../accounts/index.ts';
import type { QuotaActs } from '../quota/quota-acts.ts';
import * as wire from '../wire.ts';
import { filesScope } from './scope.ts';

const counted = 'Counted is the ciphertext of every object once, with all versions and the trash.';

export function quotaRoutes(files: QuotaActs): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/account/usage',
      config: filesScope,
      schema: {
        operationId: 'getUsage',
        summary: 'How much space I use, and how much I may',
        description: counted,
        tags: ['drives'],
        response: { 200: wire.UsageView },
      },
      handler: (request) => files.usage(sessionOf(request).accountId),
    });

    app.route({
      method: 'GET',
      url: '/people/:accountId/quota',
      config: { access: 'admin' },
      schema: {
        operationId: 'getQuota',
        summary: 'How much space a person uses and may use',
        description: counted,
        tags: ['people'],
        params: wire.AccountParams,
        response: { 200: wire.UsageView },
      },
      handler: (request) => files.usage(request.params.accountId),
    });

    app.route({
      method: 'POST',
      url: '/people/:accountId/quota',
      config: { access: 'admin' },
      schema: {
        operationId: 'setQuota',
        summary: 'Say how much space somebody may use',
        description: `Nothing is removed from who is over it; only what is new is refused. ${counted}`,
        tags: ['people'],
        params: wire.AccountParams,
        body: wire.QuotaRequest,
        response: { 200: wire.UsageView },
      },
      handler: (request) => files.setQuota(sessionOf(request), request.params.accountId, request.body.quotaBytes),
    });
  };
}
