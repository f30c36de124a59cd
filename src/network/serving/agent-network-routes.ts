/** What the program on a host calls. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import '../../base/http/access.ts';
import { unpackedBody } from '../../base/http/unpacked-body.ts';
import { networkErrors } from '../errors.ts';
import type { NetworkSettings } from '../settings.ts';
import * as wire from '../wire.ts';
import type { ServedNetwork } from './served-network.ts';

export function agentNetworkRoutes(
  open: () => Promise<ServedNetwork>,
  { networkPostBytes }: Pick<NetworkSettings, 'networkPostBytes'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/agent/network',
      config: { access: 'host', hosts: 'network' },
      bodyLimit: networkPostBytes,
      preParsing: unpackedBody(() => networkErrors('flows_encoding', { attempted: 'Take a batch of flows' })),
      schema: {
        operationId: 'reportFlows',
        summary: 'Hand over the flows that this host saw since the last time',
        description:
          'Acknowledged whole or not at all. A batch is known by its id and changes nothing when it comes again. It may come packed (Content-Encoding: gzip). By the header Date, which is the clock of the host when it is sent, a clock that is wrong is noticed, and the times of the batch are moved to those of the server.',
        tags: ['agent'],
        body: wire.BatchBody,
        response: { 200: wire.BatchReply },
      },
      async handler({ reportingHost, body, headers }) {
        if (reportingHost === null) throw networkErrors('flows_of_another_host');
        return await (await open()).take(reportingHost, body, sentMs(headers.date));
      },
    });
  };
}

/** `null`: it was not said. */
function sentMs(date: string | undefined): number | null {
  const ms = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(ms) ? null : ms;
}
