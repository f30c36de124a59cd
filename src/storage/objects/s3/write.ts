import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../../../base/errors.ts';
import { newId } from '../../../base/ids.ts';
import { storageErrors } from '../../errors.ts';
import { sizeChecked, untilAborted } from '../body.ts';
import { assertObjectKey } from '../object-key.ts';
import type { ObjectInfo, ObjectStore, PartInfo, PutOptions } from '../object-store.ts';
import { encryptionOf, fullKey, type S3Bucket } from './bucket.ts';
import { gather } from './gather.ts';
import { assertBucket } from './read.ts';
import {
  abortUpload,
  completeUpload,
  createOnlyHeader,
  createUpload,
  headPut,
  PUT_ID,
  publish,
  type Publication,
  sendPart,
} from './upload.ts';

/** Parts of one upload on their way at a time; one more is being gathered meanwhile. */
const PARTS_AT_ONCE = 4;

const MIB = 2 ** 20;

/** Streams into one object: a body that fits into a part goes in one request, a larger one in parts of equal size. */
export function s3Put(bucket: S3Bucket): ObjectStore['put'] {
  return async (key, body, options = {}) => {
    const attempted = 'Store an object';
    assertObjectKey(key, attempted);
    options.signal?.throwIfAborted();
    const isOneRequest = options.size !== undefined && options.size <= partBytesFor(bucket, options.size);
    // Where the store obeys the condition of the one request that there will be, nothing needs to be looked at.
    if (!isOneRequest || !bucket.properties.createOnly) await assertFree(bucket, key, options, attempted);
    const partBytes = partBytesFor(bucket, options.size);
    const maxBytes = Math.min(bucket.properties.maxObjectBytes, partBytes * bucket.properties.maxParts);
    const checked = sizeChecked(untilAborted(body, options.signal), { size: options.size, maxBytes, attempted });
    const spare: Buffer[] = [];
    const buffers = gather(checked, partBytes, options.size, spare);
    try {
      const first = await buffers.next();
      const second = first.done ? first : await buffers.next();
      options.signal?.throwIfAborted();
      if (second.done) return await putWhole(bucket, key, first.done ? Buffer.alloc(0) : first.value, options);
      const body: Parts = {
        buffers: joined([first.value as Buffer, second.value], buffers),
        isStored: (bytes) => void (bytes.length === partBytes && spare.push(bytes)),
      };
      return await putInParts(bucket, key, body, options);
    } finally {
      // A source that stalls queues this behind a piece that may never come; it was told to stop, that must do.
      const stopped = buffers.return(undefined).catch(() => undefined);
      if (!options.signal?.aborted) await stopped;
    }
  };
}

/** Only spares the body a useless journey: what counts is the condition at the end. */
export async function assertFree(bucket: S3Bucket, key: string, options: PutOptions, attempted: string): Promise<void> {
  if (!options.createOnly) return;
  const found = await headPut(bucket, key, attempted, options.signal).catch(async (error: unknown) => {
    if (hasCode(error, 'store_denied')) await assertBucket(bucket, attempted, options.signal);
    throw error;
  });
  if (found) throw storageErrors('object_exists', { attempted });
}

async function putWhole(bucket: S3Bucket, key: string, bytes: Buffer, options: PutOptions): Promise<ObjectInfo> {
  const attempted = 'Store an object';
  const putId = newId();
  const { createOnly = false } = options;
  const send = () =>
    bucket.send(attempted, (sdk, client, clientOptions) =>
      client.send(
        new sdk.PutObjectCommand({
          Bucket: bucket.bucket,
          Key: fullKey(bucket, key),
          Body: bytes,
          ContentLength: bytes.length,
          Metadata: { [PUT_ID]: putId },
          ...encryptionOf(bucket),
          ...createOnlyHeader(bucket, createOnly),
        }),
        clientOptions,
      ),
    );
  return publish(bucket, { key, putId, size: bytes.length, createOnly, attempted }, () => pastConflicts(send));
}

const CONFLICT_TRIES = 4;
const CONFLICT_WAIT_MS = 100;

/**
 * Repeats what the store refused because another request was at the same name, or in the same folder of a gateway. The
 * SDK does not, since the answer is a 409.
 */
async function pastConflicts<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      const isConflict = hasCode(error, 'store_unavailable') && error.detail?.endsWith(', 409');
      if (!isConflict || tries === CONFLICT_TRIES) throw error;
      await delay(Math.random() * CONFLICT_WAIT_MS * tries);
    }
  }
}

interface Parts {
  readonly buffers: AsyncIterable<Buffer>;
  /** Nothing reads these bytes any more. Not told of a part that failed: its connection may still hold them. */
  readonly isStored: (bytes: Buffer) => void;
}

async function putInParts(bucket: S3Bucket, key: string, body: Parts, options: PutOptions): Promise<ObjectInfo> {
  const attempted = 'Store an object in parts';
  const putId = newId();
  const uploadId = await createUpload(bucket, { key, putId, attempted, signal: options.signal });
  try {
    const parts = await sendParts(bucket, { key, uploadId }, body, options.signal);
    options.signal?.throwIfAborted();
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const publication: Publication = { key, putId, size, createOnly: options.createOnly ?? false, attempted };
    return await completeUpload(bucket, publication, uploadId, parts);
  } catch (error) {
    await abortUpload(bucket, key, uploadId, attempted).catch((failure: unknown) => {
      // Removed at a later start, when the upload is old enough to be nobody's.
      bucket.log.warn({ err: failure, key }, 'Parts of an upload that failed were left in the object store');
    });
    throw error;
  }
}

/** Sends parts side by side. When one fails, or the source does, the others are ended before the error comes out. */
async function sendParts(
  bucket: S3Bucket,
  upload: { readonly key: string; readonly uploadId: string },
  { buffers, isStored }: Parts,
  callerSignal: AbortSignal | undefined,
): Promise<PartInfo[]> {
  const stop = new AbortController();
  const signal = callerSignal ? AbortSignal.any([callerSignal, stop.signal]) : stop.signal;
  const running = new Set<Promise<void>>();
  const parts: PartInfo[] = [];
  let failure: { readonly error: unknown } | undefined;
  const send = async (number: number, bytes: Buffer): Promise<void> => {
    const attempted = `Store part ${number} of an object`;
    try {
      const part = await bucket.parts.run(
        () => sendPart(bucket, { ...upload, number, bytes }, attempted, signal),
        signal,
      );
      parts.push(part);
      isStored(bytes);
    } catch (error) {
      failure ??= { error };
      stop.abort();
    }
  };
  try {
    let number = 0;
    for await (const bytes of buffers) {
      if (failure) break;
      number += 1;
      const sending: Promise<void> = send(number, bytes).finally(() => running.delete(sending));
      running.add(sending);
      if (running.size >= PARTS_AT_ONCE) await Promise.race(running);
    }
  } catch (error) {
    failure ??= { error };
    stop.abort();
  }
  await Promise.all(running);
  if (failure) throw failure.error;
  return parts.toSorted((a, b) => a.number - b.number);
}

/** Equal parts, as few as the store allows for a size that is known. Whole MiB, so that numbers stay readable. */
export function partBytesFor({ partBytes, properties }: S3Bucket, size: number | undefined): number {
  const least = Math.max(partBytes, properties.minPartBytes);
  if (size === undefined) return least;
  return Math.max(least, Math.ceil(size / properties.maxParts / MIB) * MIB);
}

async function* joined(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}
