/**
 * What a bucket can do is found out by trying it: a vendor's name says too little, and the rights of these credentials
 * on this bucket decide as much as the software.
 */
import { newId } from '../../../../base/ids.ts';
import { hasCode, HoldfastError } from '../../../../base/errors.ts';
import { readBody } from '../../body.ts';
import type { StoreAbilities } from '../../object-store.ts';
import { encryptionOf, fullKey, type S3Bucket } from '../bucket.ts';
import { deleteAllVersions, deleteObject } from '../delete.ts';
import { lockOf } from './object-lock.ts';
import { getObject, isWithoutRanges } from '../read.ts';
import { abortUpload, createOnlyHeader, createUpload, sendPart } from '../upload.ts';

/**
 * What takes several requests, and is known until the bucket or its store changes. Leaves nothing behind: `signal` ends the looking,
 * and cuts off no request that writes or deletes.
 */
export async function tryBucket(bucket: S3Bucket, signal?: AbortSignal): Promise<Omit<StoreAbilities, 'versions'>> {
  const key = `probe-${newId()}`;
  let createOnly = false;
  let ranges: boolean | null = null;
  let deletesVersions: boolean | null = null;
  try {
    createOnly = await enforcesCreateOnly(bucket, key, signal);
    ranges = await answersInRanges(bucket, key, signal);
  } finally {
    if (bucket.properties.versions) deletesVersions = await destroys(bucket, key);
    else await deleteObject(bucket, key, {});
  }
  signal?.throwIfAborted();
  const mostParts = await mostPartsOf(bucket, key, signal);
  return {
    createOnly,
    ranges,
    parts: mostParts !== null,
    maxParts: mostParts ?? bucket.vendor.maxParts,
    deletesVersions,
    objectLock: await lockOfBucket(bucket, signal),
  };
}

const BYTES = Buffer.from('0123456789');

/** At one time, so that a store which looks first and writes then is found out. */
const RIVALS = 4;

/** Of several writers of one key exactly one may get through, and none once it is there. */
async function enforcesCreateOnly(bucket: S3Bucket, key: string, signal: AbortSignal | undefined): Promise<boolean> {
  const write = async (conditional: boolean): Promise<boolean> => {
    signal?.throwIfAborted();
    try {
      await bucket.send('Try a conditional write', (sdk, client, options) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            Body: BYTES,
            ContentLength: BYTES.length,
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

/** `null`: there was nothing to read. */
async function answersInRanges(
  bucket: S3Bucket,
  key: string,
  signal: AbortSignal | undefined,
): Promise<boolean | null> {
  const [start, end] = [2, 5];
  try {
    const { body } = await getObject(bucket, key, { start, end, ...(signal && { signal }) });
    return (await readBody(body)).equals(BYTES.subarray(start, end));
  } catch (error) {
    if (isWithoutRanges(error)) return false;
    if (hasCode(error, 'object_not_found')) return null;
    throw error;
  }
}

/** What some vendors stop at, far below the usual number. */
const FEW_PARTS = 1_000;

/**
 * The highest number that a part may have, of those that stores are known to stop at; `null`: no part is taken. Of how small a part may
 * be nothing is tried, since that would have to travel: the vendor's manual tells.
 */
async function mostPartsOf(bucket: S3Bucket, key: string, signal: AbortSignal | undefined): Promise<number | null> {
  const attempted = 'Try an upload in parts';
  const isRefusal = (error: unknown): boolean => hasCode(error, 'store_denied', 'upload_parts_invalid');
  let uploadId: string;
  try {
    uploadId = await createUpload(bucket, { key, putId: newId(), attempted });
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
  try {
    for (const number of [bucket.vendor.maxParts, FEW_PARTS]) {
      try {
        signal?.throwIfAborted();
        await sendPart(bucket, { key, uploadId, number, bytes: BYTES }, attempted);
        return number;
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return null;
  } finally {
    await abortUpload(bucket, key, uploadId, attempted).catch((error: unknown) => {
      // No reason not to start: the doctor names the right that is missing.
      if (!(error instanceof HoldfastError)) throw error;
      bucket.log.warn({ code: error.code, detail: error.detail }, 'An upload that was tried could not be ended');
    });
  }
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

/** `null`: the store does not say, or these credentials may not ask. */
async function lockOfBucket(bucket: S3Bucket, signal: AbortSignal | undefined): Promise<StoreAbilities['objectLock']> {
  try {
    return await lockOf(() =>
      bucket.send(
        `Look at the bucket ${bucket.bucket}`,
        (sdk, client, options) =>
          client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket: bucket.bucket }), options),
        signal,
      ),
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HoldfastError)) throw error;
    return null;
  }
}
