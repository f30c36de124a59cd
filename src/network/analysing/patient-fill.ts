import type { Capture } from '../capture/capture.ts';

type Outcome = { readonly more: boolean } | { readonly error: unknown };

/** Fills a capture's window, and tells in between that time goes on where nothing comes. */
export class PatientFill implements Disposable {
  readonly #capture: Pick<Capture, 'fill'>;
  readonly #timer: NodeJS.Timeout | undefined;
  #isComing = false;
  #outcome: Outcome | null = null;
  #wake: (() => void) | null = null;

  /** `everyMs`: 0, nobody asks for the time. */
  constructor(capture: Pick<Capture, 'fill'>, everyMs: number) {
    this.#capture = capture;
    this.#timer = everyMs > 0 ? setInterval(() => this.#wake?.(), everyMs) : undefined;
  }

  /** True: there is more; false: it has ended; `null`: neither, and time has passed. Throws what the reading threw. */
  async next(): Promise<boolean | null> {
    if (!this.#isComing) {
      this.#isComing = true;
      this.#outcome = null;
      // One reaction to each read: a race against the time would leave one behind at each tick.
      const settle = (outcome: Outcome): void => {
        this.#outcome = outcome;
        this.#wake?.();
      };
      this.#capture.fill().then(
        (more) => settle({ more }),
        (error: unknown) => settle({ error }),
      );
    }
    if (this.#outcome === null) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = null;
    }
    return this.#taken();
  }

  #taken(): boolean | null {
    if (this.#outcome === null) return null;
    this.#isComing = false;
    if ('error' in this.#outcome) throw this.#outcome.error;
    return this.#outcome.more;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
