/**
 * What one person says goes into a room in the order in which they said it, also where one message takes longer to be checked
 * than the next: the line sends many before the first is answered.
 */
export interface Turns {
  /** In the order of the calls; `of` names whose and where. */
  take(of: string): Turn;
}

/** Disposing: the next one may go on. */
export interface Turn extends Disposable {
  /** Resolves when all before it have gone on or been given up. */
  readonly come: Promise<void>;
}

export function openTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    take(of) {
      const before = last.get(of) ?? Promise.resolve();
      const { promise: gone, resolve } = Promise.withResolvers<void>();
      // One that is given up before its turn does not let the next one past those that still wait.
      const over = before.then(() => gone);
      last.set(of, over);
      void over.then(() => last.get(of) === over && last.delete(of));
      return { come: before, [Symbol.dispose]: resolve };
    },
  };
}
