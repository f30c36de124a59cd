import { extname } from 'node:path';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { DriveKeys } from '../keys/drive-keys.ts';
import type { OpenedFile } from './open-small-file.ts';
import type { PlaceInFiles } from './opening-worker.ts';
import { RunningThread } from './running-thread.ts';

/**
 * The thread that opens small files, see opening-worker.ts: half of what a download of one takes is done there, while the event loop
 * speaks with others. It begins when many are opened in a short time, and ends when nobody has asked for a while: its memory, and the keys in
 * it, go with it.
 */
export interface OpeningThread extends AsyncDisposable {
  /**
   * `null` when it is not worth it, or not possible; then, and where it resolves to `null`, the file is opened step by step.
   * Never rejects. The caller was let into the drive. `versionId`: which version is meant; left out: the newest.
   */
  open(
    access: Pick<DriveAccess, 'driveId' | 'keys'>,
    entryId: string,
    versionId?: string,
  ): Promise<OpenedFile | null> | null;
  /** It does not keep these keys any longer than whoever opened them. */
  forget(keys: DriveKeys): void;
}

export interface OpeningThreadOptions {
  /** `null`: they do not lie in files; then it opens nothing. */
  readonly place: PlaceInFiles | null;
  readonly log: Log;
  /** So many files within {@link BURST_MS} begin it. */
  readonly beginAt?: number;
  /** See {@link RunningThread}. */
  readonly heldUpMs?: number;
  /** See {@link OpenerData}. */
  readonly patienceMs?: number;
  /** It ends when it was not asked for so long, twice that at most. */
  readonly idleMs?: number;
  /** Another thread than ours, for tests. */
  readonly workerFile?: URL;
}

const BEGIN_AT = 4;
const BURST_MS = 10;
/** Longer than the thread takes for anything but a disk that does not answer. */
const HELD_UP_MS = 250;
const PATIENCE_MS = 20;
const IDLE_MS = 60_000;
/** A thread that ended by itself would most likely do so again. */
const AGAIN_AFTER_MS = 60_000;

/** The built product has `opening-worker.js` beside this code, a checkout `opening-worker.ts`. */
const WORKER_FILE = new URL(`./opening-worker${extname(import.meta.url)}`, import.meta.url);

export function openOpeningThread(options: OpeningThreadOptions): OpeningThread {
  const { place, log, beginAt = BEGIN_AT, heldUpMs = HELD_UP_MS, workerFile = WORKER_FILE } = options;
  const { patienceMs = PATIENCE_MS, idleMs = IDLE_MS } = options;
  let thread: RunningThread | null = null;
  let idle: NodeJS.Timeout | undefined;
  let ending: Promise<void> = Promise.resolve();
  /** Whoever was let into a drive may come with them a moment later. */
  const forgotten = new WeakSet<DriveKeys>();
  let notBeforeMs = -Infinity;
  let closed = false;
  const burst = { beganMs: -Infinity, count: 0 };

  const endsABurst = (nowMs: number): boolean => {
    if (nowMs - burst.beganMs > BURST_MS) Object.assign(burst, { beganMs: nowMs, count: 0 });
    burst.count += 1;
    return burst.count >= beginAt;
  };
  const onEnd = (why: object): void => {
    clearInterval(idle);
    thread = null;
    notBeforeMs = performance.now() + AGAIN_AFTER_MS;
    log.warn(why, 'The thread that opens small files ended; for a while they are opened without it');
  };
  const begin = (where: PlaceInFiles): void => {
    try {
      const started = new RunningThread({ start: { ...where, patienceMs }, workerFile, heldUpMs, onEnd });
      thread = started;
      idle = setInterval(() => {
        if (started.isIdleSince(performance.now() - idleMs)) end();
      }, idleMs).unref();
    } catch (error) {
      // Where the system gives no thread.
      onEnd(errorFacts(error));
    }
  };
  const end = (): void => {
    clearInterval(idle);
    const former = thread;
    thread = null;
    if (former) ending = Promise.all([ending, former[Symbol.asyncDispose]()]).then(() => undefined);
  };

  return {
    open(access, entryId, versionId) {
      if (closed || place === null || forgotten.has(access.keys)) return null;
      if (thread) return thread.open(access, { entryId, versionId });
      const nowMs = performance.now();
      // This one does not wait for its beginning.
      if (endsABurst(nowMs) && nowMs >= notBeforeMs) begin(place);
      return null;
    },
    forget(keys) {
      forgotten.add(keys);
      thread?.forget(keys);
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      end();
      await ending;
    },
  };
}
