/**
 * A thread of its own for what takes the processor when large files come and go: ciphers and hashes. It knows no file,
 * store or socket; pieces come in and go out by message, their memory handed over and not copied.
 */
import { parentPort } from 'node:worker_threads';
import { BATCH_CHUNKS, SEALED_CHUNK_BYTES } from '../../age/index.ts';
import { releaseMemory } from '../../base/release-memory.ts';
import { collectYoung } from '../../base/young-collection.ts';
import { transformOf, type Step, type Task, type Transform } from './transforms.ts';

export type ToWorker =
  | { readonly kind: 'begin'; readonly id: number; readonly task: Task; readonly background: boolean }
  | { readonly kind: 'piece'; readonly id: number; readonly piece: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number };

/** One for each `piece` and one for `end`, in their order, until one tells a failure or the facts. */
export type FromWorker = Step & { readonly id: number };

const tellMade = collectYoung();

/** A transform keeps less than this for later: what would not make a whole batch. */
const LARGEST_REST = BATCH_CHUNKS * SEALED_CHUNK_BYTES;

interface Job {
  readonly transform: Transform;
  readonly background: boolean;
  /** Pieces that something may be left of. */
  readonly used: Uint8Array[];
}

const jobs = new Map<number, Job>();
/** Steps of work in the background: each gives way to all that people wait for. */
const later: (() => void)[] = [];

parentPort?.on('message', (message: ToWorker) => {
  const { id } = message;
  switch (message.kind) {
    case 'begin':
      jobs.set(id, { transform: transformOf(message.task), background: message.background, used: [] });
      return;
    case 'drop':
      jobs.delete(id);
      return;
    case 'piece':
      inTurn(
        id,
        (transform) => {
          const step = transform.push(message.piece);
          release(id, message.piece);
          return step;
        },
        message.piece.length,
      );
      return;
    case 'end':
      inTurn(id, (transform) => transform.end(), 0);
  }
});

function inTurn(id: number, act: (transform: Transform) => Step, bytes: number): void {
  const step = (): void => {
    const job = jobs.get(id);
    if (!job) return;
    const done = act(job.transform);
    if (done.failure || done.facts) jobs.delete(id);
    const answer: FromWorker = { ...done, id };
    parentPort?.postMessage(answer, memoryOf(done.out));
    tellMade(bytes);
  };
  if (!jobs.get(id)?.background) {
    step();
    return;
  }
  later.push(step);
  if (later.length === 1) setImmediate(oneLater);
}

/** `piece` was pushed last: when it is larger than what is kept for later, of those before it nothing is left. */
function release(id: number, piece: Uint8Array): void {
  const used = jobs.get(id)?.used;
  if (piece.length > LARGEST_REST) for (const each of used?.splice(0) ?? []) releaseMemory(each);
  used?.push(piece);
}

function oneLater(): void {
  later.shift()?.();
  if (later.length > 0) setImmediate(oneLater);
}

/** What may be handed over: memory that holds just one piece. */
function memoryOf(pieces: readonly Uint8Array[]): ArrayBuffer[] {
  return pieces
    .map(({ buffer }) => buffer)
    .filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer && buffer.byteLength > 16 * 1024);
}
