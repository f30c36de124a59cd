/** The report as a page, for admins. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import type { Clock } from '../../base/clock.ts';
import { version } from '../../base/version.ts';
import * as wire from '../wire.ts';
import type { ServedNetwork } from './served-network.ts';

export function networkReportRoute(open: () => Promise<ServedNetwork>, clock: Clock): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/network/report',
      config: { access: 'admin' },
      schema: {
        operationId: 'reportNetwork',
        summary: 'What crossed the wire, what was wrong, and what is likely next, as one HTML file',
        description: 'The last day, where nothing is said. What could not be looked at is told.',
        tags: ['network'],
        querystring: wire.NetworkRange,
      },
      async handler({ query }, reply) {
        const [{ store, range }, { networkReport }] = await Promise.all([open(), import('../reporting/index.ts')]);
        return reply
          .headers({
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Disposition': 'attachment; filename="network.html"',
            'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
            'Cache-Control': 'private, no-store',
          })
          .send(await networkReport(store, range(query), { atMs: clock(), version }));
      },
    });
  };
}
