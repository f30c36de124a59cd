import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { whenLoopRests } from '../../../base/timing/loop-at-rest.ts';
import { storageErrors } from '../../errors.ts';
import type { Outcome, SmallFile } from './small-files-worker.ts';

export type Stored = Exclude<Outcome, { readonly state: 'failed' }>;

/** Small files that are written together, by a thread: see small-files-worker.ts. */
export interface SmallFiles extends AsyncDisposable {
  /**
   * Counts as one under way until it is disposed. `isWorthIt`: so many are under way that they are better written together.
   */
  begin(): Disposable & { readonly isWorthIt: boolean };
  /**
   * Resolves once the file is on the disk; and when it is `named`, its name as well. Rejects with what the system said, or with
   * `store_unavailable` when the thread is gone and nobody knows how far it got.
   */
  write(file: SmallFile): Promise<Stored>;
}

/** One after the other, or two or three at a time, are not worth the memory of a thread. Once it is there, all go through it. */
const BEGIN_AT = 4;
/** Files in one go: what comes meanwhile waits for its end. */
const AT_ONCE = 64;
/**
 * So long a file waits for others while the event loop is busy, which may be on its way to them: four in one go take a third less than
 * two and two, and the loop that is busy would come no sooner to what follows.
 */
const GATHER_MS = 2;

/** The built product has `small-files-worker.js` beside this code, a checkout `small-files-worker.ts`. */
const WORKER_FILE = new URL(`./small-files-worker${extname(import.meta.url)}`, import.meta.url);

/** Its heap holds next to nothing. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

interface Waiting {
  readonly file: SmallFile;
  readonly turn: PromiseWithResolvers<Stored>;
}

export function openSmallFiles(beginAt = BEGIN_AT, gatherMs = GATHER_MS): SmallFiles {
  let underWay = 0;
  let worker: Worker | null = null;
  let waiting: Waiting[] = [];
  let running: Waiting[] = [];
  let isScheduled = false;
  let closed: (() => void) | null = null;

  const start = (): Worker => {
    // Without our environment, which holds the credentials of the stores.
    const started = new Worker(WORKER_FILE, { env: {}, resourceLimits: HEAP_LIMITS, stdin: false });
    started.unref();
    started.on('message', (outcomes: readonly Outcome[]) => {
      const done = running;
      running = [];
      for (const [index, { turn }] of done.entries()) settle(turn, outcomes[index]);
      flush();
    });
    const fail = (): void => {
      if (worker !== started) return;
      worker = null;
      const lost = running;
      running = [];
      for (const { turn } of lost) turn.reject(gone());
      flush();
    };
    started.on('error', fail);
    started.on('exit', fail);
    return started;
  };

  const flush = (): void => {
    isScheduled = false;
    if (running.length > 0) return;
    if (waiting.length === 0) {
      // An idle thread keeps nobody from exiting.
      worker?.unref();
      closed?.();
      return;
    }
    const next = waiting.slice(0, AT_ONCE);
    waiting = waiting.slice(AT_ONCE);
    try {
      worker ??= start();
      worker.ref();
      worker.postMessage(
        next.map(({ file }) => file),
        [],
      );
      running = next;
    } catch (error) {
      // Where the system gives no thread.
      for (const { turn } of next) turn.reject(gone(error));
      flush();
    }
  };

  return {
    begin() {
      underWay += 1;
      return { isWorthIt: worker !== null || underWay >= beginAt, [Symbol.dispose]: () => void (underWay -= 1) };
    },
    async write(file) {
      const turn = Promise.withResolvers<Stored>();
      waiting.push({ file, turn });
      if (!isScheduled && running.length === 0) whenLoopRests(gatherMs, flush);
      isScheduled = true;
      return turn.promise;
    },
    async [Symbol.asyncDispose]() {
      if (running.length + waiting.length > 0) await new Promise<void>((resolve) => (closed = resolve));
      await worker?.terminate();
    },
  };
}

function settle({ resolve, reject }: PromiseWithResolvers<Stored>, outcome: Outcome | undefined): void {
  if (!outcome) reject(gone());
  else if (outcome.state === 'failed') reject(Object.assign(new Error(outcome.message), { code: outcome.code }));
  else resolve(outcome);
}

function gone(cause?: unknown): Error {
  return storageErrors('store_unavailable', { detail: 'the thread that writes small files is gone', cause });
}
