/** What every start does with a bucket before anything depends on it. */
import { HoldfastError } from '../../../base/errors.ts';
import type { StoreAbilities } from '../object-store.ts';
import { removeAbandonedUploads } from './abandoned-uploads.ts';
import type { S3Bucket } from './bucket.ts';
import { assertBucket } from './read.ts';

export interface AttachOptions {
  readonly readOnly: boolean;
  /** The settings of the bucket stay as they are. */
  readonly asItIs: boolean;
  readonly abandonedUploadMs: number;
}

/** Throws when the bucket is not there or may not be used; what it lacks beyond that is only told. */
export async function attachBucket(
  bucket: S3Bucket,
  { readOnly, asItIs, abandonedUploadMs }: AttachOptions,
): Promise<Pick<StoreAbilities, 'versions'>> {
  await assertBucket(bucket, `Use the bucket ${bucket.bucket}`);
  const versions = await keepsVersions(bucket, readOnly || asItIs);
  if (!readOnly) await removeAbandonedUploads(bucket, abandonedUploadMs);
  return { versions };
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
