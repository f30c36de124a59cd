import { open, rm } from 'node:fs/promises';
import { commandErrors } from '../../base/commands/errors.ts';

export interface RecordsFile extends AsyncDisposable {
  /** Done when the bytes may be used for something else. */
  write(bytes: Uint8Array): Promise<void>;
  /** From here on the file stays. */
  keep(): void;
}

/** A new file for its owner alone: who talks to whom is nobody else's business. Throws `output_file_exists`, `output_file_failed`. */
export async function openRecordsFile(path: string): Promise<RecordsFile> {
  const attempted = `Write “${path}”`;
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw commandErrors('output_file_exists', { attempted, cause });
    throw commandErrors('output_file_failed', { attempted, detail: cause.code ?? cause.message, cause });
  });
  let isKept = false;
  return {
    async write(bytes) {
      try {
        await file.writeFile(bytes);
      } catch (cause) {
        const detail = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
        throw commandErrors('output_file_failed', { attempted, detail, cause });
      }
    },
    keep() {
      isKept = true;
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      if (!isKept) await rm(path, { force: true });
    },
  };
}
