import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../base/clock.ts';
import type { NetworkSettings } from './settings.ts';
import { agentNetworkRoutes } from './serving/agent-network-routes.ts';
import { networkPageRoutes } from './serving/network-page-routes.ts';
import { networkReportRoute } from './serving/report-route.ts';
import type { ServedNetwork } from './serving/served-network.ts';
import type { UploadActor } from './serving/uploads.ts';

export interface NetworkRoutesOptions {
  readonly admin: (request: FastifyRequest) => UploadActor;
  /** Calls `onEnded` once, when who sent the request may not go on: the session is over, or the role is another. */
  readonly watch: (request: FastifyRequest, onEnded: (reason: Error) => void) => Disposable;
  readonly clock: Clock;
  readonly settings: Pick<NetworkSettings, 'networkPostBytes'>;
}

/** The routes of network/, to be mounted under `/api/v1`. The store of flows is opened by the first request that needs it. */
export function networkRoutes(
  open: () => Promise<ServedNetwork>,
  { admin, watch, settings, clock }: NetworkRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await agentNetworkRoutes(open, settings)(app, {});
    await networkPageRoutes(open, { admin, watch })(app, {});
    await networkReportRoute(open, clock)(app, {});
  };
}
