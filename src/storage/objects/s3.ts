import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { storageErrors } from '../errors.ts';
import { assertObjectKey } from './object-key.ts';
import type { ObjectStore } from './object-store.ts';
import { attachBucket } from './s3-attach.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { connectS3, type S3ClientSettings, type S3Place } from './s3-client.ts';
import { copyObject } from './s3-copy.ts';
import { deleteAllVersions, deleteObject } from './s3-delete.ts';
import { listObjects } from './s3-list.ts';
import { s3Multipart } from './s3-multipart.ts';
import { getObject, headObject } from './s3-read.ts';
import { s3VendorOf } from './s3-vendors.ts';
import { s3Put } from './s3-write.ts';
import { Turns } from './turns.ts';

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
}

/**
 * An object store in a bucket of Amazon S3 or of any store that speaks it. The SDK is loaded here and not before. The
 * bucket must be there; what it can do is found out by trying it (see s3-attach.ts).
 * Throws `store_unavailable`, `store_denied`, `store_url_invalid`.
 */
export async function openS3ObjectStore(options: S3ObjectStoreOptions): Promise<ObjectStore> {
  const { place, settings, log, clock = systemClock, readOnly = false } = options;
  const vendor = s3VendorOf(place);
  const connection = await connectS3(place, vendor, settings);
  try {
    const bucket: S3Bucket = {
      send: connection.send,
      bucket: place.bucket,
      place,
      vendor,
      properties: {
        url: urlOf(place),
        place: `s3:${place.endpoint ?? ''}:${place.region ?? ''}`,
        root: `${place.bucket}/${place.prefix}`,
        createOnly: false,
        versions: false,
        refusesNesting: false,
        maxObjectBytes: vendor.maxObjectBytes,
        minPartBytes: vendor.minPartBytes,
        maxParts: vendor.maxParts,
      },
      clock,
      log,
      parts: new Turns(settings.s3PartsAtOnce, Infinity),
      partBytes: settings.s3PartBytes,
      stallTimeoutMs: settings.s3StallTimeoutMs,
    };
    const properties = { ...bucket.properties, ...(await attachBucket(bucket, { ...settings, readOnly })) };
    return bucketStore({ ...bucket, properties }, connection, readOnly);
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
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
      async create(key) {
        assertWritable('Begin an upload');
        return multipart.create(key);
      },
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
