import { commandErrors } from '../../base/commands/errors.ts';
import type { HoldfastError } from '../../base/errors.ts';

/** The exit code that shells use for a program ended by Ctrl-C (128 + SIGINT). */
export const INTERRUPTED = 130;
/** 128 + SIGPIPE: whoever read our output has left. */
export const READER_LEFT = 141;

/** The first Ctrl-C or SIGTERM asks everything to stop and clean up; a second one does not wait for it. */
export function listenForSignals(abort: AbortController): Disposable {
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(INTERRUPTED);
    abort.abort(commandErrors('interrupted'));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    },
  };
}

/** Whether what was printed has arrived. */
export interface OutputWatch {
  /** `READER_LEFT`, the error to show, or `null` while all is well. */
  failure(): typeof READER_LEFT | HoldfastError | null;
  /** Resolves when all that was printed is with the system, or with false when it never will be: see {@link failure}. */
  written(): Promise<boolean>;
}

/**
 * `holdfast cat big | head`: when the reader has what it wants there is nothing left to do, and no error. The streams
 * are watched until the process ends: they tell of a failed write only later, and an error nobody hears ends in a crash.
 */
export function watchOutput(abort: AbortController): OutputWatch {
  let failure: ReturnType<OutputWatch['failure']> = null;
  const { stdout, stderr } = process;
  stdout.on('error', (cause: NodeJS.ErrnoException) => {
    failure ??=
      cause.code === 'EPIPE' ? READER_LEFT : commandErrors('output_lost', { detail: cause.code ?? '', cause });
    process.exitCode = failure === READER_LEFT ? READER_LEFT : 3;
    abort.abort(failure);
  });
  // There is nowhere left to tell it; the work itself goes on.
  stderr.on('error', () => undefined);
  return {
    failure: () => failure,
    async written() {
      await new Promise<void>((resolve) => {
        stdout.once('error', () => resolve());
        // Told in order: when this one comes through, so did all before it.
        stdout.write('', (error) => {
          if (!error) resolve();
        });
      });
      return failure === null;
    },
  };
}
