/** The workspace guards its own buckets, on one server at a time. */
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { guardOwnBuckets, openAwsReader, openAwsWriter, openStateFiles, type OwnBucket } from '../../buckets/index.ts';
import type { Config, ObjectsPlace } from '../../config/index.ts';
import type { Findings } from '../../findings/index.ts';
import type { Notifications } from '../../notifications/index.ts';
import { startLeasedLoop, type RecordStore } from '../../storage/index.ts';
import { lookAtOwnStores } from '../notices/own-store-notices.ts';

export interface OwnStoresParts {
  readonly config: Pick<Config, 'objects' | 'backup' | 'dataFolder'>;
  readonly settings: Config['settings']['buckets'];
  readonly records: RecordStore;
  readonly findings: Findings;
  readonly notifications: Pick<Notifications, 'tellSeldom' | 'isOver'>;
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks now, and then as often as the settings say. Disposing waits for what is at hand. */
export function startOwnStoresLoop(parts: OwnStoresParts): AsyncDisposable {
  const buckets = ownBuckets(parts);
  const { settings, clock } = parts;
  const { ownBucketsEveryMs: everyMs, ownBucketsAgainMs: againMs } = settings;
  let dueMs = Number.NEGATIVE_INFINITY;
  return startLeasedLoop({
    ...parts,
    name: 'own-buckets',
    leaseMs: settings.ownBucketsLeaseMs,
    pollMs: Math.min(everyMs, againMs),
    isNeeded: async () => clock() >= dueMs,
    async work(signal) {
      dueMs = clock() + againMs;
      const isWhole = await guardOwnStores(parts, buckets, signal);
      dueMs = clock() + (isWhole ? everyMs : Math.min(everyMs, againMs));
      // Soon again, to find that nothing is needed and to give the lease back.
      return clock();
    },
  });
}

/**
 * One look at all of them, and a notice about those that are not as closed as they should be. Whether it came to its end
 * and had an answer to everything.
 */
export async function guardOwnStores(
  { config, findings, settings, clock, log, notifications }: Omit<OwnStoresParts, 'records' | 'holder'>,
  buckets: readonly OwnBucket[],
  signal?: AbortSignal,
): Promise<boolean> {
  const files = openStateFiles(join(config.dataFolder, 'guard'));
  const seen = await guardOwnBuckets({ buckets, findings, files, settings, clock }, signal);
  if (seen.loose.length > 0)
    log.warn({ buckets: seen.loose }, 'Buckets of the workspace are not as closed as they should be');
  if (seen.mended.length > 0) log.info({ buckets: seen.mended }, 'Buckets of the workspace were mended');
  if (seen.unread.length > 0)
    log.warn({ buckets: seen.unread }, 'Not all settings of buckets of the workspace could be read');
  for (const { bucket, why } of seen.failed) {
    const facts = typeof why === 'string' ? { why } : errorFacts(why);
    log.warn({ bucket, ...facts }, 'A bucket of the workspace could not be looked at; it is tried again soon');
  }
  await lookAtOwnStores(notifications, seen);
  return seen.failed.length === 0;
}

/** The stores that are buckets; two in one bucket are looked at once. */
export function ownBuckets({ config, settings }: Pick<OwnStoresParts, 'config' | 'settings'>): readonly OwnBucket[] {
  const places = [config.objects, config.backup].filter((place) => place.kind === 's3');
  const unique = new Map(places.map((place) => [`${place.endpoint} ${place.bucket}`, place]));
  return [...unique.values()].map((place) => ownBucket(place, settings));
}

function ownBucket(
  { bucket, endpoint, region, profile }: Extract<ObjectsPlace, { kind: 's3' }>,
  settings: OwnStoresParts['settings'],
): OwnBucket {
  const place = { endpoint, region, awsEndpoint: null, role: null, ...(profile !== undefined && { profile }) };
  return {
    bucket,
    endpoint,
    openReader: () => openAwsReader(place, settings),
    openWriter: () => openAwsWriter(place, settings),
  };
}
