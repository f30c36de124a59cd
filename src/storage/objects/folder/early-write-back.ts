import type { FileHandle } from 'node:fs/promises';

/** So much is on the disk in some hundredths of a second, and asking for it costs nothing beside. */
const EVERY_BYTES = 32 * 2 ** 20;

/** Has the system begin to bring a file to the disk while the rest of it is still being written. */
export interface EarlyWriteBack {
  /** To be told of all that was written. Does not wait; throws what the disk refused of what was written before. */
  wrote(bytes: number): void;
  /** Resolves once nothing is under way, so that the file may be closed. Throws what the disk refused. */
  end(): Promise<void>;
}

/** One at a time for all files: each takes one of the few threads that all files are read and written by. */
let isUnderWay = false;

/**
 * The system keeps in memory what is written until somebody asks for it to be on the disk, and who asks at the end of a large file
 * waits for all of it. So for every 32 MiB it is asked while more is written. Nothing relies on that: the fsync at the end is made
 * all the same, and has less left to do.
 *
 * The system tells of a fault of the disk once for each opened file: where an early call was told, the fsync at the end is not told again.
 * So what the early call was told is handed on.
 */
export function writeBackEarly(handle: FileHandle): EarlyWriteBack {
  let waiting = 0;
  let running = Promise.resolve();
  let refused: { readonly error: unknown } | undefined;
  const throwIfRefused = (): void => {
    if (refused) throw refused.error;
  };
  const begin = async (): Promise<void> => {
    isUnderWay = true;
    try {
      await handle.datasync();
    } catch (error) {
      refused = { error };
    } finally {
      isUnderWay = false;
    }
  };
  return {
    wrote(bytes) {
      throwIfRefused();
      waiting += bytes;
      if (isUnderWay || waiting < EVERY_BYTES) return;
      waiting = 0;
      running = begin();
    },
    async end() {
      await running;
      throwIfRefused();
    },
  };
}
