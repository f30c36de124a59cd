/** What the bell, its drawer and the page of rules ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  AddressRequest,
  ConfirmRequest,
  HoursRequest,
  MarkReply,
  MarkRequest,
  NoticesReply,
  NoticeView,
  PreferencesReply,
  PushAdded,
  PushReply,
  PushRequest,
  RuleRequest,
} from '../../../../src/notifications/wire.ts';
import { request } from '../../base/requests/api.ts';

export type { NoticeView, PreferencesReply, RuleRequest };

const PAGE = 30;
/** The first part of every key below: the live hint asks for all of it again. */
const notices = 'notices';

/** How many are not read; 1000 stands for 1000 and more. */
export const unreadOptions = queryOptions({
  queryKey: [notices, 'unread'],
  queryFn: async ({ signal }) =>
    (await request<NoticesReply>('GET', '/notices?limit=1&unread=true', { signal })).unread,
});

export const noticesOptions = (unreadOnly: boolean) =>
  infiniteQueryOptions({
    queryKey: [notices, 'list', unreadOnly],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(unreadOnly ? { unread: 'true' } : {}),
        ...(pageParam === '' ? {} : { after: pageParam }),
      });
      return request<NoticesReply>('GET', `/notices?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

/** `null`: all of them. */
export function markNotices(noticeIds: readonly string[] | null, read: boolean): Promise<MarkReply> {
  const json: MarkRequest = { noticeIds: noticeIds === null ? null : [...noticeIds], read };
  return request('POST', '/notices/read', { json });
}

/** `token`: what stood behind the # of the letter's link. Whoever has the letter may do it, logged in or not. */
export function confirmAddress(token: string): Promise<void> {
  const json: ConfirmRequest = { token };
  return request('POST', '/notices/addresses/confirm', { json, mayBeSignedOut: true });
}

/** What I want to hear, by which way, and when. */
export const preferencesOptions = queryOptions({
  queryKey: [notices, 'preferences'],
  queryFn: ({ signal }) => request<PreferencesReply>('GET', '/notices/rules', { signal }),
});

export function setRule(json: RuleRequest): Promise<PreferencesReply> {
  return request('POST', '/notices/rules', { json });
}

export function setHours(json: HoursRequest): Promise<PreferencesReply> {
  return request('POST', '/notices/hours', { json });
}

export function setAddress(json: AddressRequest): Promise<PreferencesReply> {
  return request('POST', '/notices/addresses', { json });
}

export function removeAddress(channelId: string): Promise<PreferencesReply> {
  return request('DELETE', `/notices/addresses/${channelId}`);
}

/** The key to subscribe a browser with, and those that are told. */
export const pushOptions = queryOptions({
  queryKey: [notices, 'push'],
  queryFn: ({ signal }) => request<PushReply>('GET', '/notices/push', { signal }),
});
export type TellableBrowser = PushReply['subscriptions'][number];

export async function addPush(json: PushRequest): Promise<string> {
  return (await request<PushAdded>('POST', '/notices/push', { json })).subscriptionId;
}

export function removePush(subscriptionId: string): Promise<void> {
  return request('DELETE', `/notices/push/${encodeURIComponent(subscriptionId)}`);
}
