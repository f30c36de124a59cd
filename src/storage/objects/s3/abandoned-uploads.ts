/** Uploads in parts that nobody will finish: their parts cost as much as objects, and no listing of objects shows them. */
import type { MultipartUpload } from '@aws-sdk/client-s3';
import { HoldfastError } from '../../../base/errors.ts';
import { fullKey, type S3Bucket } from './bucket.ts';

/**
 * Ends every upload below the prefix of the workspace that nobody has sent anything to for `idleMs`; longer than the slowest part
 * takes, so that none of them is alive on any server. What fails is told in the log.
 */
export async function removeAbandonedUploads(bucket: S3Bucket, idleMs: number): Promise<void> {
  const attempted = 'Remove parts of abandoned uploads';
  const before = bucket.clock() - idleMs;
  let removed = 0;
  try {
    for await (const upload of openUploads(bucket, bucket.place.prefix, attempted)) {
      if ((upload.Initiated?.getTime() ?? Infinity) > before) continue;
      if ((await lastPartMs(bucket, upload, attempted)) > before) continue;
      await end(bucket, upload, attempted);
      removed += 1;
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    bucket.log.warn({ code: error.code, detail: error.detail }, 'Parts of abandoned uploads could not be looked for');
  }
  if (removed > 0) bucket.log.info({ removed }, 'Removed parts of uploads that nobody finished');
}

/**
 * Ends what a request began whose answer was lost: the uploads of this key but the one that is known. Somebody else who is at
 * the same key in parts just then begins anew. Never fails.
 */
export async function endLostUploads(bucket: S3Bucket, key: string, known: string | null): Promise<void> {
  const attempted = 'End an upload whose id was lost';
  const full = fullKey(bucket, key);
  try {
    for await (const upload of openUploads(bucket, full, attempted)) {
      if (upload.Key === full && upload.UploadId !== known) await end(bucket, upload, attempted);
    }
  } catch (error) {
    // A later start finds it.
    bucket.log.warn({ err: error, key }, 'An upload whose id was lost could not be ended');
  }
}

async function* openUploads(bucket: S3Bucket, prefix: string, attempted: string): AsyncGenerator<MultipartUpload> {
  let marker: Marker | undefined;
  do {
    const from = marker;
    const page = await bucket.send(attempted, (sdk, client, options) =>
      client.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket.bucket, Prefix: prefix, ...from }), options),
    );
    yield* page.Uploads ?? [];
    const next = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    // A store that goes on without saying where would be asked for the same page for ever.
    const goesOn = page.IsTruncated === true && (next.KeyMarker ?? '') !== '' && !isSame(next, marker);
    marker = goesOn ? next : undefined;
  } while (marker !== undefined);
}

type Marker = { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined };

function isSame(one: Marker, other: Marker | undefined): boolean {
  return one.KeyMarker === other?.KeyMarker && one.UploadIdMarker === other?.UploadIdMarker;
}

/** 0 where there is none. */
async function lastPartMs(bucket: S3Bucket, { Key, UploadId }: MultipartUpload, attempted: string): Promise<number> {
  let lastMs = 0;
  let marker: string | undefined;
  do {
    const from = marker;
    const page = await bucket.send(attempted, (sdk, client, options) =>
      client.send(
        new sdk.ListPartsCommand({
          Bucket: bucket.bucket,
          Key,
          UploadId,
          ...(from === undefined ? {} : { PartNumberMarker: from }),
        }),
        options,
      ),
    );
    for (const { LastModified } of page.Parts ?? []) lastMs = Math.max(lastMs, LastModified?.getTime() ?? 0);
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return lastMs;
}

async function end(bucket: S3Bucket, { Key, UploadId }: MultipartUpload, attempted: string): Promise<void> {
  await bucket.send(attempted, (sdk, client, options) =>
    client.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket.bucket, Key, UploadId }), options),
  );
}
