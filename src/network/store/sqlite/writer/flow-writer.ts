import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../../base/clock.ts';
import { networkErrors } from '../../../errors.ts';
import type { FlowWriter } from '../../flow-store.ts';
import type { SqliteFlowsOptions } from '../sqlite.ts';
import type { WriterAnswer, WriterTask } from './flow-writer-worker.ts';

/** The built product has `flow-writer-worker.js` beside this code, a checkout `flow-writer-worker.ts`. */
const WORKER_FILE = new URL(`./flow-writer-worker${extname(import.meta.url)}`, import.meta.url);

/** Its heap holds little: flows lie in memory that is shared, and what is packed of them beside the heap. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 };

const GONE = {
  detail: 'the thread that writes them is gone',
  remedy:
    'A part of it may be stored. Begin again: the same flows are not stored twice. Look whether there is enough memory.',
};

/**
 * A thread that packs flows and writes them, with a store of its own over the same files. It starts at once, so that it is there when the
 * first batch is. `add` throws what the store's own does, and `flows_unavailable` where the thread is gone: then the batch may be stored, and is
 * not stored twice when it comes again.
 */
export function openFlowWriter(options: Omit<SqliteFlowsOptions, 'clock'>, clock: Clock): FlowWriter {
  // With the compiled code at hand it starts sooner. It needs nothing else of the environment.
  const cache = getCompileCacheDir();
  const worker = new Worker(WORKER_FILE, {
    ...{ workerData: options, resourceLimits: HEAP_LIMITS, stdin: false },
    env: cache ? { NODE_COMPILE_CACHE: cache } : {},
  });
  const attempted = `Store flows in ${options.folder}`;
  let waiting: PromiseWithResolvers<boolean> | null = null;
  let gone: Error | null = null;
  const settle = (act: (turn: PromiseWithResolvers<boolean>) => void): void => {
    const turn = waiting;
    waiting = null;
    if (turn) act(turn);
  };
  const fail = (cause?: Error): void => {
    gone ??= networkErrors('flows_unavailable', { attempted, ...GONE, cause });
    settle(({ reject }) => reject(gone));
  };
  worker.on('message', (answer: WriterAnswer) => {
    settle(({ resolve, reject }) => {
      if (answer.kind === 'stored') resolve(answer.isNew);
      else if (answer.kind === 'refused') reject(networkErrors(answer.code, answer.why));
      else reject(answer.error);
    });
  });
  worker.on('error', fail);
  const ended = once(worker, 'exit').then(
    () => fail(),
    () => undefined,
  );
  return {
    async add({ columns, ...rest }) {
      if (gone) throw gone;
      waiting = Promise.withResolvers();
      const task: WriterTask = { kind: 'add', batch: rest, columns: columns.shared, nowMs: clock() };
      worker.postMessage(task, []);
      return await waiting.promise;
    },
    async [Symbol.asyncDispose]() {
      // It ends what it is at, and closes its files.
      if (!gone) worker.postMessage({ kind: 'end' } satisfies WriterTask, []);
      await ended;
    },
  };
}
