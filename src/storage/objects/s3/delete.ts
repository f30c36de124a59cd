import { fullKey, type S3Bucket } from './bucket.ts';
import { hasCode } from '../../../base/errors.ts';

/** Deletes the object, or one version of it. On a store that keeps versions the former only hides it. */
export async function deleteObject(
  bucket: S3Bucket,
  key: string,
  options: { readonly versionId?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { versionId, signal } = options;
  try {
    await bucket.send(
      'Delete an object',
      (sdk, client, clientOptions) =>
        client.send(
          new sdk.DeleteObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            ...(versionId === undefined ? {} : { VersionId: versionId }),
          }),
          clientOptions,
        ),
      signal,
    );
  } catch (error) {
    if (!hasCode(error, 'object_not_found')) throw error;
  }
}

/** Deletes every version that the store has kept of a key, and the marks of earlier deletions. */
export async function deleteAllVersions(bucket: S3Bucket, key: string, signal: AbortSignal | undefined): Promise<void> {
  const full = fullKey(bucket, key);
  for (;;) {
    const page = await bucket.send(
      'Look for the versions of an object',
      (sdk, client, options) =>
        client.send(new sdk.ListObjectVersionsCommand({ Bucket: bucket.bucket, Prefix: full }), options),
      signal,
    );
    // Keys that go on behind this one come later, so that its own are all on the first pages.
    const own = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].filter(({ Key }) => Key === full);
    for (const { VersionId } of own) await deleteObject(bucket, key, { versionId: VersionId, signal });
    if (own.length === 0 || page.IsTruncated !== true) return;
  }
}
