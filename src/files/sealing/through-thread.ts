import { createHash } from 'node:crypto';
import { ageErrors } from '../../age/index.ts';
import { releaseMemory } from '../../base/memory/release-memory.ts';
import { fileErrors } from '../errors.ts';
import type { SealingThread } from './sealing-thread.ts';
import { transformOf, type Facts, type Failure, type Step, type Task } from './transforms.ts';

/** What goes to the thread at one time: a message costs as much as ciphering some kilobytes. */
const PIECE_BYTES = 512 * 1024;

/** Pieces that are on the way, or whose outcome nobody took yet. With {@link PIECE_BYTES} the memory of one transfer. */
const PIECES_AHEAD = 8;

/** What is no larger than this is dealt with here: two messages would take longer. */
export const SMALL_BYTES = 64 * 1024;

/** A stream of bytes that come out of a task, and what it saw once they have all been taken. */
export interface Transformed {
  readonly body: AsyncGenerator<Buffer>;
  /** Throws a TypeError before `body` has ended well. */
  facts(): Facts;
}

/**
 * Bytes through a task: small ones at once, others by the thread, which works ahead of whoever takes them by at most
 * {@link PIECES_AHEAD} pieces. What is sealed may be gone once the next piece is asked for. Nothing is read from the source before somebody asks; ending the iteration early ends it.
 *
 * `isHandedOver`, asked once the first piece is there: whether each piece lies in memory of its own that nobody else looks at. Default: no.
 *
 * Throws `digest_mismatch`, `age_payload_corrupt`, `age_truncated`, `sealing_interrupted`, and what the source throws; that
 * comes after the pieces that it gave before.
 */
export function throughThread(
  thread: SealingThread,
  task: Task,
  source: AsyncIterable<Uint8Array>,
  isHandedOver: () => boolean = () => false,
): Transformed {
  let facts: Facts | undefined;
  async function* body(): AsyncGenerator<Buffer> {
    const pieces = source[Symbol.asyncIterator]();
    const { first, ended } = await firstPieces(pieces);
    const rest = { pieces, isHandedOver: isHandedOver() };
    facts = ended ? yield* atOnce(task, first) : yield* ahead(thread, task, first, rest);
  }
  return {
    body: body(),
    facts() {
      if (!facts) throw new TypeError('Nothing is known of a stream before its end');
      return facts;
    },
  };
}

/** Pieces until there are more bytes than are small, or all of them. */
async function firstPieces(pieces: AsyncIterator<Uint8Array>): Promise<{ first: Uint8Array[]; ended: boolean }> {
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes <= SMALL_BYTES;) {
    const next = await pieces.next();
    if (next.done) return { first, ended: true };
    // A copy: a source may use its memory again for the next piece.
    first.push(Buffer.from(next.value));
    bytes += next.value.length;
  }
  return { first, ended: false };
}

function* atOnce(task: Task, pieces: readonly Uint8Array[]): Generator<Buffer, Facts> {
  const transform = transformOf(task);
  for (const piece of pieces) yield* outOf(transform.push(piece));
  const last = transform.end();
  yield* outOf(last);
  if (!last.facts) throw new TypeError('A task ended without a word');
  return last.facts;
}

function* outOf({ out, failure }: Step): Generator<Buffer> {
  for (const { buffer, byteOffset, byteLength } of out) yield Buffer.from(buffer, byteOffset, byteLength);
  if (failure) throw errorOf(failure);
}

async function* ahead(
  thread: SealingThread,
  task: Task,
  first: readonly Uint8Array[],
  { pieces, isHandedOver }: { readonly pieces: AsyncIterator<Uint8Array>; readonly isHandedOver: boolean },
): AsyncGenerator<Buffer, Facts> {
  // What is sealed is hashed here: the thread has the cipher and the hash of what comes out, and is what all wait for.
  const plaintext = task.kind === 'seal' ? createHash('sha256') : null;
  const job = thread.begin(task.kind === 'seal' ? { ...task, isHashed: true } : task);
  let sha256In = '';
  let under = 0;
  let room = (): void => {};
  let stopped = false;
  let reading = false;
  let broken: { readonly error: unknown } | null = null;

  const post = async (piece: Uint8Array<ArrayBuffer>, isCopy: boolean): Promise<void> => {
    plaintext?.update(piece);
    job.post(piece, isCopy);
    under += 1;
    if (under >= PIECES_AHEAD && !stopped) await new Promise<void>((resolve) => (room = resolve));
  };
  const feed = async (): Promise<void> => {
    let gathered = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let used = 0;
    const rest = async (): Promise<void> => {
      const part = gathered.subarray(0, used);
      used = 0;
      if (part.length > 0) await post(part, true);
    };
    /** Without a copy, where the piece is worth a message. */
    const pass = async (piece: Uint8Array<ArrayBuffer>): Promise<void> => {
      if (used > 0) {
        await rest();
        gathered = Buffer.allocUnsafeSlow(PIECE_BYTES);
      }
      if (!stopped) await post(piece, false);
    };
    const take = async (piece: Uint8Array): Promise<void> => {
      for (let at = 0; at < piece.length && !stopped;) {
        const part = piece.subarray(at, at + PIECE_BYTES - used);
        gathered.set(part, used);
        used += part.length;
        at += part.length;
        if (used < PIECE_BYTES) continue;
        const full = gathered;
        gathered = Buffer.allocUnsafeSlow(PIECE_BYTES);
        used = 0;
        await post(full, true);
      }
    };
    for (const piece of first) await take(piece);
    while (!stopped) {
      reading = true;
      const next = await pieces.next();
      reading = false;
      if (next.done) break;
      if (isHandedOver && isWhole(next.value)) await pass(next.value);
      else await take(next.value);
    }
    if (stopped) return;
    await rest();
    if (plaintext) sha256In = plaintext.digest('hex');
    if (task.kind === 'seal' && task.sha256 !== null && task.sha256 !== sha256In) throw fileErrors('digest_mismatch');
    job.end();
  };
  feed().catch((error: unknown) => {
    reading = false;
    broken = { error };
    if (under === 0) job.drop(error);
  });

  // Only when all has come out that was read before: whoever takes it may go on from there with another source.
  const throwIfBroken = (): void => {
    if (broken) throw broken.error;
  };

  try {
    for (;;) {
      const step = await job.answer();
      for (const piece of outOf(step)) {
        yield piece;
        // A store that is asked for the next piece has no use for the last one; who downloads may still be sending it.
        if (task.kind === 'seal') releaseMemory(piece);
      }
      if (step.facts) return plaintext ? { ...step.facts, sha256In } : step.facts;
      under -= 1;
      room();
      if (under === 0) throwIfBroken();
    }
  } finally {
    stopped = true;
    job.drop();
    room();
    const ended = Promise.resolve(pieces.return?.()).catch(() => undefined);
    // A source that is silent would not answer: its end would stand behind the piece that does not come.
    if (!reading) await ended;
  }
}

/** About as large as the pieces that are put together here, so that no more memory is on the way. */
const isWhole = (piece: Uint8Array): piece is Uint8Array<ArrayBuffer> =>
  piece.buffer instanceof ArrayBuffer && piece.length > PIECE_BYTES / 2 && piece.buffer.byteLength <= PIECE_BYTES;

function errorOf(failure: Failure): Error {
  if (failure.kind === 'digest_mismatch') return fileErrors('digest_mismatch');
  const code = failure.code === 'age_truncated' ? 'age_truncated' : 'age_payload_corrupt';
  return ageErrors(code, failure.detail === undefined ? {} : { detail: failure.detail });
}
