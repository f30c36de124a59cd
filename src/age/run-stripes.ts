import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { areAllDone, openStripes, type StripedJob, StripeError, stopStripes } from './stripes.ts';

/** The built product has `stripe-worker.js` beside this code, a checkout `stripe-worker.ts`. */
const WORKER_FILE = new URL(`./stripe-worker${extname(import.meta.url)}`, import.meta.url);

/** 8 MiB, some milliseconds of work: so long a signal waits. */
const STRIPES_PER_TURN = 32;

/**
 * Does the whole job on this thread and on a second one, which joins in once it has started. The files may be closed
 * when this has settled: no thread uses them any more. Throws a {@link StripeError}, or why it was aborted; then the
 * output holds something unfinished.
 */
export async function runStripes(job: StripedJob, signal?: AbortSignal): Promise<void> {
  const helper = startHelper(job);
  try {
    const next = openStripes(job);
    for (let stripes = 1; next(); stripes += 1) {
      if (stripes % STRIPES_PER_TURN !== 0) continue;
      await turn();
      signal?.throwIfAborted();
    }
  } finally {
    stopStripes(job.progress);
    await helper.finish();
  }
  if (helper.failure) throw helper.failure;
  if (!areAllDone(job)) throw new Error('A thread ended before its part of the file was done');
}

interface Helper {
  /** Why its part is missing; `null` when all is done, with or without it. */
  readonly failure: Error | null;
  /** Resolves when the thread uses no file any more. */
  finish(): Promise<void>;
}

function startHelper(job: StripedJob): Helper {
  // With the compiled code at hand it joins in twice as early. It needs nothing else of the environment.
  const cache = getCompileCacheDir();
  const worker = new Worker(WORKER_FILE, { workerData: job, env: cache ? { NODE_COMPILE_CACHE: cache } : {} });
  let failure: Error | null = null;
  worker.on('error', (error) => (failure = withClass(error as Error)));
  const ended = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
  return {
    get failure() {
      // A thread that could not even start has taken no stripe: then this one has done everything.
      return areAllDone(job) ? null : failure;
    },
    async finish() {
      // With everything done it holds no stripe, and need not be waited for, should it be starting still.
      if (areAllDone(job)) await worker.terminate();
      await ended;
    },
  };
}

/** Between threads an error keeps its fields and loses its class. */
function withClass(error: Error): Error {
  if (!('fault' in error)) return error;
  const { fault, message, code } = error as StripeError;
  return new StripeError(fault, message, code);
}
