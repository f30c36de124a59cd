import { randomBytes, type KeyObject } from 'node:crypto';
import {
  CHUNK_BYTES,
  openChunk,
  openWholeChunk,
  PAYLOAD_NONCE_BYTES,
  payloadKey,
  SEALED_CHUNK_BYTES,
  sealChunk,
  sealWholeChunk,
  TAG_BYTES,
} from './chunk.ts';
import { ageErrors } from './errors.ts';
import { PieceQueue } from './piece-queue.ts';

/**
 * Streams of whole payloads. Both are pull-based: nothing is read from the source before somebody asks for output,
 * and at most two batches and one piece of the source are in memory. Ending the iteration early ends the source.
 */

/** Chunks per piece of output: fewer steps through the iterators, fewer and larger writes. */
export const BATCH_CHUNKS = 4;

/** So many are sealed at once where pieces of 512 KiB come in: each batch is one write. */
const LARGEST_SEALED_BATCH = 8;

/** Everything after the header: nonce, then sealed chunks. `fileKey` must never have sealed anything else. */
export async function* sealPayload(source: AsyncIterable<Uint8Array>, fileKey: Uint8Array): AsyncGenerator<Buffer> {
  const sealer = new PayloadSealer(fileKey);
  for await (const piece of source) {
    sealer.push(piece);
    for (let batch = sealer.batch(); batch; batch = sealer.batch()) yield batch;
  }
  yield sealer.end();
}

/** {@link sealPayload} of something small, at once. */
export function sealPayloadBytes(plaintext: Uint8Array, fileKey: Uint8Array): Buffer[] {
  if (plaintext.length <= CHUNK_BYTES) {
    const nonce = randomBytes(PAYLOAD_NONCE_BYTES);
    return [nonce, ...sealWholeChunk(payloadKey(fileKey, nonce), 0, true, plaintext)];
  }
  const sealer = new PayloadSealer(fileKey);
  const sealed: Buffer[] = [];
  sealer.push(plaintext);
  for (let batch = sealer.batch(); batch; batch = sealer.batch()) sealed.push(batch);
  sealed.push(sealer.end());
  return sealed;
}

/**
 * The plaintext of a payload, from its nonce on. Only verified bytes come out; then either the iteration ends, and
 * they were all, or it throws `age_truncated` or `age_payload_corrupt`, and the reader must not treat what it got
 * as the file.
 */
export async function* openPayload(source: AsyncIterable<Uint8Array>, fileKey: Uint8Array): AsyncGenerator<Buffer> {
  const opener = new PayloadOpener(fileKey);
  for await (const piece of source) {
    opener.push(piece);
    for (let batch = opener.batch(); batch; batch = opener.batch()) yield batch;
    if (opener.failure) throw opener.failure;
  }
  yield* opener.end();
  if (opener.failure) throw opener.failure;
}

/** {@link openPayload} of something small, at once: all or an error. */
export function openPayloadBytes(payload: Uint8Array, fileKey: Uint8Array): Buffer {
  // What is wrong with it is told by the way that all go.
  return openOnlyChunk(payload, fileKey) ?? openInSteps(payload, fileKey);
}

/** `null` when it is not one chunk, or does not verify. */
function openOnlyChunk(payload: Uint8Array, fileKey: Uint8Array): Buffer | null {
  const sealed = payload.subarray(PAYLOAD_NONCE_BYTES);
  if (sealed.length < TAG_BYTES || sealed.length > SEALED_CHUNK_BYTES) return null;
  return openWholeChunk(payloadKey(fileKey, payload.subarray(0, PAYLOAD_NONCE_BYTES)), 0, true, sealed);
}

function openInSteps(payload: Uint8Array, fileKey: Uint8Array): Buffer {
  const opener = new PayloadOpener(fileKey);
  const opened: Buffer[] = [];
  opener.push(payload);
  for (let batch = opener.batch(); batch; batch = opener.batch()) opened.push(batch);
  if (!opener.failure) opened.push(...opener.end());
  if (opener.failure) throw opener.failure;
  return Buffer.concat(opened);
}

/** {@link sealPayload} by hand: `push` what there is, take `batch` until it is `null`, and `end` once. */
export class PayloadSealer {
  readonly #key: KeyObject;
  readonly #queue = new PieceQueue();
  #index = 0;
  /** Stands in front of the first batch. */
  #nonce: Buffer = randomBytes(PAYLOAD_NONCE_BYTES);

  constructor(fileKey: Uint8Array) {
    this.#key = payloadKey(fileKey, this.#nonce);
  }

  push(piece: Uint8Array): void {
    this.#queue.push(piece);
  }

  /** A batch, or `null` while there is none. One byte must wait behind it: only then no chunk of it is the last. */
  batch(): Buffer | null {
    const chunks = Math.min(LARGEST_SEALED_BATCH, Math.ceil(this.#queue.bytes / CHUNK_BYTES) - 1);
    if (chunks < BATCH_CHUNKS) return null;
    const { out, start } = this.#output(chunks * SEALED_CHUNK_BYTES);
    let at = start;
    for (let i = 0; i < chunks; i++) at = this.#seal(CHUNK_BYTES, false, out, at);
    return out;
  }

  /** The rest: never empty, since even an empty file has its one chunk. */
  end(): Buffer {
    const chunks = Math.max(1, Math.ceil(this.#queue.bytes / CHUNK_BYTES));
    const { out, start } = this.#output(this.#queue.bytes + chunks * TAG_BYTES);
    let at = start;
    for (let i = 1; i < chunks; i++) at = this.#seal(CHUNK_BYTES, false, out, at);
    this.#seal(this.#queue.bytes, true, out, at);
    return out;
  }

  #output(bytes: number): { out: Buffer; start: number } {
    const start = this.#nonce.length;
    const out = Buffer.allocUnsafeSlow(start + bytes);
    out.set(this.#nonce);
    this.#nonce = this.#nonce.subarray(0, 0);
    return { out, start };
  }

  #seal(bytes: number, isLast: boolean, out: Buffer, at: number): number {
    return sealChunk(this.#key, this.#index++, isLast, this.#queue.take(bytes), out, at);
  }
}

/** {@link openPayload} by hand: as with {@link PayloadSealer}, and look at `failure` whenever `batch` was `null`, and at the end. */
export class PayloadOpener {
  readonly #fileKey: Uint8Array;
  readonly #queue = new PieceQueue();
  #key: KeyObject | undefined;
  #index = 0;
  #sawLast = false;
  /** Set when the payload is bad. What {@link batch} returned until then is verified. */
  failure: Error | undefined;

  constructor(fileKey: Uint8Array) {
    this.#fileKey = fileKey;
  }

  push(piece: Uint8Array): void {
    this.#queue.push(piece);
  }

  /** Verified plaintext of up to a batch of whole chunks, or `null` when there is none. */
  batch(): Buffer | null {
    if (!this.#key) {
      if (this.#queue.bytes < PAYLOAD_NONCE_BYTES) return null;
      this.#key = payloadKey(this.#fileKey, Buffer.concat(this.#queue.take(PAYLOAD_NONCE_BYTES)));
    }
    const chunks = Math.min(BATCH_CHUNKS, Math.floor(this.#queue.bytes / SEALED_CHUNK_BYTES));
    if (this.#sawLast && this.#queue.bytes > 0) this.#failTrailing();
    if (chunks === 0 || this.failure) return null;
    const out = Buffer.allocUnsafeSlow(chunks * CHUNK_BYTES);
    let at = 0;
    for (let i = 0; i < chunks && !this.failure; i++) at = this.#openFull(this.#key, out, at);
    return at > 0 ? out.subarray(0, at) : null;
  }

  /** A full chunk, which may be the last: nothing but its tag tells, so that is tried second. */
  #openFull(key: KeyObject, out: Buffer, at: number): number {
    if (this.#sawLast) {
      this.#failTrailing();
      return at;
    }
    const pieces = this.#queue.take(SEALED_CHUNK_BYTES);
    const end = openChunk(key, this.#index, false, pieces, SEALED_CHUNK_BYTES, out, at);
    if (end !== null) {
      this.#index++;
      return end;
    }
    const lastEnd = openChunk(key, this.#index, true, pieces, SEALED_CHUNK_BYTES, out, at);
    if (lastEnd === null) {
      this.failure = ageErrors('age_payload_corrupt', { detail: `chunk ${this.#index} does not verify` });
      return at;
    }
    this.#sawLast = true;
    return lastEnd;
  }

  /** What is left once the source has ended: the last chunk, unless it was a full one. */
  *end(): Generator<Buffer> {
    const bytes = this.#queue.bytes;
    if (this.failure || (this.#sawLast && bytes === 0)) return;
    if (this.#sawLast) {
      this.#failTrailing();
    } else if (!this.#key || bytes < TAG_BYTES) {
      this.failure = ageErrors('age_truncated');
    } else if (bytes === TAG_BYTES && this.#index > 0) {
      this.failure = ageErrors('age_payload_corrupt', { detail: 'the last chunk is empty' });
    } else {
      const out = Buffer.allocUnsafeSlow(bytes - TAG_BYTES);
      const end = openChunk(this.#key, this.#index, true, this.#queue.take(bytes), bytes, out, 0);
      if (end === null) {
        this.failure = ageErrors('age_payload_corrupt', { detail: `the last chunk (${this.#index}) does not verify` });
      } else if (out.length > 0) {
        yield out;
      }
    }
  }

  #failTrailing(): void {
    this.failure = ageErrors('age_payload_corrupt', { detail: 'more data follows the end of the file' });
  }
}
