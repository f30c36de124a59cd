/** What the pages about findings ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  BaselineReply,
  CompareReply,
  DecidedReply,
  FindingReply,
  FindingsReply,
  FindingSummary,
  FindingView,
  RuleAdded,
  RuleBody,
  RuleRemoved,
  RulesReply,
  RuleView,
  RunsReply,
  RunView,
  TotalsReply,
} from '../../../../src/findings/wire.ts';
import { request } from '../../base/requests/api.ts';
import { type FindingsFilter, queryOf } from './filter.ts';

export type {
  CompareReply,
  DecidedReply,
  FindingReply,
  FindingSummary,
  FindingView,
  RuleBody,
  RuleView,
  RunView,
  TotalsReply,
};

/** A reason, and when the decision ends; `null`: never. RFC 3339. */
export interface Decision {
  readonly reason: string;
  readonly until: string | null;
}

const PAGE = 100;
/** Everything below hangs together: one decision changes lists, numbers and histories. */
export const everyFinding = ['findings'] as const;

export const findingsOptions = (filter: FindingsFilter) =>
  infiniteQueryOptions({
    queryKey: [...everyFinding, 'list', queryOf(filter).toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf(filter);
      query.set('limit', String(PAGE));
      if (pageParam !== '') query.set('after', pageParam);
      return request<FindingsReply>('GET', `/findings?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const totalsOptions = queryOptions({
  queryKey: [...everyFinding, 'totals'],
  queryFn: ({ signal }) => request<TotalsReply>('GET', '/findings/totals', { signal }),
});

export const findingOptions = (findingId: string) =>
  queryOptions({
    queryKey: [...everyFinding, 'one', findingId],
    queryFn: ({ signal }) => request<FindingReply>('GET', `/findings/${encodeURIComponent(findingId)}`, { signal }),
  });

export const rulesOptions = queryOptions({
  queryKey: [...everyFinding, 'rules'],
  queryFn: async ({ signal }) => (await request<RulesReply>('GET', '/findings/rules', { signal })).rules,
});

export const runsOptions = infiniteQueryOptions({
  queryKey: [...everyFinding, 'runs'],
  queryFn: ({ pageParam, signal }) => {
    const query = new URLSearchParams({ limit: String(PAGE), ...(pageParam === '' ? {} : { after: pageParam }) });
    return request<RunsReply>('GET', `/findings/runs?${query}`, { signal });
  },
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

export const comparisonOptions = (from: string, to: string) =>
  queryOptions({
    queryKey: [...everyFinding, 'diff', from, to],
    queryFn: ({ signal }) =>
      request<CompareReply>('GET', `/findings/diff?${new URLSearchParams({ from, to })}`, { signal }),
  });

export function acceptFinding(findingId: string, decision: Decision): Promise<FindingView> {
  return request('POST', `/findings/${encodeURIComponent(findingId)}/accept`, { json: decision });
}

export function reopenFinding(findingId: string, reason: string): Promise<FindingView> {
  return request('POST', `/findings/${encodeURIComponent(findingId)}/reopen`, { json: { reason } });
}

/** Each for itself: what was fixed meanwhile is told, and holds up nobody. */
export function acceptFindings(findingIds: readonly string[], decision: Decision): Promise<DecidedReply> {
  return inParts(findingIds, (part) =>
    request('POST', '/findings/accept', { json: { findingIds: part, ...decision } }),
  );
}

export function reopenFindings(findingIds: readonly string[], reason: string): Promise<DecidedReply> {
  return inParts(findingIds, (part) => request('POST', '/findings/reopen', { json: { findingIds: part, reason } }));
}

/** The server takes so many at once. */
const DECIDED_AT_ONCE = 500;

async function inParts(
  findingIds: readonly string[],
  decide: (part: readonly string[]) => Promise<DecidedReply>,
): Promise<DecidedReply> {
  const all: DecidedReply = { changed: [], unchanged: [] };
  for (let at = 0; at < findingIds.length; at += DECIDED_AT_ONCE) {
    const { changed, unchanged } = await decide(findingIds.slice(at, at + DECIDED_AT_ONCE));
    all.changed.push(...changed);
    all.unchanged.push(...unchanged);
  }
  return all;
}

/** Accepts everything that is open and fits. */
export function approvePresentState(filter: FindingsFilter, decision: Decision): Promise<BaselineReply> {
  const { state: _, ...words } = Object.fromEntries(queryOf(filter));
  return request('POST', '/findings/baseline', { json: { ...words, ...decision } });
}

export function addRule(rule: RuleBody): Promise<RuleAdded> {
  return request('POST', '/findings/rules', { json: rule });
}

export function removeRule(ruleId: string): Promise<RuleRemoved> {
  return request('DELETE', `/findings/rules/${encodeURIComponent(ruleId)}`);
}

export type ExportFormat = 'html' | 'csv' | 'jsonl' | 'ocsf';

/** The address of a plain link: the browser saves what is there. */
export function exportUrl(filter: FindingsFilter, format: ExportFormat): string {
  const query = queryOf(filter);
  query.set('format', format);
  return `/api/v1/findings/export?${query}`;
}
