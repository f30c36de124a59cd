import { storageErrors } from '../errors.ts';
import type { ObjectStore } from './object-store.ts';
import { watchedBody } from './watched-body.ts';

export interface LimitOptions {
  /** Reads at a time; a get counts until its body has ended. */
  readonly reads: number;
  /** Writes at a time. They wait apart from the reads, so that reading while writing cannot lock itself out. */
  readonly writes: number;
  /** Calls of each kind that may wait for their turn; further ones are `store_unavailable`. Default 1,000. */
  readonly maxWaiting?: number;
}

/** Lets only so many calls through at a time; the others wait in the order they came. */
export function withLimit(store: ObjectStore, options: LimitOptions): ObjectStore {
  const { maxWaiting = 1000 } = options;
  const reads = new Turns(options.reads, maxWaiting);
  const writes = new Turns(options.writes, maxWaiting);
  const { multipart } = store;
  return {
    properties: store.properties,
    put: (key, body, putOptions) => writes.run(() => store.put(key, body, putOptions), putOptions?.signal),
    async get(key, getOptions = {}) {
      const release = await reads.take(getOptions.signal);
      try {
        const object = await store.get(key, getOptions);
        return { ...object, body: watchedBody(object.body, { end: release }, getOptions.signal) };
      } catch (error) {
        release();
        throw error;
      }
    },
    head: (key, headOptions) => reads.run(() => store.head(key, headOptions), headOptions?.signal),
    delete: (key, deleteOptions) => writes.run(() => store.delete(key, deleteOptions), deleteOptions?.signal),
    list: (listOptions) => reads.run(() => store.list(listOptions), listOptions.signal),
    copy: (from, to, putOptions) => writes.run(() => store.copy(from, to, putOptions), putOptions?.signal),
    multipart: {
      create: (key) => writes.run(() => multipart.create(key)),
      putPart: (key, id, number, body) => writes.run(() => multipart.putPart(key, id, number, body)),
      listParts: (key, id) => reads.run(() => multipart.listParts(key, id)),
      complete: (key, id, parts, putOptions) =>
        writes.run(() => multipart.complete(key, id, parts, putOptions), putOptions?.signal),
      abort: (key, id) => writes.run(() => multipart.abort(key, id)),
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

class Turns {
  readonly #max: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(max: number, maxWaiting: number) {
    if (!Number.isInteger(max) || max < 1) throw new RangeError(`the limit is ${max}, expected at least 1`);
    this.#max = max;
    this.#maxWaiting = maxWaiting;
  }

  async run<Result>(call: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const release = await this.take(signal);
    try {
      return await call();
    } finally {
      release();
    }
  }

  /** Resolves with the function that ends the turn; calling it again does nothing. */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#running < this.#max) this.#running += 1;
    else await this.#wait(signal);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const [next] = this.#waiting;
      // The turn is handed over rather than freed, so that nobody who comes later gets in between.
      if (next) next();
      else this.#running -= 1;
    };
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#maxWaiting) {
      throw storageErrors('store_unavailable', { detail: `${this.#waiting.size} calls are waiting already` });
    }
    const turn = Promise.withResolvers<void>();
    const start = (): void => {
      this.#waiting.delete(start);
      turn.resolve();
    };
    const giveUp = (): void => {
      if (this.#waiting.delete(start)) turn.reject(signal?.reason);
    };
    this.#waiting.add(start);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }
}
