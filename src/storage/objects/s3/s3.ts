import type { Clock } from '../../../base/clock.ts';
import { systemClock } from '../../../base/clock.ts';
import { hasCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { storageErrors } from '../../errors.ts';
import { abilitiesOf } from '../abilities.ts';
import { assertObjectKey } from '../object-key.ts';
import type { ObjectStore, ObjectStoreProperties, StoreAbilities } from '../object-store.ts';
import { attachBucket } from './attach.ts';
import type { S3Bucket } from './bucket.ts';
import { connectS3, type S3ClientSettings, type S3Place } from './client.ts';
import { copyObject } from './copy.ts';
import { deleteAllVersions, deleteObject } from './delete.ts';
import { leastPolicy } from './looks/least-policy.ts';
import { listObjects } from './list.ts';
import { s3Multipart } from './multipart.ts';
import { getObject, headObject } from './read.ts';
import { s3VendorOf } from './vendors.ts';
import { tryBucket } from './looks/try-bucket.ts';
import { s3Put } from './write.ts';
import { Turns } from '../turns.ts';

export interface S3ObjectStoreOptions {
  readonly place: S3Place;
  readonly settings: S3ClientSettings & {
    readonly s3PartBytes: number;
    readonly s3PartsAtOnce: number;
    readonly abandonedUploadMs: number;
  };
  readonly log: Log;
  readonly clock?: Clock;
  /** Nothing is made, switched on or removed, and every write is `store_denied`. Default false. */
  readonly readOnly?: boolean;
  /** The settings of the bucket stay as they are: versioning is not switched on. Default false. */
  readonly asItIs?: boolean;
  /** Ends opening and `learn`; calls of the store have signals of their own. */
  readonly signal?: AbortSignal;
}

export interface S3ObjectStore extends ObjectStore {
  /**
   * Finds out what the bucket can do, by trying it or by what an earlier trial found, and puts it into `properties`.
   * Until then the store takes it for one that can do nothing beyond what every store must.
   */
  learn(known?: StoreAbilities): Promise<StoreAbilities>;
}

/**
 * An object store in a bucket of Amazon S3 or of any store that speaks it. The SDK is loaded here and not before. The
 * bucket must be there. Throws `store_unavailable`, `store_denied`, `store_url_invalid`.
 */
export async function openS3ObjectStore(options: S3ObjectStoreOptions): Promise<S3ObjectStore> {
  const { place, settings, log, clock = systemClock, readOnly = false, asItIs = false, signal } = options;
  const vendor = s3VendorOf(place);
  const connection = await connectS3(place, vendor, settings);
  // Whoever is given the properties, decorators too, sees what is learnt later.
  const properties: { -readonly [Name in keyof ObjectStoreProperties]: ObjectStoreProperties[Name] } = {
    url: urlOf(place),
    // Other credentials may not read there: what a copy inside the store would need.
    place: `s3:${place.endpoint ?? ''}:${place.region ?? ''}:${place.profile ?? ''}`,
    root: `${place.bucket}/${place.prefix}`,
    createOnly: false,
    versions: false,
    deletesVersions: null,
    objectLock: null,
    ranges: null,
    parts: true,
    refusesNesting: false,
    maxObjectBytes: vendor.maxObjectBytes,
    minPartBytes: vendor.minPartBytes,
    maxParts: vendor.maxParts,
  };
  try {
    const bucket: S3Bucket = {
      send: connection.send,
      bucket: place.bucket,
      place,
      vendor,
      properties,
      clock,
      log,
      parts: new Turns(settings.s3PartsAtOnce, Infinity),
      partBytes: settings.s3PartBytes,
      stallTimeoutMs: settings.s3StallTimeoutMs,
    };
    const opening: S3Bucket = {
      ...bucket,
      send: (attempted, command, own, inSilence) => connection.send(attempted, command, own ?? signal, inSilence),
    };
    const attached = await attachBucket(opening, { ...settings, readOnly, asItIs });
    signal?.throwIfAborted();
    Object.assign(properties, attached);
    return {
      ...bucketStore(bucket, connection, readOnly),
      async learn(known) {
        // Versions are looked at anew at every start: somebody may have switched them off. An earlier release tried no ranges.
        const isKnown = known?.versions === properties.versions && (known.ranges ?? null) !== null;
        if (isKnown) Object.assign(properties, known);
        else if (!readOnly) Object.assign(properties, await tryBucket(bucket, signal));
        return abilitiesOf(properties);
      },
    };
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw withPolicy(error, place);
  }
}

/** Whoever may not use the bucket at all cannot ask the doctor what it takes. */
function withPolicy(error: unknown, place: S3Place): unknown {
  if (!hasCode(error, 'store_denied') || !error.detail?.startsWith('AccessDenied')) return error;
  const { attempted = '', detail, cause } = error;
  const remedy = `Give the credentials of the server this policy: ${leastPolicy(place)}`;
  return storageErrors('store_denied', { attempted, detail, remedy, cause });
}

/** Without anything that is a secret: a URL of a store never holds one. */
function urlOf({ bucket, prefix, endpoint, region }: S3Place): string {
  const query = new URLSearchParams();
  if (endpoint !== null) query.set('endpoint', endpoint);
  if (region !== null) query.set('region', region);
  const path = prefix === '' ? '' : `/${prefix.slice(0, -1)}`;
  return `s3://${bucket}${path}${query.size > 0 ? `?${decodeURIComponent(query.toString())}` : ''}`;
}

function bucketStore(bucket: S3Bucket, connection: AsyncDisposable, readOnly: boolean): ObjectStore {
  const put = s3Put(bucket);
  const multipart = s3Multipart(bucket);
  const assertWritable = (attempted: string): void => {
    if (readOnly) throw storageErrors('store_denied', { attempted, detail: 'the store is open for reading only' });
  };
  return {
    properties: bucket.properties,
    async put(key, body, options) {
      assertWritable('Store an object');
      return put(key, body, options);
    },
    get: (key, options = {}) => getObject(bucket, key, options),
    async head(key, options = {}) {
      const attempted = 'Look for an object';
      assertObjectKey(key, attempted);
      return headObject(bucket, key, options, attempted);
    },
    async delete(key, options = {}) {
      const attempted = 'Delete an object';
      assertObjectKey(key, attempted);
      assertWritable(attempted);
      options.signal?.throwIfAborted();
      if (options.allVersions && bucket.properties.versions) await deleteAllVersions(bucket, key, options.signal);
      else await deleteObject(bucket, key, options);
    },
    list: (options) => listObjects(bucket, options),
    async copy(from, to, options = {}) {
      assertWritable('Copy an object');
      return copyObject(bucket, from, to, options);
    },
    multipart: {
      ...multipart,
      async create(key, options) {
        assertWritable('Begin an upload');
        return multipart.create(key, options);
      },
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
