import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ServedFleet } from './fleet/index.ts';
import type { AdminOf } from './fleet/http/admin-of.ts';
import { agentRoutes } from './fleet/http/agent-routes.ts';
import { enrolmentRoutes } from './fleet/http/enrolment-routes.ts';
import { hostPageRoutes } from './fleet/http/host-page-routes.ts';
import { hostsRoutes } from './fleet/http/hosts-routes.ts';
import type { HostSettings } from './settings.ts';

interface FleetRoutesOptions {
  readonly admin: AdminOf;
  readonly settings: Pick<HostSettings, 'hostReportBytes'>;
}

/** The routes of host/, to be mounted under `/api/v1`. The fleet is opened by the first request that needs it. */
export function fleetRoutes(
  open: () => Promise<ServedFleet>,
  { admin, settings }: FleetRoutesOptions,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    await agentRoutes(open, settings)(app, {});
    await enrolmentRoutes(open, admin)(app, {});
    await hostsRoutes(open, admin)(app, {});
    await hostPageRoutes(open)(app, {});
  };
}
