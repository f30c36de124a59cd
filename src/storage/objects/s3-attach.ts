/**
 * What a bucket can do is found out by trying it, at every start: a vendor's name says too little, and the rights of
 * these credentials on this bucket decide as much as the software.
 */
import { newId } from '../../base/ids.ts';
import { hasCode, HoldfastError } from '../../base/errors.ts';
import type { ObjectStoreProperties } from './object-store.ts';
import { fullKey, type S3Bucket } from './s3-bucket.ts';
import { deleteObject, deleteAllVersions } from './s3-delete.ts';
import { assertBucket } from './s3-read.ts';
import { createOnlyHeader } from './s3-upload.ts';

export interface AttachOptions {
  readonly readOnly: boolean;
  readonly abandonedUploadMs: number;
}

/** Throws when the bucket is not there or may not be used; what it lacks beyond that is only told. */
export async function attachBucket(
  bucket: S3Bucket,
  { readOnly, abandonedUploadMs }: AttachOptions,
): Promise<Pick<ObjectStoreProperties, 'createOnly' | 'versions'>> {
  await assertBucket(bucket, `Use the bucket ${bucket.bucket}`);
  const versions = await keepsVersions(bucket, readOnly);
  if (readOnly) return { createOnly: false, versions };
  await removeAbandonedUploads(bucket, abandonedUploadMs);
  return { versions, createOnly: await enforcesCreateOnly(bucket, versions) };
}

/** Whether old versions stay; switched on where that can be done, since it is a net under mistakes of anybody. */
async function keepsVersions(bucket: S3Bucket, readOnly: boolean): Promise<boolean> {
  if (!bucket.vendor.versioning) return false;
  const attempted = `Switch the versioning of the bucket ${bucket.bucket} on`;
  try {
    const { Status } = await bucket.send(attempted, (sdk, client, options) =>
      client.send(new sdk.GetBucketVersioningCommand({ Bucket: bucket.bucket }), options),
    );
    if (Status === 'Enabled' || readOnly) return Status === 'Enabled';
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
async function enforcesCreateOnly(bucket: S3Bucket, versions: boolean): Promise<boolean> {
  if (!bucket.vendor.conditional) return false;
  const key = `probe-${newId()}`;
  const write = async (): Promise<boolean> => {
    try {
      await bucket.send('Try a conditional write', (sdk, client, options) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            Body: Buffer.from('x'),
            ContentLength: 1,
            ...createOnlyHeader(bucket, true),
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
  try {
    const winners = (await Promise.all(Array.from({ length: RIVALS }, write))).filter(Boolean).length;
    return winners === 1 && !(await write());
  } finally {
    if (versions) await deleteAllVersions(bucket, key, undefined);
    else await deleteObject(bucket, key, {});
  }
}

/** Parts of uploads that nobody finished cost as much as objects, and no listing shows them. */
async function removeAbandonedUploads(bucket: S3Bucket, maxAgeMs: number): Promise<void> {
  const attempted = 'Remove parts of abandoned uploads';
  try {
    const { Uploads = [] } = await bucket.send(attempted, (sdk, client, options) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket.bucket, Prefix: bucket.place.prefix }), options),
    );
    const old = Uploads.filter(({ Initiated }) => Initiated && bucket.clock() - Initiated.getTime() > maxAgeMs);
    for (const { Key, UploadId } of old) {
      await bucket.send(attempted, (sdk, client, options) =>
        client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket.bucket, Key, UploadId }), options),
      );
    }
    if (old.length > 0) bucket.log.info({ removed: old.length }, 'Removed parts of uploads that nobody finished');
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    bucket.log.warn({ code: error.code, detail: error.detail }, 'Parts of abandoned uploads could not be looked for');
  }
}
