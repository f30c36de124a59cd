import type { KeyObject } from 'node:crypto';
import {
  CHUNK_BYTES,
  openChunk,
  PAYLOAD_NONCE_BYTES,
  payloadKey,
  plaintextBytes,
  SEALED_CHUNK_BYTES,
} from './chunk.ts';
import { ageErrors } from './errors.ts';
import { BATCH_CHUNKS } from './payload.ts';
import { PieceQueue } from './piece-queue.ts';

/** Reads bytes `start` (inclusive) to `end` (exclusive) of the age file: exactly those, or fewer when it is cut off. */
export type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>;

export interface RangeOptions {
  readonly fileKey: Uint8Array;
  /** Size of the header, where the payload starts. */
  readonly headerBytes: number;
  /** Size of the whole age file. */
  readonly fileBytes: number;
  /** First byte of plaintext, inclusive. */
  readonly start: number;
  /** One past the last byte of plaintext, at most its size. */
  readonly end: number;
  /**
   * `fileBytes` comes from an authenticated record. Else the last chunk is opened first, even when it lies outside
   * the range: without it nothing says where the file ends (https://c2sp.org/age#payload).
   */
  readonly sizeIsProven?: boolean;
}

/**
 * Plaintext `start` to `end`, reading only the nonce and the chunks they lie in. Only verified bytes come out.
 * Throws `age_range_invalid`, `age_size_impossible`, `age_truncated`, `age_payload_corrupt`.
 */
export async function* openRange(read: ReadRange, options: RangeOptions): AsyncGenerator<Buffer> {
  const { fileKey, headerBytes, fileBytes, start, end, sizeIsProven = false } = options;
  const size = plaintextBytes(fileBytes - headerBytes);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end || end > size) {
    throw ageErrors('age_range_invalid', { detail: `${start} to ${end} of ${size} bytes` });
  }
  const lastIndex = Math.max(0, Math.ceil(size / CHUNK_BYTES) - 1);
  const first = Math.floor(start / CHUNK_BYTES);
  const last = Math.floor((end - 1) / CHUNK_BYTES);
  const isEmpty = start === end;
  const lastIsApart = !sizeIsProven && (isEmpty || last !== lastIndex);
  if (isEmpty && !lastIsApart) return;

  const layout = { read, fileBytes, lastIndex, payloadAt: headerBytes };
  let key: KeyObject | null = null;
  if (lastIsApart || first > 0) {
    const nonce: Uint8Array[] = [];
    for await (const piece of read(headerBytes, headerBytes + PAYLOAD_NONCE_BYTES)) nonce.push(piece);
    key = payloadKey(fileKey, wholeNonce(nonce));
  }
  if (lastIsApart) {
    for await (const _ of openChunks(layout, key ?? fileKey, lastIndex, lastIndex));
    if (isEmpty) return;
  }
  // In all other cases the nonce lies just before the first chunk, and one read fetches both.
  let offset = first * CHUNK_BYTES;
  for await (const batch of openChunks(layout, key ?? fileKey, first, last)) {
    const piece = batch.subarray(Math.max(0, start - offset), Math.min(batch.length, end - offset));
    offset += batch.length;
    if (piece.length > 0) yield piece;
  }
}

interface Layout {
  readonly read: ReadRange;
  readonly fileBytes: number;
  readonly lastIndex: number;
  /** Where the nonce starts. */
  readonly payloadAt: number;
}

/** Opens chunks `first` to `last`, inclusive. With the file key instead of the payload's, reads the nonce as well. */
async function* openChunks(
  { read, fileBytes, lastIndex, payloadAt }: Layout,
  keyOrFileKey: KeyObject | Uint8Array,
  first: number,
  last: number,
): AsyncGenerator<Buffer> {
  const offsetOf = (index: number) => payloadAt + PAYLOAD_NONCE_BYTES + index * SEALED_CHUNK_BYTES;
  const sizeOf = (index: number) => (index === lastIndex ? fileBytes - offsetOf(index) : SEALED_CHUNK_BYTES);
  const queue = new PieceQueue();
  let key = keyOrFileKey instanceof Uint8Array ? null : keyOrFileKey;
  let index = first;

  for await (const piece of read(key ? offsetOf(first) : payloadAt, offsetOf(last) + sizeOf(last))) {
    queue.push(piece);
    if (!key) {
      if (queue.bytes < PAYLOAD_NONCE_BYTES) continue;
      key = payloadKey(keyOrFileKey as Uint8Array, wholeNonce(queue.take(PAYLOAD_NONCE_BYTES)));
    }
    while (index <= last && queue.bytes >= sizeOf(index)) {
      const ready = Math.min(BATCH_CHUNKS, last - index + 1, Math.ceil(queue.bytes / SEALED_CHUNK_BYTES));
      const out = Buffer.allocUnsafeSlow(ready * CHUNK_BYTES);
      let at = 0;
      let failed = false;
      for (let i = 0; i < ready && !failed && queue.bytes >= sizeOf(index); i++) {
        const bytes = sizeOf(index);
        const chunkEnd = openChunk(key, index, index === lastIndex, queue.take(bytes), bytes, out, at);
        failed = chunkEnd === null;
        at = chunkEnd ?? at;
        if (!failed) index++;
      }
      if (at > 0) yield out.subarray(0, at);
      if (failed) throw ageErrors('age_payload_corrupt', { detail: `chunk ${index} does not verify` });
    }
  }
  if (index <= last) throw ageErrors('age_truncated', { detail: 'the store returned fewer bytes than the file has' });
  if (queue.bytes > 0) throw ageErrors('age_payload_corrupt', { detail: 'the store returned more than was asked for' });
}

function wholeNonce(pieces: readonly Uint8Array[]): Buffer {
  const nonce = Buffer.concat(pieces);
  if (nonce.length !== PAYLOAD_NONCE_BYTES) throw ageErrors('age_truncated', { detail: 'the nonce is cut short' });
  return nonce;
}
