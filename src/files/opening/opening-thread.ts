import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import { pathOfFileUrl, type ObjectStore, type RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { DriveKeys } from '../keys/drive-keys.ts';
import type { OpenedFile } from './open-small-file.ts';
import type { FromOpener, OpeningPlace, ToOpener } from './opening-worker.ts';

/**
 * The thread that opens small files, see opening-worker.ts: half of what a download of one takes is done there, while the event loop
 * speaks with others. It begins when many are opened in a short time, and stays.
 */
export interface OpeningThread extends AsyncDisposable {
  /**
   * `null` when it is not worth it, or not possible; then, and where it resolves to `null`, the file is opened step by step.
   * Never rejects. The caller was let into the drive.
   */
  open(access: Pick<DriveAccess, 'driveId' | 'keys'>, entryId: string): Promise<OpenedFile | null> | null;
}

export interface OpeningThreadOptions {
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly log: Log;
  /** So many files within {@link BURST_MS} begin it. */
  readonly beginAt?: number;
  /** After so long without an answer it counts as held up. */
  readonly heldUpMs?: number;
  /** Another thread than ours, for tests. */
  readonly workerFile?: URL;
}

const BEGIN_AT = 4;
const BURST_MS = 10;
/** Further ones are opened step by step. */
const MAX_WAITING = 1000;
/** Longer than the thread takes for anything but a disk that does not answer; nobody is to wait for that. */
const HELD_UP_MS = 250;
/** A thread that ended by itself would most likely do so again. */
const AGAIN_AFTER_MS = 60_000;

/** The built product has `opening-worker.js` beside this code, a checkout `opening-worker.ts`. */
const WORKER_FILE = new URL(`./opening-worker${extname(import.meta.url)}`, import.meta.url);

const HEAP_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

interface Asked {
  readonly sentMs: number;
  readonly answer: (opened: OpenedFile | null) => void;
}

/** One that never opens anything where the records or the first copies do not lie in files of this machine. */
export function openOpeningThread(options: OpeningThreadOptions): OpeningThread {
  const { log, beginAt = BEGIN_AT, heldUpMs = HELD_UP_MS, workerFile = WORKER_FILE } = options;
  const place = placeOf(options);
  let thread: Opener | null = null;
  let notBeforeMs = -Infinity;
  let closed = false;
  const burst = { beganMs: -Infinity, count: 0 };

  const isWorthIt = (nowMs: number): boolean => {
    if (thread) return true;
    if (nowMs - burst.beganMs > BURST_MS) Object.assign(burst, { beganMs: nowMs, count: 0 });
    burst.count += 1;
    return burst.count >= beginAt && nowMs >= notBeforeMs;
  };
  const begin = (where: OpeningPlace): Opener => {
    const started = new Opener({ where, workerFile, heldUpMs }, (why) => {
      if (thread !== started) return;
      thread = null;
      notBeforeMs = performance.now() + AGAIN_AFTER_MS;
      if (!closed) log.warn(why, 'The thread that opens small files ended; they are opened without it for a while');
    });
    return started;
  };

  return {
    open(access, entryId) {
      const nowMs = performance.now();
      if (closed || place === null || !isWorthIt(nowMs)) return null;
      try {
        thread ??= begin(place);
        return thread.open(access, entryId, nowMs);
      } catch (error) {
        // Where the system gives no thread.
        notBeforeMs = nowMs + AGAIN_AFTER_MS;
        log.warn(errorFacts(error), 'No thread could be begun to open small files');
        return null;
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await thread?.[Symbol.asyncDispose]();
    },
  };
}

function placeOf({ records, primary }: OpeningThreadOptions): OpeningPlace | null {
  const urls = { records: records.properties.url, objects: primary.properties.url };
  const areFiles = Object.values(urls).every((url) => url.startsWith('file:'));
  return areFiles ? { records: urls.records, objects: pathOfFileUrl(urls.objects) } : null;
}

type OpenerOptions = Required<Pick<OpeningThreadOptions, 'workerFile' | 'heldUpMs'>> & { readonly where: OpeningPlace };

/** The thread while it runs. */
class Opener implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #asked: Asked[] = [];
  readonly #knownKeys = new WeakMap<DriveKeys, number>();
  /** Whoever has let go of a drive's keys has them in no other thread either. */
  readonly #letGo = new FinalizationRegistry<number>((keysId) => this.#send({ kind: 'forget', keysId }));
  #lastKeysId = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #heldUpMs: number;
  /** Not before it has begun: nobody is to wait for that. */
  #takesMore = false;

  constructor({ where, workerFile, heldUpMs }: OpenerOptions, onEnd: (why: object) => void) {
    this.#heldUpMs = heldUpMs;
    // Without our environment, which holds the credentials of the stores.
    const options = { env: {}, workerData: where, resourceLimits: HEAP_LIMITS, stdin: false };
    this.#worker = new Worker(workerFile, options);
    this.#worker.unref();
    this.#worker.on('message', (message: FromOpener) => {
      if (message === 'ready') this.#takesMore = true;
      else this.#take(message);
    });
    const end = (why: object): void => {
      onEnd(why);
      this.#leave();
    };
    this.#worker.on('error', (error) => end(errorFacts(error)));
    this.#worker.on('exit', (exitCode) => end({ exitCode }));
  }

  open({ driveId, keys }: Pick<DriveAccess, 'driveId' | 'keys'>, entryId: string, sentMs: number) {
    if (!this.#takesMore || this.#asked.length >= MAX_WAITING) return null;
    this.#send({ kind: 'open', keysId: this.#idOf(keys), driveId, entryId });
    if (this.#asked.length === 0) this.#worker.ref();
    this.#timer ??= setTimeout(() => this.#look(), this.#heldUpMs).unref();
    return new Promise<OpenedFile | null>((answer) => void this.#asked.push({ sentMs, answer }));
  }

  #idOf(keys: DriveKeys): number {
    const known = this.#knownKeys.get(keys);
    if (known !== undefined) return known;
    const keysId = ++this.#lastKeysId;
    const generations = Array.from({ length: keys.newest.number }, (_, index) => keys.generation(index + 1));
    this.#send({ kind: 'keys', keysId, recordsKeys: generations.map(({ recordsKey }) => recordsKey) });
    this.#knownKeys.set(keys, keysId);
    this.#letGo.register(keys, keysId);
    return keysId;
  }

  #send(message: ToOpener): void {
    this.#worker.postMessage(message, []);
  }

  #take(opened: OpenedFile | null): void {
    this.#asked.shift()?.answer(opened);
    if (this.#asked.length > 0) return;
    this.#takesMore = true;
    // An idle thread keeps nobody from exiting.
    this.#worker.unref();
  }

  #look(): void {
    this.#timer = null;
    const [oldest] = this.#asked;
    if (!oldest) return;
    if (performance.now() - oldest.sentMs >= this.#heldUpMs) {
      // Their answers come some day, to nobody.
      this.#takesMore = false;
      for (const { answer } of this.#asked) answer(null);
    }
    this.#timer = setTimeout(() => this.#look(), this.#heldUpMs).unref();
  }

  /** To whoever opens them step by step. */
  #leave(): void {
    for (const { answer } of this.#asked.splice(0)) answer(null);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
    await this.#worker.terminate();
  }
}
