import type { BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ageErrors } from './errors.ts';

/** Four chunks: fewer steps through the iterators that follow. */
const READ_BYTES = 256 * 1024;

/** Something with a path that was opened for reading. */
export interface InputFile extends AsyncDisposable {
  readonly path: string;
  readonly handle: FileHandle;
  /** `null` for a pipe or a device: it has no size, and can be read in order only. */
  readonly bytes: number | null;
  /** All of it, or what is left from `start` on; a regular file any number of times. Throws `age_input_unreadable`, `age_input_changed`. */
  stream(start?: number): AsyncIterable<Uint8Array>;
  /** Throws `age_input_changed` when somebody has written to the file since it was opened. */
  assertUnchanged(): Promise<void>;
}

/** Throws `age_input_unreadable`. */
export async function openInputFile(path: string): Promise<InputFile> {
  const handle = await open(path).catch((cause: Error) => {
    throw inputUnreadable(path, cause);
  });
  const opened = await handle.stat({ bigint: true });
  const assertUnchanged = async (): Promise<void> => {
    // The files of /proc have no size, and a new time whenever somebody looks.
    if (!opened.isFile() || opened.size === 0n) return;
    if (!isSame(opened, await handle.stat({ bigint: true }))) throw inputChanged(path);
  };
  return {
    path,
    handle,
    bytes: opened.isFile() ? Number(opened.size) : null,
    async *stream(start = 0) {
      for (let at = start; ;) {
        const piece = Buffer.allocUnsafeSlow(READ_BYTES);
        // Pipes and devices know no place to read at.
        const place = opened.isFile() ? at : null;
        const { bytesRead } = await handle.read(piece, 0, READ_BYTES, place).catch((cause: Error) => {
          throw inputUnreadable(path, cause);
        });
        if (bytesRead === 0) break;
        yield piece.subarray(0, bytesRead);
        at += bytesRead;
      }
      await assertUnchanged();
    },
    assertUnchanged,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}

export function inputChanged(path: string): Error {
  return ageErrors('age_input_changed', { attempted: `Read “${path}”` });
}

export function inputUnreadable(path: string, cause: Error): Error {
  return ageErrors('age_input_unreadable', { attempted: `Read “${path}”`, detail: cause.message, cause });
}
