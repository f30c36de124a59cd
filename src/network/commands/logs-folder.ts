import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandErrors } from '../../base/commands/errors.ts';
import { openRecordsFile, type RecordsFile } from './records-file.ts';

export interface LogsFolder extends AsyncDisposable {
  /** To the file of that log, which is begun at its first bytes. */
  write(log: string, bytes: Uint8Array): Promise<void>;
  /** From here on the files stay. */
  keep(): void;
}

/** A new folder for its owner alone, with a file for each log. Throws `output_file_exists`, `output_file_failed`. */
export async function openLogsFolder(path: string, ending: '.log' | '.jsonl'): Promise<LogsFolder> {
  const attempted = `Make the folder “${path}”`;
  await mkdir(path, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST') throw commandErrors('output_file_exists', { attempted, cause });
    throw commandErrors('output_file_failed', { attempted, detail: cause.code ?? cause.message, cause });
  });
  const files = new Map<string, RecordsFile>();
  let isKept = false;
  return {
    async write(log, bytes) {
      let file = files.get(log);
      if (file === undefined) files.set(log, (file = await openRecordsFile(join(path, `${log}${ending}`))));
      await file.write(bytes);
    },
    keep() {
      isKept = true;
      for (const file of files.values()) file.keep();
    },
    async [Symbol.asyncDispose]() {
      for (const file of files.values()) await file[Symbol.asyncDispose]();
      if (!isKept) await rm(path, { recursive: true, force: true });
    },
  };
}
