/** What the pages about hosts ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { FindingsReply } from '../../../../src/findings/wire.ts';
import type {
  EnrolmentBody,
  EnrolmentMade,
  EnrolmentsReply,
  EnrolmentView,
  FactsReply,
  HostChange,
  HostCheckReply,
  HostChecksReply,
  HostCompareReply,
  HostReply,
  HostsReply,
  HostSummary,
  HostTotals,
  ImportLimits,
  RulesDiffReply,
  RulesReply,
  ScansReply,
  ScanView,
  StatesReply,
} from '../../../../src/host/wire.ts';
import { request } from '../../base/requests/api.ts';
import { everyFinding } from '../findings/api.ts';
import { type HostsFilter, queryOf } from './fleet/filter.ts';

export type {
  EnrolmentMade,
  EnrolmentView,
  FactsReply,
  HostCheckReply,
  HostCompareReply,
  HostReply,
  HostsReply,
  HostSummary,
  HostTotals,
  RulesReply,
  ScanView,
  StatesReply,
};

const PAGE = 100;
/** A report is on the page after this long at the latest. */
const FRESH_MS = 15_000;

export const everyHost = ['hosts'] as const;

export const hostsOptions = (filter: HostsFilter) =>
  infiniteQueryOptions({
    queryKey: [...everyHost, 'list', queryOf(filter).toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf(filter);
      query.set('limit', String(PAGE));
      if (pageParam !== '') query.set('after', pageParam);
      return request<HostsReply>('GET', `/hosts?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: FRESH_MS,
  });

export const hostTotalsOptions = queryOptions({
  queryKey: [...everyHost, 'totals'],
  queryFn: ({ signal }) => request<HostTotals>('GET', '/hosts/totals', { signal }),
  refetchInterval: FRESH_MS,
});

const below = (hostId: string, rest = ''): string => `/hosts/${encodeURIComponent(hostId)}${rest}`;
export const oneHost = (hostId: string) => [...everyHost, 'one', hostId] as const;

export const hostOptions = (hostId: string) =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'now'],
    queryFn: ({ signal }) => request<HostReply>('GET', below(hostId), { signal }),
    refetchInterval: FRESH_MS,
  });

export const scansOptions = (hostId: string) =>
  infiniteQueryOptions({
    queryKey: [...oneHost(hostId), 'scans'],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE), ...(pageParam === '' ? {} : { after: pageParam }) });
      return request<ScansReply>('GET', below(hostId, `/scans?${query}`), { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: FRESH_MS,
  });

export const scanComparisonOptions = (hostId: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'compare', from, to],
    queryFn: ({ signal }) =>
      request<HostCompareReply>('GET', below(hostId, `/compare?${new URLSearchParams({ from, to })}`), { signal }),
  });

/** `at`: as it was then, RFC 3339; `undefined`: as it is. */
export const factsOptions = (hostId: string, at: string | undefined) =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'facts', at ?? 'now'],
    queryFn: ({ signal }) => {
      const query = at === undefined ? '' : `?${new URLSearchParams({ at })}`;
      return request<FactsReply>('GET', below(hostId, `/facts${query}`), { signal });
    },
    refetchInterval: at === undefined ? FRESH_MS : false,
  });

export const statesOptions = (hostId: string, of: 'facts' | 'firewall') =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'states', of],
    queryFn: ({ signal }) => request<StatesReply>('GET', below(hostId, `/${of}/states`), { signal }),
    refetchInterval: FRESH_MS,
  });

export const rulesOptions = (hostId: string, stateId: string) =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'rules', stateId],
    queryFn: ({ signal }) =>
      request<RulesReply>('GET', below(hostId, `/firewall/states/${encodeURIComponent(stateId)}`), { signal }),
  });

export const rulesDiffOptions = (hostId: string, from: string, to: string) =>
  queryOptions({
    queryKey: [...oneHost(hostId), 'rules-diff', from, to],
    queryFn: ({ signal }) =>
      request<RulesDiffReply>('GET', below(hostId, `/firewall/diff?${new URLSearchParams({ from, to })}`), { signal }),
  });

export const checksOptions = queryOptions({
  queryKey: [...everyHost, 'checks'],
  queryFn: async ({ signal }) => (await request<HostChecksReply>('GET', '/hosts/checks', { signal })).checks,
});

export const checkOptions = (checkId: string) =>
  queryOptions({
    queryKey: [...everyHost, 'check', checkId],
    queryFn: ({ signal }) => request<HostCheckReply>('GET', `/hosts/checks/${encodeURIComponent(checkId)}`, { signal }),
  });

/** What one check found, on whatever host. */
export const foundByOptions = (checkId: string) =>
  infiniteQueryOptions({
    queryKey: [...everyFinding, 'by-check', checkId],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ source: 'host', check: checkId, limit: String(PAGE) });
      if (pageParam !== '') query.set('after', pageParam);
      return request<FindingsReply>('GET', `/findings?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const enrolmentsOptions = queryOptions({
  queryKey: [...everyHost, 'enrolments'],
  queryFn: async ({ signal }) => (await request<EnrolmentsReply>('GET', '/hosts/enrolments', { signal })).enrolments,
  refetchInterval: FRESH_MS,
});

export const importLimitsOptions = queryOptions({
  queryKey: [...everyHost, 'imports'],
  queryFn: ({ signal }) => request<ImportLimits>('GET', '/hosts/imports', { signal }),
});

export function makeEnrolment(enrolment: EnrolmentBody): Promise<EnrolmentMade> {
  return request('POST', '/hosts/enrolments', { json: enrolment });
}

export function withdrawEnrolment(enrolmentId: string): Promise<unknown> {
  return request('DELETE', `/hosts/enrolments/${encodeURIComponent(enrolmentId)}`);
}

export function changeHost(hostId: string, change: HostChange): Promise<unknown> {
  return request('PATCH', below(hostId), { json: change });
}

export function revokeHost(hostId: string): Promise<unknown> {
  return request('POST', below(hostId, '/revoke'));
}

export function forgetHost(hostId: string): Promise<unknown> {
  return request('DELETE', below(hostId));
}

/** All that fit, for a spreadsheet. */
export async function allHosts(filter: HostsFilter): Promise<readonly HostSummary[]> {
  const all: HostSummary[] = [];
  const query = queryOf(filter);
  query.set('limit', '500');
  for (;;) {
    const { hosts, next } = await request<HostsReply>('GET', `/hosts?${query}`);
    all.push(...hosts);
    if (next === undefined) return all;
    query.set('after', next);
  }
}
