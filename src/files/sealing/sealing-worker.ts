/**
 * A thread of its own for what takes the processor when large files come and go: ciphers and hashes. It knows no file,
 * store or socket; pieces come in and go out by message, their memory handed over and not copied.
 */
import { parentPort } from 'node:worker_threads';
import { BATCH_CHUNKS, SEALED_CHUNK_BYTES } from '../../age/index.ts';
import { transformOf, type Step, type Task, type Transform } from './transforms.ts';
import { usedPieces, type UsedPieces } from './used-pieces.ts';

export type ToWorker =
  | { readonly kind: 'begin'; readonly id: number; readonly task: Task; readonly background: boolean }
  | { readonly kind: 'piece'; readonly id: number; readonly piece: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number };

/** One for each `piece` and one for `end`, in their order, until one tells a failure or the facts. */
export type FromWorker = Step & { readonly id: number };

/** A transform keeps less than this for later: what would not make a whole batch. */
const LARGEST_REST = BATCH_CHUNKS * SEALED_CHUNK_BYTES;

interface Job {
  readonly transform: Transform;
  readonly background: boolean;
  readonly used: UsedPieces;
}

const jobs = new Map<number, Job>();
/** Steps of work in the background: each gives way to all that people wait for. */
const later: (() => void)[] = [];

parentPort?.on('message', (message: ToWorker) => {
  const { id } = message;
  switch (message.kind) {
    case 'begin':
      jobs.set(id, {
        transform: transformOf(message.task),
        background: message.background,
        used: usedPieces(LARGEST_REST),
      });
      return;
    case 'drop':
      jobs.delete(id);
      return;
    case 'piece':
      inTurn(id, ({ transform, used }) => {
        const step = transform.push(message.piece);
        used.add(message.piece);
        return step;
      });
      return;
    case 'end':
      inTurn(id, ({ transform }) => transform.end());
  }
});

function inTurn(id: number, act: (job: Job) => Step): void {
  const step = (): void => {
    const job = jobs.get(id);
    if (!job) return;
    const done = act(job);
    if (done.failure || done.facts) {
      jobs.delete(id);
      job.used.end();
    }
    const answer: FromWorker = { ...done, id };
    parentPort?.postMessage(answer, memoryOf(done.out));
  };
  if (!jobs.get(id)?.background) {
    step();
    return;
  }
  later.push(step);
  if (later.length === 1) setImmediate(oneLater);
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
