/** What moderators, and people who report something, ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  ActsReply,
  ActView,
  FilterTriedReply,
  HiddenView,
  ReportMadeReply,
  ReportsReply,
  ReportView,
  RulesView,
} from '../../../../../src/chat/moderation/wire.ts';
import { request } from '../../../base/requests/api.ts';
import { counted } from '../../../base/text/format.ts';
import type { MessageId, MessageView } from '../api.ts';

export type { ActView, HiddenView, ReportView, RulesView };
export type Filter = RulesView['filter'];
export type Restriction = RulesView['restrictions'][number];
/** `null`: the admins of the workspace, who read what was reported to them. */
export type Readers = string | null;

const room = (roomId: string): string => `/chat/rooms/${encodeURIComponent(roomId)}`;
const message = ({ roomId, sequence }: MessageId): string => `${room(roomId)}/messages/${sequence}`;
const reportsOf = (readers: Readers): string => (readers === null ? '/chat/reports' : `${room(readers)}/reports`);
const PAGE = 50;

/** Everything of a room that an act of a moderator changes. */
export const moderationOf = (readers: Readers) => ['chat', 'moderation', readers ?? 'admins'] as const;

export const reportsOptions = (readers: Readers, isAll: boolean) =>
  infiniteQueryOptions({
    queryKey: [...moderationOf(readers), 'reports', isAll],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE), ...(isAll ? { all: 'true' } : {}) });
      if (pageParam !== '') query.set('after', pageParam);
      return request<ReportsReply>('GET', `${reportsOf(readers)}?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export interface OpenReportCount {
  readonly count: number;
  /** There may be more. */
  readonly isMore: boolean;
}

/** A page of reports holds closed ones as well, which are left out of it: so many pages are looked through. */
const MOST_PAGES = 10;

export const openReportsOptions = (roomId: string) =>
  queryOptions({
    queryKey: [...moderationOf(roomId), 'open-reports'],
    async queryFn({ signal }): Promise<OpenReportCount> {
      let [count, after]: [number, string | null] = [0, ''];
      for (let page = 0; page < MOST_PAGES && after !== null; page += 1) {
        const query = new URLSearchParams({ limit: '100', ...(after === '' ? {} : { after }) });
        const reply: ReportsReply = await request('GET', `${reportsOf(roomId)}?${query}`, { signal });
        count += reply.reports.length;
        after = reply.next;
      }
      return { count, isMore: after !== null };
    },
    staleTime: 5 * 60_000,
  });

export function reportsInWords({ count, isMore }: OpenReportCount): string {
  return isMore ? `${counted(count, 'report')} or more` : counted(count, 'report');
}

export const rulesOptions = (roomId: string) =>
  queryOptions({
    queryKey: [...moderationOf(roomId), 'rules'],
    queryFn: ({ signal }) => request<RulesView>('GET', `${room(roomId)}/rules`, { signal }),
  });

/** `null`: what was decided about the person who asks, in all rooms. */
export const actsOptions = (roomId: string | null) =>
  infiniteQueryOptions({
    queryKey: [...moderationOf(roomId), 'acts'],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(PAGE), ...(pageParam === '' ? {} : { after: pageParam }) });
      const path = roomId === null ? '/chat/moderation' : `${room(roomId)}/acts`;
      return request<ActsReply>('GET', `${path}?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const hiddenOptions = ({ roomId, sequence }: MessageId) =>
  queryOptions({
    queryKey: [...moderationOf(roomId), 'hidden', sequence],
    queryFn: ({ signal }) => request<HiddenView>('GET', `${message({ roomId, sequence })}/hidden`, { signal }),
    staleTime: 5 * 60_000,
  });

export interface NewReport {
  readonly reason: string;
  readonly to: 'moderators' | 'admins';
}

export function reportMessage(id: MessageId, json: NewReport): Promise<ReportMadeReply> {
  return request('POST', `${message(id)}/report`, { json });
}

export interface Resolution {
  readonly outcome: 'acted' | 'dismissed';
  readonly note: string;
}

export function resolveReport(readers: Readers, reportId: string, json: Resolution): Promise<void> {
  return request('POST', `${reportsOf(readers)}/${encodeURIComponent(reportId)}/resolve`, { json });
}

export function hideMessage(id: MessageId, reason: string): Promise<MessageView> {
  return request('POST', `${message(id)}/hide`, { json: { reason } });
}

export function restoreMessage(id: MessageId, reason: string): Promise<MessageView> {
  return request('POST', `${message(id)}/restore`, { json: { reason } });
}

/** A person by their handle; a visitor by a message that they said. */
export type Whom = { readonly handle: string } | { readonly sequence: number };

export function restrict(
  roomId: string,
  json: Whom & { readonly what: 'mute' | 'ban'; readonly minutes: number; readonly reason: string },
): Promise<void> {
  return request('POST', `${room(roomId)}/restrictions`, { json });
}

export function lift(roomId: string, restrictionId: string, reason: string): Promise<void> {
  return request('POST', `${room(roomId)}/restrictions/${encodeURIComponent(restrictionId)}/lift`, {
    json: { reason },
  });
}

export function kick(roomId: string, json: { readonly handle: string; readonly reason: string }): Promise<void> {
  return request('POST', `${room(roomId)}/kick`, { json });
}

export interface RuleChanges {
  readonly slowSeconds: number | null;
  readonly filter: Filter;
  readonly reason: string;
}

export function changeRules(roomId: string, json: RuleChanges): Promise<RulesView> {
  return request('POST', `${room(roomId)}/rules`, { json });
}

/** What a filter finds in a text, before it is set. */
export function tryFilter(roomId: string, json: { readonly filter: Filter; readonly text: string }) {
  return request<FilterTriedReply>('POST', `${room(roomId)}/rules/try`, { json });
}
