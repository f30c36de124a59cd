/** The guard of buckets that admins use in the browser: loaded by the first request, so that no start waits for it. */
import type { ServedBuckets } from '../../buckets/index.ts';
import type { AuditTrail } from '../../base/audit-event.ts';
import type { Config } from '../../config/index.ts';
import type { RecordOperation } from '../../storage/index.ts';
import type { OwnStoresParts } from './own-stores.ts';

export interface ServedParts extends Pick<OwnStoresParts, 'settings' | 'records' | 'findings' | 'clock' | 'log'> {
  readonly config: OwnStoresParts['config'] & Pick<Config, 'bucketPlaces'>;
  readonly audit: AuditTrail<RecordOperation>;
}

export interface ServedLater extends AsyncDisposable {
  open(): Promise<ServedBuckets>;
}

export function serveBucketsLater({ config, ...parts }: ServedParts): ServedLater {
  let opened: Promise<ServedBuckets> | null = null;
  const load = async (): Promise<ServedBuckets> => {
    const [{ serveBuckets }, { bucketPlaces }] = await Promise.all([
      import('../../buckets/index.ts'),
      import('./bucket-places.ts'),
    ]);
    return serveBuckets({ ...parts, places: bucketPlaces(config, parts.settings) });
  };
  return {
    async open() {
      const loading = (opened ??= load());
      try {
        return await loading;
      } catch (error) {
        // The next request tries again.
        if (opened === loading) opened = null;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      // One that could not be loaded has nothing to release.
      const served = await opened?.catch(() => null);
      await served?.[Symbol.asyncDispose]();
    },
  };
}
