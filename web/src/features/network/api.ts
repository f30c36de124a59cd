/** What the pages about the network ask of the server. Times in its records are seconds since 1970. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  AlertsReply,
  CaptureReply,
  FlowReply,
  FlowsReply,
  NetworkOverview,
  NoticeRecord,
  ProtocolRecord,
  SensorView,
  SourceReply,
  StoredFlow,
  Talker,
  TimelinePoint,
} from '../../../../src/network/wire.ts';
import { request } from '../../base/requests/api.ts';
import { severities } from '../findings/words.ts';
import { type AlertsFilter, queryOf as alertsQueryOf, severitiesOf } from './alerts/filter.ts';
import { type FlowsFilter, queryOf as flowsQueryOf } from './flows/filter.ts';
import { asked, type Asked, isOwn, rangeKey, type RangeSearch } from './range.ts';

export type {
  CaptureReply,
  FlowReply,
  NetworkOverview,
  NoticeRecord,
  ProtocolRecord,
  SensorView,
  SourceReply,
  StoredFlow,
  Talker,
  TimelinePoint,
};

export const everyNetwork = ['network'] as const;

/** What was stored is on the page after this long at the latest, while somebody looks at it. */
const FRESH_MS = 10_000;
const FLOWS_A_PAGE = 500;
const ALERTS_A_PAGE = 100;

export const overviewOptions = (range: RangeSearch) =>
  queryOptions({
    queryKey: [...everyNetwork, 'overview', rangeKey(range)],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ ...asked(range, Date.now()) });
      return request<NetworkOverview>('GET', `/network/overview?${query}`, { signal });
    },
    refetchInterval: isOwn(range) ? false : FRESH_MS,
  });

/** Where a list goes on: pages of one list are of one time, however long somebody reads them. */
interface Place {
  readonly asked: Asked;
  readonly cursor: string;
}

export interface FlowsPage extends FlowsReply {
  readonly asked: Asked;
}

export const flowsOptions = (filter: FlowsFilter) =>
  infiniteQueryOptions({
    queryKey: [...everyNetwork, 'flows', rangeKey(filter), flowsQueryOf(filter).toString()],
    queryFn: async ({ pageParam, signal }): Promise<FlowsPage> => {
      const of = pageParam?.asked ?? asked(filter, Date.now());
      const query = flowsQueryOf(filter);
      query.set('from', of.from);
      query.set('to', of.to);
      query.set('limit', String(FLOWS_A_PAGE));
      if (pageParam) query.set('cursor', pageParam.cursor);
      return { ...(await request<FlowsReply>('GET', `/network/flows?${query}`, { signal })), asked: of };
    },
    initialPageParam: null as Place | null,
    getNextPageParam: ({ next, asked: of }): Place | undefined =>
      next === null ? undefined : { asked: of, cursor: next },
    // Somebody reads it: it changes when they say so.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const flowOptions = (uid: string) =>
  queryOptions({
    queryKey: [...everyNetwork, 'flow', uid],
    queryFn: ({ signal }) => request<FlowReply>('GET', `/network/flows/${encodeURIComponent(uid)}`, { signal }),
    // A long flow gets another record each hour.
    refetchInterval: ({ state }) => (state.data?.conn.partial === true ? 60_000 : false),
  });

export const sourceOptions = (address: string, range: RangeSearch) =>
  queryOptions({
    queryKey: [...everyNetwork, 'source', address, rangeKey(range)],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ ...asked(range, Date.now()) });
      return request<SourceReply>('GET', `/network/sources/${encodeURIComponent(address)}?${query}`, { signal });
    },
    refetchInterval: isOwn(range) ? false : 3 * FRESH_MS,
  });

interface AlertsPlace {
  readonly asked: Asked;
  readonly severity: string;
  readonly cursor: string;
}

/** Worst first: the server has them by time, so that it is asked for one severity after the other. */
export const alertsOptions = (filter: AlertsFilter) =>
  infiniteQueryOptions({
    queryKey: [...everyNetwork, 'alerts', rangeKey(filter), alertsQueryOf(filter).toString(), filter.severity ?? ''],
    queryFn: async ({ pageParam, signal }) => {
      const chosen = severitiesOf(filter);
      const {
        asked: of,
        severity,
        cursor,
      } = pageParam ?? {
        asked: asked(filter, Date.now()),
        severity: chosen[0] ?? '',
        cursor: '',
      };
      const query = alertsQueryOf(filter);
      query.set('from', of.from);
      query.set('to', of.to);
      query.set('severity', severity);
      query.set('limit', String(ALERTS_A_PAGE));
      if (cursor !== '') query.set('cursor', cursor);
      const { alerts, next } = await request<AlertsReply>('GET', `/network/alerts?${query}`, { signal });
      const milder = chosen[chosen.findIndex((each) => each === severity) + 1];
      const place: AlertsPlace | undefined =
        next !== null
          ? { asked: of, severity, cursor: next }
          : milder === undefined
            ? undefined
            : { asked: of, severity: milder, cursor: '' };
      return { alerts, place };
    },
    initialPageParam: null as AlertsPlace | null,
    getNextPageParam: ({ place }) => place,
  });

const WORST = 5;

/** The worst of a time; `counts` says which severities there are any of. */
export const worstAlertsOptions = (range: RangeSearch, counts: NetworkOverview['alerts']) =>
  queryOptions({
    queryKey: [...everyNetwork, 'worst', rangeKey(range), counts],
    queryFn: async ({ signal }) => {
      const of = asked(range, Date.now());
      const found: NoticeRecord[] = [];
      for (const severity of severities) {
        if (counts[severity] === 0) continue;
        const query = new URLSearchParams({ ...of, severity, limit: String(WORST - found.length) });
        const { alerts } = await request<AlertsReply>('GET', `/network/alerts?${query}`, { signal });
        found.push(...alerts);
        if (found.length >= WORST) break;
      }
      return found.slice(0, WORST);
    },
  });

/** Where the server shows what crossed the wire as one page. What moves on is asked for as it is when the page is drawn. */
export function reportAddress(range: RangeSearch): string {
  return `/api/v1/network/report?${new URLSearchParams({ ...asked(range, Date.now()) })}`;
}
