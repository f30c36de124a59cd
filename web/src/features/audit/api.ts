/** What the pages about the audit trail ask of the server. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { EventsReply, EventView, VerifyReply } from '../../../../src/audit/wire.ts';
import { request } from '../../base/requests/api.ts';

export type { EventView, VerifyReply };

const PAGE = 50;

/** What happened to my account. */
export const myActivityOptions = infiniteQueryOptions({
  queryKey: ['activity', 'mine'],
  queryFn: ({ signal, pageParam }) =>
    request<EventsReply>('GET', `/account/activity?${query({ after: pageParam })}`, { signal }),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

/** What everybody did, for admins. `noun`: only acts on this kind of thing; empty: all. */
export const allActivityOptions = (noun: string) =>
  infiniteQueryOptions({
    queryKey: ['activity', 'all', noun],
    queryFn: ({ signal, pageParam }) =>
      request<EventsReply>('GET', `/audit/events?${query({ after: pageParam, act: noun })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

/** The address of a plain link. `noun` as above. */
export function exportUrl(format: 'csv' | 'jsonl', noun: string): string {
  return `/api/v1/audit/export?${new URLSearchParams({ format, ...(noun === '' ? {} : { act: noun }) })}`;
}

export function verifyTrail(): Promise<VerifyReply> {
  return request('POST', '/audit/verify');
}

function query(words: Readonly<Record<string, string>>): string {
  const given = Object.entries(words).filter(([, word]) => word !== '');
  return new URLSearchParams([...given, ['limit', String(PAGE)]]).toString();
}
