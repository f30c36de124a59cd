/** The addresses of Security. What is asked for stands in them: the server knows all of it. */
import { createRoute } from '@tanstack/react-router';
import { bucketsFilterFrom } from '../features/buckets/filter.ts';
import { filterFrom, type FindingsFilter } from '../features/findings/filter.ts';
import { hostFindingsSearchFrom } from '../features/hosts/host/findings-search.ts';
import { type FromToSearch, fromToFrom, hostsSearchFrom, numberFrom } from '../features/hosts/fleet/filter.ts';
import { alertsFilterFrom } from '../features/network/alerts/filter.ts';
import { flowsFilterFrom } from '../features/network/flows/filter.ts';
import { rangeFrom } from '../features/network/range.ts';
import { frame } from './frame-route.tsx';
import { lazyPage } from './lazy-page.ts';

const layout = createRoute({
  getParentRoute: () => frame,
  path: '/security',
  component: lazyPage(() => import('../features/security/security-layout.tsx'), 'SecurityLayout'),
});
const host = createRoute({
  getParentRoute: () => layout,
  path: '/hosts/$hostId',
  component: lazyPage(() => import('../features/hosts/host/host-layout.tsx'), 'HostLayout'),
});
const hostPages = [
  createRoute({
    getParentRoute: () => host,
    path: '/',
    component: lazyPage(() => import('../features/hosts/host/host-overview-page.tsx'), 'HostOverviewPage'),
  }),
  createRoute({
    getParentRoute: () => host,
    path: '/findings',
    validateSearch: hostFindingsSearchFrom,
    component: lazyPage(() => import('../features/hosts/host/host-findings-page.tsx'), 'HostFindingsPage'),
  }),
  createRoute({
    getParentRoute: () => host,
    path: '/facts',
    validateSearch: ({ at }: Record<string, unknown>): { readonly at?: string } =>
      typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at } : {},
    component: lazyPage(() => import('../features/hosts/facts/host-facts-page.tsx'), 'HostFactsPage'),
  }),
  createRoute({
    getParentRoute: () => host,
    path: '/firewall',
    validateSearch: (search: Record<string, unknown>): FromToSearch & { readonly state?: number } => {
      const state = numberFrom(search['state']);
      return { ...fromToFrom(search), ...(state === undefined ? {} : { state }) };
    },
    component: lazyPage(() => import('../features/hosts/facts/host-firewall-page.tsx'), 'HostFirewallPage'),
  }),
  createRoute({
    getParentRoute: () => host,
    path: '/scans',
    validateSearch: fromToFrom,
    component: lazyPage(() => import('../features/hosts/scans/host-scans-page.tsx'), 'HostScansPage'),
  }),
  createRoute({
    getParentRoute: () => host,
    path: '/settings',
    component: lazyPage(() => import('../features/hosts/host/host-settings-page.tsx'), 'HostSettingsPage'),
  }),
] as const;

const network = createRoute({
  getParentRoute: () => layout,
  path: '/network',
  component: lazyPage(() => import('../features/network/network-layout.tsx'), 'NetworkLayout'),
});
const networkPages = [
  createRoute({
    getParentRoute: () => network,
    path: '/',
    validateSearch: rangeFrom,
    component: lazyPage(() => import('../features/network/live/live-page.tsx'), 'LivePage'),
  }),
  createRoute({
    getParentRoute: () => network,
    path: '/flows',
    validateSearch: flowsFilterFrom,
    component: lazyPage(() => import('../features/network/flows/flows-page.tsx'), 'FlowsPage'),
  }),
  createRoute({
    getParentRoute: () => network,
    path: '/flows/$uid',
    component: lazyPage(() => import('../features/network/flows/flow-page.tsx'), 'FlowPage'),
  }),
  createRoute({
    getParentRoute: () => network,
    path: '/sources/$address',
    validateSearch: rangeFrom,
    component: lazyPage(() => import('../features/network/source/source-page.tsx'), 'SourcePage'),
  }),
  createRoute({
    getParentRoute: () => network,
    path: '/alerts',
    validateSearch: alertsFilterFrom,
    component: lazyPage(() => import('../features/network/alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
] as const;

/** Findings stand in clear at the server, which is asked for them by the same words. */
type FindingsSearch = FindingsFilter & { readonly finding?: string };
const securityPages = [
  createRoute({
    getParentRoute: () => layout,
    path: '/',
    component: lazyPage(() => import('../features/security/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/findings',
    validateSearch: (search: Record<string, unknown>): FindingsSearch => ({
      ...filterFrom(search),
      ...(typeof search['finding'] === 'string' ? { finding: search['finding'] } : {}),
    }),
    component: lazyPage(() => import('../features/findings/findings-page.tsx'), 'FindingsPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/buckets',
    validateSearch: bucketsFilterFrom,
    component: lazyPage(() => import('../features/buckets/buckets-page.tsx'), 'BucketsPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/buckets/$bucketId',
    component: lazyPage(() => import('../features/buckets/bucket-page.tsx'), 'BucketPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/hosts',
    validateSearch: hostsSearchFrom,
    component: lazyPage(() => import('../features/hosts/fleet/hosts-page.tsx'), 'HostsPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/hosts/checks',
    validateSearch: ({ platform }: Record<string, unknown>): { readonly platform?: 'linux' | 'windows' } =>
      platform === 'linux' || platform === 'windows' ? { platform } : {},
    component: lazyPage(() => import('../features/hosts/checks/checks-page.tsx'), 'ChecksPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/hosts/checks/$checkId',
    component: lazyPage(() => import('../features/hosts/checks/check-page.tsx'), 'CheckPage'),
  }),
  host.addChildren(hostPages),
  network.addChildren(networkPages),
  createRoute({
    getParentRoute: () => layout,
    path: '/rules',
    component: lazyPage(() => import('../features/findings/rules-page.tsx'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => layout,
    path: '/runs',
    validateSearch: ({ from, to }: Record<string, unknown>): { readonly from?: string; readonly to?: string } =>
      typeof from === 'string' && typeof to === 'string' ? { from, to } : {},
    component: lazyPage(() => import('../features/findings/runs-page.tsx'), 'RunsPage'),
  }),
] as const;

export const security = layout.addChildren(securityPages);
