import type { KeyObject } from 'node:crypto';
import { readSync, writeSync, writevSync } from 'node:fs';
import { CHUNK_BYTES, openWholeChunk, SEALED_CHUNK_BYTES, sealWholeChunk, TAG_BYTES } from './chunk.ts';
import { releaseMemory } from '../base/memory/release-memory.ts';

/**
 * The payload between two files in stripes of a few chunks. Chunks do not hang on each other, and where each lies is
 * known from its number: so threads take stripe after stripe from a shared counter and read, work and write without a
 * word to each other. Nothing here waits for anything but the disk.
 */

/** Fewer calls to the system than chunk by chunk, and small enough to stay within the caches of a processor. */
const STRIPE_CHUNKS = 4;

export interface StripedJob {
  readonly direction: 'seal' | 'open';
  readonly key: KeyObject;
  /** Open file descriptors, of this process; they must stay open until every thread has ended. */
  readonly input: number;
  readonly output: number;
  /** Where the first chunk lies in each. */
  readonly inputAt: number;
  readonly outputAt: number;
  readonly plaintextBytes: number;
  /** Of {@link newProgress}, shared by all threads. */
  readonly progress: SharedArrayBuffer;
}

/** Slots of the progress. */
const TAKEN = 0;
const DONE = 1;
const STOPPED = 2;

export function newProgress(): SharedArrayBuffer {
  return new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
}

/** Nobody takes another stripe; who works on one ends it. */
export function stopStripes(progress: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(progress), STOPPED, 1);
}

export function areAllDone({ progress, plaintextBytes }: StripedJob): boolean {
  return Atomics.load(new Int32Array(progress), DONE) === stripesOf(plaintextBytes);
}

function chunksOf(plaintextBytes: number): number {
  return Math.max(1, Math.ceil(plaintextBytes / CHUNK_BYTES));
}

function stripesOf(plaintextBytes: number): number {
  return Math.ceil(chunksOf(plaintextBytes) / STRIPE_CHUNKS);
}

/** `unverified`: a chunk does not open. `shrunk`: the input ends too early. Else the system refused, in its words. */
export type StripeFault = 'unverified' | 'shrunk' | 'unreadable' | 'unwritable';

export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly fault: StripeFault;
  /** Of the system: ENOSPC and the like. */
  readonly code: string | undefined;

  constructor(fault: StripeFault, message: string = fault, code?: string) {
    super(message);
    this.fault = fault;
    this.code = code;
  }
}

function systemError(fault: StripeFault, cause: unknown): StripeError {
  const { message, code } = cause as NodeJS.ErrnoException;
  return new StripeError(fault, message, code);
}

/**
 * Prepares a thread for its share. The function that is returned works on one stripe and returns true, or returns false
 * when none is left or somebody has stopped. Throws a {@link StripeError}, which stops everybody.
 */
export function openStripes(job: StripedJob): () => boolean {
  const progress = new Int32Array(job.progress);
  const stripes = stripesOf(job.plaintextBytes);
  const buffer = Buffer.allocUnsafeSlow(STRIPE_CHUNKS * SEALED_CHUNK_BYTES);
  return () => {
    if (Atomics.load(progress, STOPPED) !== 0) return false;
    const stripe = Atomics.add(progress, TAKEN, 1);
    if (stripe >= stripes) return false;
    try {
      workOn(job, stripe, buffer);
    } catch (error) {
      stopStripes(job.progress);
      throw error;
    }
    Atomics.add(progress, DONE, 1);
    return true;
  };
}

function workOn(job: StripedJob, stripe: number, buffer: Buffer): void {
  const { direction, key, plaintextBytes } = job;
  const lastChunk = chunksOf(plaintextBytes) - 1;
  const first = stripe * STRIPE_CHUNKS;
  const chunks = Math.min(STRIPE_CHUNKS, lastChunk - first + 1);
  const plaintext = Math.min(chunks * CHUNK_BYTES, plaintextBytes - first * CHUNK_BYTES);
  const sealed = plaintext + chunks * TAG_BYTES;

  const [chunkIn, chunkOut] =
    direction === 'seal' ? [CHUNK_BYTES, SEALED_CHUNK_BYTES] : [SEALED_CHUNK_BYTES, CHUNK_BYTES];
  const input = buffer.subarray(0, direction === 'seal' ? plaintext : sealed);
  readWhole(job.input, input, job.inputAt + first * chunkIn);
  const pieces: Buffer[] = [];
  for (let i = 0; i < chunks; i++) {
    const index = first + i;
    const chunk = input.subarray(i * chunkIn, (i + 1) * chunkIn);
    if (direction === 'seal') {
      pieces.push(...sealWholeChunk(key, index, index === lastChunk, chunk));
      continue;
    }
    const opened = openWholeChunk(key, index, index === lastChunk, chunk);
    if (opened === null) throw new StripeError('unverified', `chunk ${index} does not verify`);
    pieces.push(opened);
  }
  writeWhole(job.output, pieces, job.outputAt + first * chunkOut);
  for (const piece of pieces) releaseMemory(piece);
}

/** Fills `buffer` from `position` on. */
function readWhole(file: number, buffer: Buffer, position: number): void {
  for (let at = 0; at < buffer.length;) {
    let read: number;
    try {
      read = readSync(file, buffer, at, buffer.length - at, position + at);
    } catch (cause) {
      throw systemError('unreadable', cause);
    }
    if (read === 0) throw new StripeError('shrunk');
    at += read;
  }
}

function writeWhole(file: number, pieces: Buffer[], position: number): void {
  try {
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    let at = writevSync(file, pieces, position);
    if (at === bytes) return;
    // A nearly full disk takes a part, and refuses the next.
    const whole = Buffer.concat(pieces);
    while (at < bytes) at += writeSync(file, whole, at, bytes - at, position + at);
  } catch (cause) {
    throw systemError('unwritable', cause);
  }
}
