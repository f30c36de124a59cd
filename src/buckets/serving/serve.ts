/** The guard of buckets in a server, in the words of wire.ts. */
import type { BucketReply, BucketsReply, PlacesReply } from '../wire.ts';
import { openBucketAudits, type BucketAuditsDeps } from './audits.ts';
import type { Auditor } from './running.ts';
import { bucketsFilterOf, bucketsView, bucketView, placesView, type BucketsQueryText } from './views.ts';

export type { Auditor } from './running.ts';

export interface ServedBuckets extends AsyncDisposable {
  places(): Promise<PlacesReply>;
  begin(who: Auditor, wish: { readonly placeId: string | null; readonly probe: boolean }): Promise<void>;
  stop(who: Auditor): Promise<void>;
  list(
    query: BucketsQueryText & { readonly after?: string | undefined; readonly limit?: number | undefined },
  ): Promise<BucketsReply>;
  show(bucketId: string): Promise<BucketReply>;
}

const DEFAULT_LIMIT = 100;

export function serveBuckets(deps: BucketAuditsDeps): ServedBuckets {
  const audits = openBucketAudits(deps);
  return {
    async places() {
      const { places, running } = await audits.places();
      return placesView(places, running);
    },
    begin: (who, wish) => audits.begin(who, wish),
    stop: (who) => audits.stop(who),
    async list({ after, limit = DEFAULT_LIMIT, ...query }) {
      return bucketsView(await audits.list(bucketsFilterOf(query), { after, limit }));
    },
    show: async (bucketId) => bucketView(await audits.show(bucketId)),
    [Symbol.asyncDispose]: () => audits[Symbol.asyncDispose](),
  };
}
