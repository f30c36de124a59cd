/** The guards of buckets, hosts and the network, as a server has them. Each loads what it does with its first use. */
import { sessionOf } from '../../accounts/index.ts';
import { actorOf } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { bucketsRoutes } from '../../buckets/routes.ts';
import type { Config } from '../../config/index.ts';
import { fleetRoutes } from '../../host/routes.ts';
import { networkRoutes } from '../../network/routes.ts';
import { type HttpServerOptions, requireRole } from '../../server/index.ts';
import { startGuardQueue } from '../bucket-guard/guard-queue-later.ts';
import { startOwnStoresGuard } from '../bucket-guard/own-stores-later.ts';
import { serveBucketsLater } from '../bucket-guard/served-later.ts';
import { openFleet } from '../host-guard/fleet.ts';
import { openNetwork } from '../network-guard/network.ts';
import { tellWatched } from '../notices/guard-notices.ts';
import type { Ground } from '../open-ground.ts';
import { deciderOf, type Routes } from './parts.ts';
import type { People } from './people-and-files.ts';

export interface GuardParts {
  readonly config: Config;
  readonly ground: Pick<Ground, 'records' | 'workspaceKey' | 'primary' | 'backup'>;
  readonly people: Pick<People, 'accounts' | 'audit' | 'findings' | 'notifications' | 'watch'>;
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Guards extends AsyncDisposable, Pick<HttpServerOptions, 'authenticateHost' | 'authenticateEnrolment'> {
  readonly routes: Routes;
}

export function openGuards({ config, ground, people, holder, clock, log }: GuardParts): Guards {
  const opened = new AsyncDisposableStack();
  const { settings } = config;
  const { records, workspaceKey, primary, backup } = ground;
  const { accounts, audit, findings, notifications, watch } = people;

  const ofBuckets = { config, settings: settings.buckets, records, findings, notifications, audit, holder, clock, log };
  opened.use(startOwnStoresGuard(ofBuckets));
  opened.use(startGuardQueue(ofBuckets));
  const buckets = opened.use(serveBucketsLater(ofBuckets));
  const ofWatches = {
    ...{ ...ofBuckets, hostSettings: settings.host },
    personOfEmail: (email: string) => accounts.personOfEmail(email),
  };
  const fleet = opened.use(openFleet({ ...ofBuckets, settings: settings.host, workspaceKey }));
  const ofNetwork = { ...ofBuckets, settings: settings.network, toldSettings: settings.buckets };
  const network = opened.use(openNetwork({ ...ofNetwork, objects: [primary, backup], workspaceKey }));

  return {
    authenticateHost: async (token) => (await fleet.open()).authenticateHost(token),
    authenticateEnrolment: async (token) => (await fleet.open()).authenticateEnrolment(token),
    routes: [
      bucketsRoutes(() => buckets.open(), { auditor: deciderOf, tell: tellWatched(ofWatches) }),
      fleetRoutes(fleet.open, { admin: deciderOf, settings: settings.host }),
      networkRoutes(network.open, {
        clock,
        admin: (request) => actorOf(sessionOf(request)),
        watch: (request, onEnded) => watch.watch(sessionOf(request), onEnded, (role) => requireRole(request, role)),
        settings: settings.network,
      }),
    ],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
