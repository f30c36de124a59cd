import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FilePart } from './read-part.ts';
import type { Outcome } from './small-reads-worker.ts';

/** Small files that are read together, by a thread: see small-reads-worker.ts. */
export interface SmallReads extends AsyncDisposable {
  /**
   * Counts as one under way until it is disposed. `isWorthIt`: so many are under way that they are better read together, and the
   * thread is not held up.
   */
  begin(): Disposable & { readonly isWorthIt: boolean };
  /** `null` when it could not be read this way; why is found out by reading it alone. Never rejects. */
  read(file: FilePart): Promise<Outcome>;
}

/** One after the other, or two or three at a time, are not worth the memory of a thread. Once it is there, all go through it. */
const BEGIN_AT = 4;
/** Files in one go: what comes meanwhile waits for its end. */
const AT_ONCE = 64;
/** Longer than the thread takes for anything but a disk that does not answer; the others are not to wait for that. */
const HELD_UP_MS = 25;

/** The built product has `small-reads-worker.js` beside this code, a checkout `small-reads-worker.ts`. */
const WORKER_FILE = new URL(`./small-reads-worker${extname(import.meta.url)}`, import.meta.url);

/** Its heap holds next to nothing: bytes lie outside of it. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

interface Waiting {
  readonly file: FilePart;
  readonly answer: (outcome: Outcome) => void;
}

/** `workerFile`: another thread than ours, for tests. */
export function openSmallReads(beginAt = BEGIN_AT, workerFile = WORKER_FILE): SmallReads {
  let underWay = 0;
  let worker: Worker | null = null;
  let waiting: Waiting[] = [];
  let running: Waiting[] = [];
  let sentAtMs = 0;
  let isScheduled = false;
  let closed = false;

  const start = (): Worker => {
    // Without our environment, which holds the credentials of the stores.
    const started = new Worker(workerFile, { env: {}, resourceLimits: HEAP_LIMITS, stdin: false });
    started.unref();
    started.on('message', (outcomes: readonly Outcome[]) => {
      const done = running;
      running = [];
      for (const [index, { answer }] of done.entries()) answer(outcomes[index] ?? null);
      flush();
    });
    const fail = (): void => {
      if (worker !== started) return;
      worker = null;
      leave();
    };
    started.on('error', fail);
    started.on('exit', fail);
    return started;
  };

  /** To whoever reads them one by one. */
  const leave = (): void => {
    const left = [...running, ...waiting];
    [running, waiting] = [[], []];
    for (const { answer } of left) answer(null);
  };

  const flush = (): void => {
    isScheduled = false;
    if (running.length > 0) return;
    if (waiting.length === 0) {
      // An idle thread keeps nobody from exiting.
      worker?.unref();
      return;
    }
    running = waiting.slice(0, AT_ONCE);
    waiting = waiting.slice(AT_ONCE);
    try {
      worker ??= start();
      worker.ref();
      worker.postMessage(
        running.map(({ file }) => file),
        [],
      );
      sentAtMs = performance.now();
    } catch {
      // Where the system gives no thread.
      leave();
    }
  };

  const isHeldUp = (): boolean => running.length > 0 && performance.now() - sentAtMs > HELD_UP_MS;

  return {
    begin() {
      underWay += 1;
      if (isHeldUp()) {
        for (const { answer } of waiting.splice(0)) answer(null);
      }
      const isWorthIt = (worker !== null || underWay >= beginAt) && !isHeldUp();
      return { isWorthIt, [Symbol.dispose]: () => void (underWay -= 1) };
    },
    read: (file) =>
      new Promise((answer) => {
        if (closed) return answer(null);
        waiting.push({ file, answer });
        // What arrives in the same turn of the event loop goes together.
        if (isScheduled || running.length > 0) return;
        isScheduled = true;
        setImmediate(flush);
      }),
    async [Symbol.asyncDispose]() {
      closed = true;
      const ended = worker;
      worker = null;
      leave();
      await ended?.terminate();
    },
  };
}
