import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { collectYoung } from '../../base/memory/young-collection.ts';
import { fileErrors } from '../errors.ts';
import type { FromWorker, ToWorker } from './sealing-worker.ts';
import type { Step, Task } from './transforms.ts';

/** One task on the thread. Whoever begins one ends it by its last answer or by `drop`. */
export interface ThreadJob {
  /**
   * Hands the piece's memory over: nothing else may lie in it, and it is empty afterwards. `isCopy`: what it was copied from is
   * nobody's any more.
   */
  post(piece: Uint8Array<ArrayBuffer>, isCopy: boolean): void;
  end(): void;
  /**
   * The answer to each `post` and to `end`, in their order. Rejects with `sealing_interrupted` when the thread is gone.
   */
  answer(): Promise<Step>;
  /** Nothing more is wanted; whoever waits for an answer gets `why`. May be called at any time. */
  drop(why?: unknown): void;
}

/**
 * The thread for ciphers and hashes. It starts with the first job, and stays: what an ended thread took stays with
 * the process. One that dies fails the jobs it was at; the next job gets a new one.
 */
export interface SealingThread extends AsyncDisposable {
  /** `background`: gives way to jobs that are not. */
  begin(task: Task, options?: { readonly background?: boolean }): ThreadJob;
}

/** The built product has `sealing-worker.js` beside this code, a checkout `sealing-worker.ts`. */
const WORKER_FILE = new URL(`./sealing-worker${extname(import.meta.url)}`, import.meta.url);

/** Its heap holds next to nothing: pieces lie outside of it. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

interface Pending {
  readonly isSealed: boolean;
  readonly answers: Step[];
  waiting: PromiseWithResolvers<Step> | null;
  /** `null`, or why there are no more answers. */
  failure: { readonly why: unknown } | null;
}

interface Running {
  readonly worker: Worker;
  readonly jobs: Map<number, Pending>;
}

export function openSealingThread(log: Log): SealingThread {
  const tellMade = collectYoung();
  let running: Running | null = null;
  let lastId = 0;
  let closed = false;

  const start = (): Running => {
    // Without our environment, which holds the credentials of the stores.
    const worker = new Worker(WORKER_FILE, { env: {}, resourceLimits: HEAP_LIMITS, stdin: false });
    const started: Running = { worker, jobs: new Map() };
    worker.unref();
    worker.on('message', ({ id, ...step }: FromWorker) => {
      const pending = started.jobs.get(id);
      if (!pending) return;
      pending.waiting?.resolve(step);
      if (!pending.waiting) pending.answers.push(step);
      pending.waiting = null;
      // What is sealed is given back by whoever sends it on.
      if (!pending.isSealed) tellMade(step.out.reduce((sum, { length }) => sum + length, 0));
    });
    const fail = (why: object): void => {
      if (running === started) running = null;
      if (!closed && started.jobs.size > 0) log.error(why, 'The thread that encrypts ended in the middle of its work');
      for (const pending of started.jobs.values()) {
        giveUp(pending, fileErrors('sealing_interrupted'));
      }
      started.jobs.clear();
    };
    worker.on('error', (error) => fail(errorFacts(error)));
    worker.on('exit', (exitCode) => fail({ exitCode }));
    return started;
  };

  return {
    begin(task, { background = false } = {}) {
      if (closed) throw fileErrors('sealing_interrupted', { detail: 'the server is stopping' });
      const own = (running ??= start());
      const { worker, jobs } = own;
      const id = ++lastId;
      const pending: Pending = { isSealed: task.kind === 'seal', answers: [], waiting: null, failure: null };
      const send = (message: ToWorker, memory: ArrayBuffer[] = []): void => {
        if (pending.failure === null) worker.postMessage(message, memory);
      };
      const forget = (): void => {
        jobs.delete(id);
        // An idle thread keeps nobody from exiting.
        if (jobs.size === 0) worker.unref();
      };
      jobs.set(id, pending);
      worker.ref();
      send({ kind: 'begin', id, task, background });
      return {
        post(piece, isCopy) {
          // Before it is handed over: afterwards it has no length. What is sealed without a copy leaves nothing on this thread; of what is
          // opened the reader still has what came out, which is collected so much sooner.
          if (isCopy || !pending.isSealed) tellMade(piece.length);
          send({ kind: 'piece', id, piece }, [piece.buffer]);
        },
        end: () => send({ kind: 'end', id }),
        async answer() {
          const step = pending.answers.shift() ?? (await next(pending));
          if (step.failure || step.facts) forget();
          return step;
        },
        drop(why = fileErrors('sealing_interrupted')) {
          if (!jobs.has(id)) return;
          send({ kind: 'drop', id });
          giveUp(pending, why);
          forget();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await running?.worker.terminate();
    },
  };
}

function giveUp(pending: Pending, why: unknown): void {
  pending.failure ??= { why };
  pending.waiting?.reject(why);
  pending.waiting = null;
}

async function next(pending: Pending): Promise<Step> {
  if (pending.failure) throw pending.failure.why;
  pending.waiting = Promise.withResolvers<Step>();
  return await pending.waiting.promise;
}
