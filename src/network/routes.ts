import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { NetworkSettings } from './settings.ts';
import { agentNetworkRoutes } from './serving/agent-network-routes.ts';
import { networkPageRoutes } from './serving/network-page-routes.ts';
import type { ServedNetwork } from './serving/served-network.ts';
import type { UploadActor } from './serving/uploads.ts';

export interface NetworkRoutesOptions {
  readonly admin: (request: FastifyRequest) => UploadActor;
  readonly settings: Pick<NetworkSettings, 'networkPostBytes'>;
}

/** The routes of network/, to be mounted under `/api/v1`. The store of flows is opened by the first request that needs it. */
export function networkRoutes(
  open: () => Promise<ServedNetwork>,
  { admin, settings }: NetworkRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await agentNetworkRoutes(open, settings)(app, {});
    await networkPageRoutes(open, admin)(app, {});
  };
}
