import type { Log } from '../../../base/log.ts';
import type { Clock } from '../../../base/clock.ts';
import type { S3Place, Send } from './client.ts';
import type { S3Vendor } from './vendors.ts';
import type { ObjectStoreProperties } from '../object-store.ts';
import type { Turns } from '../turns.ts';

/** What every operation on one bucket needs. */
export interface S3Bucket {
  readonly send: Send;
  readonly bucket: string;
  readonly place: S3Place;
  readonly vendor: S3Vendor;
  readonly properties: ObjectStoreProperties;
  readonly clock: Clock;
  readonly log: Log;
  /** Turns for parts on their way, of all uploads together: each holds its bytes in memory. */
  readonly parts: Turns;
  readonly partBytes: number;
  readonly stallTimeoutMs: number;
}

/** The name in the bucket of an object of ours. */
export function fullKey({ place }: S3Bucket, key: string): string {
  return `${place.prefix}${key}`;
}

/** Asked of the store on top of our own encryption. */
export function encryptionOf({ place, vendor }: Pick<S3Bucket, 'place' | 'vendor'>) {
  const kind = place.encryption ?? vendor.encryption;
  if (kind === null || kind === 'none') return {};
  if (kind === 'AES256') return { ServerSideEncryption: kind } as const;
  return {
    ServerSideEncryption: kind,
    ...(place.kmsKeyId === null ? {} : { SSEKMSKeyId: place.kmsKeyId }),
  } as const;
}

/** Entity tags come with and without quotes. */
export function bareTag(tag: string | undefined): string {
  return (tag ?? '').replaceAll('"', '');
}
