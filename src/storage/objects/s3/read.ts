import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { hasCode, HoldfastError } from '../../../base/errors.ts';
import { storageErrors } from '../../errors.ts';
import { assertObjectKey, resolveRange } from '../object-key.ts';
import type { GetOptions, ObjectBody, ObjectInfo } from '../object-store.ts';
import { fullKey, type S3Bucket } from './bucket.ts';
import { BUCKET_IS_GONE, s3Error } from './errors.ts';
import { versionOf } from './upload.ts';

/** What lies at `key`, or `null`; a bucket that is gone is told apart from an object that is. */
export async function headObject(
  bucket: S3Bucket,
  key: string,
  options: { readonly signal?: AbortSignal; readonly versionId?: string },
  attempted: string,
): Promise<ObjectInfo | null> {
  try {
    const answer = await bucket.send(
      attempted,
      (sdk, client, clientOptions) =>
        client.send(
          new sdk.HeadObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            ...(options.versionId === undefined ? {} : { VersionId: options.versionId }),
          }),
          clientOptions,
        ),
      options.signal,
    );
    return infoOf(key, answer.ContentLength ?? 0, answer);
  } catch (error) {
    // Its answer has no body that would say what is missing, or why nobody is let in.
    if (hasCode(error, 'object_not_found', 'store_denied')) await assertBucket(bucket, attempted, options.signal);
    if (hasCode(error, 'object_not_found')) return null;
    throw error;
  }
}

/** By a list of one, whose answer says why. Throws `store_unavailable`, `store_denied`. */
export async function assertBucket(bucket: S3Bucket, attempted: string, signal?: AbortSignal): Promise<void> {
  try {
    await bucket.send(
      attempted,
      (sdk, client, options) =>
        client.send(
          new sdk.ListObjectsV2Command({ Bucket: bucket.bucket, Prefix: bucket.place.prefix, MaxKeys: 1 }),
          options,
        ),
      signal,
    );
  } catch (error) {
    if (!(error instanceof HoldfastError) || !error.detail?.startsWith('NoSuchBucket')) throw error;
    throw storageErrors('store_unavailable', {
      attempted,
      detail: `there is no bucket ${bucket.bucket}`,
      remedy: BUCKET_IS_GONE,
      cause: error,
    });
  }
}

export async function getObject(bucket: S3Bucket, key: string, options: GetOptions): Promise<ObjectBody> {
  const attempted = 'Read an object';
  assertObjectKey(key, attempted);
  options.signal?.throwIfAborted();
  const { start = 0, end } = options;
  const plain = Number.isSafeInteger(start) && start >= 0 && (end === undefined || Number.isSafeInteger(end));
  // An empty range cannot be asked for, and a bad one is told with the size of the object.
  if (!plain || (end !== undefined && start >= end)) return emptyRange(bucket, key, options, attempted);
  const ranged = start > 0 || end !== undefined;
  let answer: GetObjectCommandOutput;
  try {
    answer = await bucket.send(
      attempted,
      (sdk, client, clientOptions) =>
        client.send(
          new sdk.GetObjectCommand({
            Bucket: bucket.bucket,
            Key: fullKey(bucket, key),
            ...(ranged ? { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` } : {}),
            ...(options.versionId === undefined ? {} : { VersionId: options.versionId }),
          }),
          clientOptions,
        ),
      options.signal,
    );
  } catch (error) {
    if (hasCode(error, 'range_invalid')) return emptyRange(bucket, key, options, attempted);
    // A version id that is none of the store's making is refused as an argument, with 400.
    const status = (error as { cause?: { $metadata?: { httpStatusCode?: number } } }).cause?.$metadata?.httpStatusCode;
    if (options.versionId !== undefined && status === 400)
      throw storageErrors('object_not_found', { attempted, detail: 'no such version', cause: error });
    throw error;
  }
  const stream = answer.Body as NodeJS.ReadableStream & { destroy(error?: Error): void };
  try {
    const size = ranged ? sizeFromRange(answer.ContentRange) : (answer.ContentLength ?? 0);
    const range = resolveRange(options, size, attempted);
    const source = { stream, bytes: range.end - range.start, attempted, stallMs: bucket.stallTimeoutMs };
    return { ...infoOf(key, size, answer), body: streamedBody(source, options.signal) };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function emptyRange(bucket: S3Bucket, key: string, options: GetOptions, attempted: string): Promise<ObjectBody> {
  const info = await headObject(bucket, key, options, attempted);
  if (!info) throw storageErrors('object_not_found', { attempted });
  const { start, end } = resolveRange(options, info.size, attempted);
  if (start !== end) throw storageErrors('store_unavailable', { attempted, detail: 'the object changed meanwhile' });
  return { ...info, body: (async function* () {})() };
}

/** `bytes 0-9/100` says 100. */
function sizeFromRange(contentRange: string | undefined): number {
  const size = /\/([0-9]+)$/.exec(contentRange ?? '')?.[1];
  // A store that ignores the range sends everything; better no answer than the wrong bytes.
  if (size === undefined) throw storageErrors('store_unavailable', { detail: NO_RANGES });
  return Number(size);
}

const NO_RANGES = 'the store does not answer in ranges';

/** Whether that is what {@link getObject} failed with. */
export function isWithoutRanges(error: unknown): boolean {
  return hasCode(error, 'store_unavailable') && error.detail === NO_RANGES;
}

/** Of both kinds of answers; seconds alone, since that is all that some of them tell. */
export function infoOf(
  key: string,
  size: number,
  { LastModified, VersionId }: { readonly LastModified?: Date | undefined; readonly VersionId?: string | undefined },
): ObjectInfo {
  const versionId = versionOf(VersionId);
  return {
    key,
    size,
    modifiedAtMs: Math.floor((LastModified?.getTime() ?? 0) / 1000) * 1000,
    ...(versionId === undefined ? {} : { versionId }),
  };
}

interface Streamed {
  readonly stream: NodeJS.ReadableStream & { destroy(error?: Error): void };
  /** How many there must be. */
  readonly bytes: number;
  readonly attempted: string;
  readonly stallMs: number;
}

/** Gives the connection up however reading ends: early, by the signal, even when it never began. */
function streamedBody(source: Streamed, signal: AbortSignal | undefined): AsyncIterableIterator<Uint8Array> {
  const { stream, attempted } = source;
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let left = source.bytes;
  let done = false;
  const release = (): void => {
    done = true;
    signal?.removeEventListener('abort', onAbort);
    stream.destroy();
  };
  const onAbort = (): void => release();
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  // An error that comes while nobody reads must not end the process; the next read tells it.
  stream.on('error', () => undefined);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      signal?.throwIfAborted();
      if (done) return { done: true, value: undefined };
      try {
        const step = await inTime(pieces.next(), source);
        if (!step.done) {
          left -= step.value.byteLength;
          if (left >= 0) return step;
        }
        if (left !== 0)
          throw storageErrors('store_unavailable', {
            attempted,
            detail: `${Math.abs(left)} bytes too ${left > 0 ? 'few' : 'many'} came`,
          });
        release();
        return { done: true, value: undefined };
      } catch (error) {
        release();
        signal?.throwIfAborted();
        throw s3Error(error, attempted);
      }
    },
    async return() {
      // Whoever counts bytes stops at the last one. The end stands behind it: read too, it leaves the connection for others.
      if (!done && left === 0) await inTime(pieces.next(), source).catch(() => undefined);
      release();
      return { done: true, value: undefined };
    },
  };
}

/** Only the store's time counts: a slow reader may take as long as it likes. */
async function inTime<Result>(step: Promise<Result>, { stallMs, attempted }: Streamed): Promise<Result> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(storageErrors('store_unavailable', { attempted, detail: `silent for ${stallMs} ms` })),
    stallMs,
  );
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
