import { commandErrors } from '../base/command-errors.ts';

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

/** `holdfast cat big | head`: when the reader has what it wants there is nothing left to do, and no error. */
export function endWithReader(abort: AbortController): Disposable {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') abort.abort(READER_LEFT);
    else abort.abort(error);
  };
  process.stdout.on('error', onError);
  return {
    [Symbol.dispose]() {
      process.stdout.off('error', onError);
    },
  };
}
