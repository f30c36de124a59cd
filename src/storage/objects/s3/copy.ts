import { hasCode } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import { storageErrors } from '../../errors.ts';
import { assertObjectKey } from '../object-key.ts';
import type { CopyOptions, ObjectInfo, PartInfo } from '../object-store.ts';
import { bareTag, encryptionOf, fullKey, type S3Bucket } from './bucket.ts';
import { getObject, headObject } from './read.ts';
import {
  abortUpload,
  completeUpload,
  createOnlyHeader,
  createUpload,
  PUT_ID,
  publish,
  type Publication,
} from './upload.ts';
import { assertFree, s3Put } from './write.ts';

/** More than this no single request copies. */
const ONE_REQUEST_BYTES = 5 * 2 ** 30;
/** Of a larger one; nothing passes through this process, so that few large ones are best. */
const RANGE_BYTES = 2 ** 30;

/** Copies inside the store, from this bucket or another one of the same place. */
export async function copyObject(
  bucket: S3Bucket,
  from: string,
  to: string,
  options: CopyOptions,
): Promise<ObjectInfo> {
  const attempted = 'Copy an object';
  assertObjectKey(from, attempted);
  assertObjectKey(to, attempted);
  options.signal?.throwIfAborted();
  const source = options.from === undefined ? bucket : { ...bucket, ...rootOf(options.from) };
  const found = await headObject(source, from, options.signal ? { signal: options.signal } : {}, attempted);
  if (!found) throw storageErrors('object_not_found', { attempted });
  if (options.size !== undefined && options.size !== found.size) {
    const detail = `${found.size} bytes where ${options.size} were announced`;
    throw storageErrors('body_size_mismatch', { attempted, detail });
  }
  await assertFree(bucket, to, options, attempted);
  const publication = { key: to, putId: newId(), size: found.size, createOnly: options.createOnly ?? false, attempted };
  const path = `${source.bucket}/${fullKey(source, from)}`;
  try {
    if (found.size <= ONE_REQUEST_BYTES) return await copyWhole(bucket, publication, path);
    if (bucket.vendor.partCopy) return await copyInRanges(bucket, publication, path, options.signal);
  } catch (error) {
    // Ceph 16, say, copies nothing that it encrypts with a key of a key service.
    if (!hasCode(error, 'store_denied') || !error.detail?.startsWith('NotImplemented')) throw error;
  }
  const { body } = await getObject(source, from, options.signal ? { signal: options.signal } : {});
  return s3Put(bucket)(to, body, { ...options, size: found.size });
}

/** `bucket/prefix/` of a {@link ObjectStoreProperties.root}. */
function rootOf(root: string): Pick<S3Bucket, 'bucket' | 'place'> {
  const slash = root.indexOf('/');
  const bucket = root.slice(0, slash);
  return { bucket, place: { bucket, prefix: root.slice(slash + 1) } as S3Bucket['place'] };
}

/** The metadata is replaced: it names this put, and an object may so be copied onto itself. */
function copyWhole(bucket: S3Bucket, publication: Publication, path: string): Promise<ObjectInfo> {
  const { key, putId, createOnly, attempted } = publication;
  return publish(bucket, publication, () =>
    bucket.send(
      attempted,
      (sdk, client, options) =>
        client.send(
          new sdk.CopyObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            CopySource: path,
            MetadataDirective: 'REPLACE',
            Metadata: { [PUT_ID]: putId },
            ...encryptionOf(bucket),
            ...createOnlyHeader(bucket, createOnly),
          }),
          options,
        ),
      undefined,
      true,
    ),
  );
}

async function copyInRanges(
  bucket: S3Bucket,
  publication: Publication,
  path: string,
  signal: AbortSignal | undefined,
): Promise<ObjectInfo> {
  const { key, putId, size, attempted } = publication;
  const uploadId = await createUpload(bucket, { key, putId, attempted, signal });
  const rangeBytes = Math.max(RANGE_BYTES, Math.ceil(size / bucket.properties.maxParts));
  try {
    const parts: PartInfo[] = [];
    for (let start = 0; start < size; start += rangeBytes) {
      const end = Math.min(size, start + rangeBytes);
      const number = parts.length + 1;
      const { CopyPartResult } = await bucket.send(
        attempted,
        (sdk, client, options) =>
          client.send(
            new sdk.UploadPartCopyCommand({
              Bucket: bucket.bucket,
              Key: fullKey(bucket, key),
              UploadId: uploadId,
              PartNumber: number,
              CopySource: path,
              CopySourceRange: `bytes=${start}-${end - 1}`,
            }),
            options,
          ),
        signal,
        true,
      );
      parts.push({ number, size: end - start, tag: bareTag(CopyPartResult?.ETag) });
    }
    return await completeUpload(bucket, publication, uploadId, parts);
  } catch (error) {
    await abortUpload(bucket, key, uploadId, attempted).catch(() => undefined);
    throw error;
  }
}
