/** What the pages about buckets ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { BucketReply, BucketsReply, BucketView, PlacesReply, PlaceView } from '../../../../src/buckets/wire.ts';
import { request } from '../../base/requests/api.ts';
import { type BucketsFilter, queryOf } from './filter.ts';

export type { BucketReply, BucketsReply, BucketView, PlacesReply, PlaceView };

const PAGE = 100;
/** How often a look that goes on is asked how far it is. */
const PROGRESS_MS = 1000;
/** One that somebody else begins is seen sooner or later. */
const QUIET_MS = 15_000;

export const everyBucket = ['buckets'] as const;

export const placesOptions = queryOptions({
  queryKey: [...everyBucket, 'places'],
  queryFn: ({ signal }) => request<PlacesReply>('GET', '/buckets/places', { signal }),
  refetchInterval: ({ state }) => (state.data?.running ? PROGRESS_MS : QUIET_MS),
});

export const bucketsOptions = (filter: BucketsFilter) =>
  infiniteQueryOptions({
    queryKey: [...everyBucket, 'list', queryOf(filter).toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf(filter);
      query.set('limit', String(PAGE));
      if (pageParam !== '') query.set('after', pageParam);
      return request<BucketsReply>('GET', `/buckets?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

export const bucketOptions = (bucketId: string) =>
  queryOptions({
    queryKey: [...everyBucket, 'one', bucketId],
    queryFn: ({ signal }) => request<BucketReply>('GET', `/buckets/${encodeURIComponent(bucketId)}`, { signal }),
  });

/** `placeId` null: all places. */
export function beginAudit(placeId: string | null, probe: boolean): Promise<PlacesReply> {
  return request('POST', '/buckets/audits', { json: { placeId, probe } });
}

export function stopAudit(): Promise<PlacesReply> {
  return request('DELETE', '/buckets/audits/running');
}

/** All that fit, for a spreadsheet. */
export async function allBuckets(filter: BucketsFilter): Promise<readonly BucketView[]> {
  const all: BucketView[] = [];
  const query = queryOf(filter);
  query.set('limit', '1000');
  for (;;) {
    const { buckets, next } = await request<BucketsReply>('GET', `/buckets?${query}`);
    all.push(...buckets);
    if (next === undefined) return all;
    query.set('after', next);
  }
}
