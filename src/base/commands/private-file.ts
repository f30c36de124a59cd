import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { commandErrors } from './errors.ts';

export interface ReservedFile extends AsyncDisposable {
  readonly path: string;
  /** Writes the text and brings it to the disk. */
  write(text: string): Promise<void>;
}

/**
 * Takes a new file (0600) before something is asked for that can be had only once, such as a recovery key: that it
 * cannot be written must be known first. Disposing removes it when nothing was written.
 * Throws `output_file_exists` (it never overwrites), `output_file_failed`.
 */
export async function reservePrivateFile(folder: string, name: string): Promise<ReservedFile> {
  const path = resolve(folder, name);
  const attempted = `Write “${path}”`;
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw commandErrors('output_file_exists', { attempted, cause });
    throw commandErrors('output_file_failed', { attempted, detail: cause.code ?? cause.message, cause });
  });
  let written = false;
  return {
    path,
    async write(text) {
      try {
        await file.writeFile(text);
        await file.sync();
        written = true;
      } catch (cause) {
        const detail = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
        throw commandErrors('output_file_failed', { attempted, detail, cause });
      }
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      if (!written) await rm(path, { force: true });
    },
  };
}
