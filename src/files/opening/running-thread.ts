import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { errorFacts } from '../../base/error-facts.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { DriveKeys } from '../keys/drive-keys.ts';
import type { FileId, OpenedFile } from './open-small-file.ts';
import type { FromOpener, OpenerData, ToOpener } from './opening-worker.ts';

export interface RunningThreadOptions {
  readonly start: OpenerData;
  readonly workerFile: URL;
  /** When nothing was answered for so long, twice that at most, it counts as held up. */
  readonly heldUpMs: number;
  /** Called once, when it has ended by itself. */
  readonly onEnd: (why: object) => void;
}

/** Further ones are opened step by step. */
const MAX_WAITING = 64;
/** What waits for a disk that is gone is not ended by anything; nobody is to wait for that. */
const END_MS = 2000;
/** It holds little: rows, one file at a time, and the keys of drives. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

type DriveFacts = Pick<DriveAccess, 'driveId' | 'keys'>;

interface Asked {
  readonly number: number;
  readonly sentMs: number;
  readonly answer: (opened: OpenedFile | null) => void;
}

/** The thread of opening-worker.ts while it runs, and who waits for what. */
export class RunningThread implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #options: RunningThreadOptions;
  readonly #asked: Asked[] = [];
  readonly #knownKeys = new WeakMap<DriveKeys, number>();
  #lastKeysId = 0;
  #lastNumber = 0;
  #lastSentMs = performance.now();
  #lastAnswerMs = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Not before it has begun, and not while it is held up: nobody is to wait for that. */
  #takesMore = false;
  #ended = false;

  constructor(options: RunningThreadOptions) {
    this.#options = options;
    // Without our environment, which holds the credentials of the stores.
    const start = { env: {}, workerData: options.start, resourceLimits: HEAP_LIMITS, stdin: false };
    this.#worker = new Worker(options.workerFile, start);
    this.#worker.unref();
    this.#worker.on('message', (message: FromOpener) => {
      if (message !== 'ready') this.#take(message);
      else if (!this.#ended) this.#takesMore = true;
    });
    this.#worker.on('error', (error) => this.#end(errorFacts(error)));
    this.#worker.on('messageerror', (error) => this.#break(errorFacts(error)));
    this.#worker.on('exit', (exitCode) => this.#end({ exitCode }));
  }

  /** Nobody has asked it since. */
  isIdleSince(ms: number): boolean {
    return this.#asked.length === 0 && this.#lastSentMs <= ms;
  }

  /** `null`: it takes none now. */
  open({ driveId, keys }: DriveFacts, file: Omit<FileId, 'driveId'>): Promise<OpenedFile | null> | null {
    if (!this.#takesMore || this.#asked.length >= MAX_WAITING) return null;
    const number = ++this.#lastNumber;
    try {
      this.#send({ kind: 'open', number, keysId: this.#idOf(keys), driveId, ...file });
    } catch (error) {
      this.#break(errorFacts(error));
      return null;
    }
    if (this.#asked.length === 0) this.#worker.ref();
    this.#timer ??= this.#lookLater();
    const sentMs = (this.#lastSentMs = performance.now());
    return new Promise((answer) => void this.#asked.push({ number, sentMs, answer }));
  }

  /** These keys are not to be kept any more. */
  forget(keys: DriveKeys): void {
    const keysId = this.#knownKeys.get(keys);
    if (keysId !== undefined) this.#send({ kind: 'forget', keysId });
  }

  #idOf(keys: DriveKeys): number {
    const known = this.#knownKeys.get(keys);
    if (known !== undefined) return known;
    const keysId = ++this.#lastKeysId;
    const generations = Array.from({ length: keys.newest.number }, (_, index) => keys.generation(index + 1));
    this.#send({ kind: 'keys', keysId, recordsKeys: generations.map(({ recordsKey }) => recordsKey) });
    this.#knownKeys.set(keys, keysId);
    return keysId;
  }

  #send(message: ToOpener): void {
    this.#worker.postMessage(message, []);
  }

  #take({ number, file }: Exclude<FromOpener, 'ready'>): void {
    if (this.#ended) return;
    const first = this.#asked.shift();
    if (first?.number !== number) {
      // Whose it is nobody knows: it must not reach anybody.
      first?.answer(null);
      return this.#break({ number });
    }
    first.answer(file);
    this.#lastAnswerMs = performance.now();
    if (this.#asked.length > 0) return;
    this.#takesMore = true;
    // An idle thread keeps nobody from exiting.
    this.#worker.unref();
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => this.#look(), this.#options.heldUpMs).unref();
  }

  #look(): void {
    this.#timer = this.#asked.length > 0 ? this.#lookLater() : null;
    // Answers that came while the event loop was held up itself are taken first.
    if (this.#timer) setImmediate(() => this.#giveUpIfHeldUp());
  }

  #giveUpIfHeldUp(): void {
    const [oldest] = this.#asked;
    if (!oldest || performance.now() - Math.max(oldest.sentMs, this.#lastAnswerMs) < this.#options.heldUpMs) return;
    // Their answers come some day, to nobody.
    this.#takesMore = false;
    for (const { answer } of this.#asked) answer(null);
    this.#worker.unref();
  }

  #break(why: object): void {
    this.#end(why);
    void this.#worker.terminate();
  }

  #end(why: object): void {
    if (this.#ended) return;
    this.#leave();
    this.#options.onEnd(why);
  }

  /** To whoever opens them step by step. */
  #leave(): void {
    this.#ended = true;
    this.#takesMore = false;
    for (const { answer } of this.#asked.splice(0)) answer(null);
    if (this.#timer) clearTimeout(this.#timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave();
    await Promise.race([this.#worker.terminate(), pause(END_MS, undefined, { ref: false })]);
  }
}
