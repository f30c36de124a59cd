/**
 * What a bucket can do is found out by trying it: a vendor's name says too little, and the rights of these credentials
 * on this bucket decide as much as the software.
 */
import { newId } from '../../../base/ids.ts';
import { hasCode, HoldfastError } from '../../../base/errors.ts';
import type { StoreAbilities } from '../object-store.ts';
import { removeAbandonedUploads } from './abandoned-uploads.ts';
import { encryptionOf, fullKey, type S3Bucket } from './bucket.ts';
import { deleteAllVersions, deleteObject } from './delete.ts';
import { assertBucket } from './read.ts';
import { createOnlyHeader } from './upload.ts';

export interface AttachOptions {
  readonly readOnly: boolean;
  /** The settings of the bucket stay as they are. */
  readonly asItIs: boolean;
  readonly abandonedUploadMs: number;
}

/**
 * What every start does. Throws when the bucket is not there or may not be used; what it lacks beyond that is only told.
 */
export async function attachBucket(
  bucket: S3Bucket,
  { readOnly, asItIs, abandonedUploadMs }: AttachOptions,
): Promise<Pick<StoreAbilities, 'versions'>> {
  await assertBucket(bucket, `Use the bucket ${bucket.bucket}`);
  const versions = await keepsVersions(bucket, readOnly || asItIs);
  if (!readOnly) await removeAbandonedUploads(bucket, abandonedUploadMs);
  return { versions };
}

/** What takes several requests, and is known until the bucket or its store changes. Leaves nothing behind. */
export async function tryBucket(bucket: S3Bucket): Promise<Omit<StoreAbilities, 'versions'>> {
  const key = `probe-${newId()}`;
  let createOnly = false;
  let deletesVersions: boolean | null = null;
  try {
    createOnly = await enforcesCreateOnly(bucket, key);
  } finally {
    if (bucket.properties.versions) deletesVersions = await destroys(bucket, key);
    else await deleteObject(bucket, key, {});
  }
  return { createOnly, deletesVersions, objectLock: await lockOf(bucket) };
}

/** Whether old versions stay; switched on where that can be done, since it is a net under mistakes of anybody. */
async function keepsVersions(bucket: S3Bucket, asItIs: boolean): Promise<boolean> {
  if (!bucket.vendor.versioning) return false;
  const attempted = `Switch the versioning of the bucket ${bucket.bucket} on`;
  try {
    const { Status } = await bucket.send(attempted, (sdk, client, options) =>
      client.send(new sdk.GetBucketVersioningCommand({ Bucket: bucket.bucket }), options),
    );
    if (Status === 'Enabled' || asItIs) return Status === 'Enabled';
    await bucket.send(attempted, (sdk, client, options) =>
      client.send(
        new sdk.PutBucketVersioningCommand({
          Bucket: bucket.bucket,
          VersioningConfiguration: { Status: 'Enabled' },
        }),
        options,
      ),
    );
    return true;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    bucket.log.warn(
      { code: error.code, detail: error.detail },
      'The bucket keeps no versions: what is overwritten or deleted by mistake is gone',
    );
    return false;
  }
}

/** At one time, so that a store which looks first and writes then is found out. */
const RIVALS = 4;

/** Of several writers of one key exactly one may get through, and none once it is there. */
async function enforcesCreateOnly(bucket: S3Bucket, key: string): Promise<boolean> {
  const write = async (conditional: boolean): Promise<boolean> => {
    try {
      await bucket.send('Try a conditional write', (sdk, client, options) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            Body: Buffer.from('x'),
            ContentLength: 1,
            // A policy of the bucket may take nothing that does not ask for it.
            ...encryptionOf(bucket),
            ...createOnlyHeader(bucket, conditional),
          }),
          options,
        ),
      );
      return true;
    } catch (error) {
      if (hasCode(error, 'object_exists', 'store_unavailable')) return false;
      throw error;
    }
  };
  if (!bucket.vendor.conditional) {
    await write(false);
    return false;
  }
  const winners = await Promise.all(Array.from({ length: RIVALS }, () => write(true)));
  return winners.filter(Boolean).length === 1 && !(await write(true));
}

/** Whether nothing is left of an object once every version of it was deleted. */
async function destroys(bucket: S3Bucket, key: string): Promise<boolean> {
  try {
    await deleteObject(bucket, key, {});
    await deleteAllVersions(bucket, key, undefined);
    const { Versions = [], DeleteMarkers = [] } = await bucket.send(
      'Look for the versions of an object',
      (sdk, client, options) =>
        client.send(
          new sdk.ListObjectVersionsCommand({ Bucket: bucket.bucket, Prefix: fullKey(bucket, key) }),
          options,
        ),
    );
    return Versions.length + DeleteMarkers.length === 0;
  } catch (error) {
    if (hasCode(error, 'store_denied')) return false;
    throw error;
  }
}

async function lockOf(bucket: S3Bucket): Promise<StoreAbilities['objectLock']> {
  try {
    const { ObjectLockConfiguration: lock } = await bucket.send(
      `Look at the bucket ${bucket.bucket}`,
      (sdk, client, options) =>
        client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket: bucket.bucket }), options),
    );
    if (lock?.Rule?.DefaultRetention) return 'always';
    return lock?.ObjectLockEnabled === 'Enabled' ? 'on' : 'off';
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const name = error.detail ?? '';
    if (/^ObjectLockConfigurationNotFound|^NoSuchObjectLockConfiguration|^NotImplemented/.test(name)) return 'off';
    return null;
  }
}
