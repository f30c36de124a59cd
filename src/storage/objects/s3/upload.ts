/** The steps of an upload in parts, and what makes an object visible in the end. */
import { hasCode } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';
import type { ObjectInfo, PartInfo } from '../object-store.ts';
import { endLostUploads } from './abandoned-uploads.ts';
import { bareTag, encryptionOf, fullKey, type S3Bucket } from './bucket.ts';

/** Metadata that tells which put an object came from, so that a lost answer can be looked up. */
export const PUT_ID = 'holdfast-put';

/** `put id` of what lies at `key`; `null` when nothing does. Does not ask whether the bucket is there. */
export async function headPut(
  bucket: S3Bucket,
  key: string,
  attempted: string,
  signal?: AbortSignal,
): Promise<{ readonly putId: string; readonly size: number; readonly versionId: string | undefined } | null> {
  try {
    const answer = await bucket.send(
      attempted,
      (sdk, client, options) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: bucket.bucket, Key: fullKey(bucket, key) }), options),
      signal,
    );
    return {
      putId: answer.Metadata?.[PUT_ID] ?? '',
      size: answer.ContentLength ?? 0,
      versionId: versionOf(answer.VersionId),
    };
  } catch (error) {
    if (hasCode(error, 'object_not_found')) return null;
    throw error;
  }
}

/** Stores without versioning, and objects older than it, say `null`. */
export function versionOf(versionId: string | undefined): string | undefined {
  return versionId === undefined || versionId === 'null' || versionId === '' ? undefined : versionId;
}

export interface UploadToBegin {
  readonly key: string;
  readonly putId: string;
  readonly attempted: string;
  readonly signal?: AbortSignal | undefined;
}

/** Answers the store's id. When an answer is lost on the way, so is the id in it: what it named is ended at once. */
export async function createUpload(
  bucket: S3Bucket,
  { key, putId, attempted, signal }: UploadToBegin,
): Promise<string> {
  signal?.throwIfAborted();
  try {
    const { UploadId, $metadata } = await bucket.send(
      attempted,
      (sdk, client, options) =>
        client.send(
          new sdk.CreateMultipartUploadCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            Metadata: { [PUT_ID]: putId },
            ...encryptionOf(bucket),
          }),
          options,
        ),
      signal,
    );
    if (!UploadId) {
      throw storageErrors('store_unavailable', { attempted, detail: 'the store gave no id for the upload' });
    }
    if (($metadata.attempts ?? 1) > 1) await endLostUploads(bucket, key, UploadId);
    return UploadId;
  } catch (error) {
    if (signal?.aborted || hasCode(error, 'store_unavailable')) await endLostUploads(bucket, key, null);
    throw error;
  }
}

export interface PartToSend {
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
  readonly bytes: Buffer;
}

/** What arrives altered is refused: by the store, or by what protects the way there. */
export async function sendPart(
  bucket: S3Bucket,
  { key, uploadId, number, bytes }: PartToSend,
  attempted: string,
  signal?: AbortSignal,
): Promise<PartInfo> {
  const { ETag } = await bucket.send(
    attempted,
    (sdk, client, options) =>
      client.send(
        new sdk.UploadPartCommand({
          Bucket: bucket.bucket,
          Key: fullKey(bucket, key),
          UploadId: uploadId,
          PartNumber: number,
          Body: bytes,
          ContentLength: bytes.length,
        }),
        options,
      ),
    signal,
  );
  return { number, size: bytes.length, tag: bareTag(ETag) };
}

/** In order of their numbers. Throws `upload_not_found`. */
export async function listUploadParts(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  attempted: string,
  signal?: AbortSignal,
): Promise<PartInfo[]> {
  const parts: PartInfo[] = [];
  let marker: string | undefined;
  do {
    const page = await aboutUpload(attempted, () =>
      bucket.send(
        attempted,
        (sdk, client, options) =>
          client.send(
            new sdk.ListPartsCommand({
              Bucket: bucket.bucket,
              Key: fullKey(bucket, key),
              UploadId: uploadId,
              ...(marker === undefined ? {} : { PartNumberMarker: marker }),
            }),
            options,
          ),
        signal,
      ),
    );
    for (const { PartNumber = 0, Size = 0, ETag } of page.Parts ?? []) {
      parts.push({ number: PartNumber, size: Size, tag: bareTag(ETag) });
    }
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts.toSorted((a, b) => a.number - b.number);
}

/** Some stores say of an upload that is not there that its key is not. */
export async function aboutUpload<Result>(attempted: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, 'object_not_found')) throw storageErrors('upload_not_found', { attempted, cause: error });
    throw error;
  }
}

export interface Publication {
  readonly key: string;
  readonly putId: string;
  readonly size: number;
  readonly createOnly: boolean;
  readonly attempted: string;
}

/** Makes the parts one visible object. Throws `upload_not_found`, `upload_parts_invalid`, `object_exists`. */
export async function completeUpload(
  bucket: S3Bucket,
  publication: Publication,
  uploadId: string,
  parts: readonly PartInfo[],
): Promise<ObjectInfo> {
  const { key, createOnly, attempted } = publication;
  return publish(bucket, publication, () =>
    aboutUpload(attempted, () =>
      bucket.send(
        attempted,
        (sdk, client, options) =>
          client.send(
            new sdk.CompleteMultipartUploadCommand({
              Bucket: bucket.bucket,
              Key: fullKey(bucket, key),
              UploadId: uploadId,
              MultipartUpload: { Parts: parts.map(({ number, tag }) => ({ PartNumber: number, ETag: `"${tag}"` })) },
              ...createOnlyHeader(bucket, createOnly),
            }),
            options,
          ),
        undefined,
        // Some put the bytes of all parts together first.
        true,
      ),
    ),
  );
}

export function createOnlyHeader({ vendor }: S3Bucket, createOnly: boolean) {
  return createOnly && vendor.conditional ? { IfNoneMatch: '*' } : {};
}

/**
 * Runs the request that makes an object visible. It takes no signal: it is the point of no return. When its answer
 * leaves open what happened (lost on the way, a second try that met the first one's object), the object itself tells
 * by the id of its put. Where the store does not enforce `createOnly`, the same look tells who was last.
 */
export async function publish(
  bucket: S3Bucket,
  { key, putId, size, createOnly, attempted }: Publication,
  act: () => Promise<{ readonly VersionId?: string | undefined }>,
): Promise<ObjectInfo> {
  const info = (versionId: string | undefined): ObjectInfo => ({
    key,
    size,
    modifiedAtMs: bucket.clock(),
    ...(versionId === undefined ? {} : { versionId }),
  });
  let versionId: string | undefined;
  try {
    versionId = versionOf((await act()).VersionId);
  } catch (error) {
    if (!hasCode(error, 'store_unavailable', 'object_exists', 'upload_not_found')) throw error;
    const found = await headPut(bucket, key, attempted).catch(() => null);
    if (found?.putId === putId) return info(found.versionId);
    if (found && createOnly) throw storageErrors('object_exists', { attempted, cause: error });
    throw error;
  }
  if (createOnly && !bucket.properties.createOnly) {
    const found = await headPut(bucket, key, attempted);
    if (found && found.putId !== putId) throw storageErrors('object_exists', { attempted });
  }
  return info(versionId);
}

/** Frees what the parts took. That the upload is not there is no error. */
export async function abortUpload(
  bucket: S3Bucket,
  key: string,
  uploadId: string,
  attempted: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await bucket.send(
      attempted,
      (sdk, client, options) =>
        client.send(
          new sdk.AbortMultipartUploadCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            UploadId: uploadId,
          }),
          options,
        ),
      signal,
    );
  } catch (error) {
    if (!hasCode(error, 'upload_not_found', 'object_not_found')) throw error;
  }
}
