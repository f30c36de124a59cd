/** Does something again and again, never twice at once. Disposing waits for the running one. */
export function repeat(everyMs: number, act: () => Promise<void>): AsyncDisposable {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = act().finally(() => {
        if (!stopped) schedule();
      });
    }, everyMs);
    // What waits for the next turn holds up no exit.
    timer.unref();
  };
  schedule();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
