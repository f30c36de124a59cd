import { storageErrors } from '../errors.ts';

/** So many at a time; the others wait in the order they came, and not more of them than said. */
export class Turns {
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
