export interface BodyHooks {
  readonly piece?: (bytes: Uint8Array) => void;
  /** Once, however it ends: read to the end, left early, failed, or given up by the signal before it began. */
  readonly end: (error?: unknown) => void;
}

/** The body of a get with somebody watching it go by. Keeps the promise of the port that an unread body can be let go. */
export function watchedBody(
  body: AsyncIterable<Uint8Array>,
  hooks: BodyHooks,
  signal?: AbortSignal,
): AsyncIterableIterator<Uint8Array> {
  const inner = body[Symbol.asyncIterator]();
  let ended = false;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    hooks.end(error);
  };
  const onAbort = (): void => end(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        const step = await inner.next();
        if (step.done) end();
        else hooks.piece?.(step.value);
        return step;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async return() {
      try {
        return (await inner.return?.()) ?? { done: true, value: undefined };
      } finally {
        end();
      }
    },
  };
}
