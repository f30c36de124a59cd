import { existsSync } from 'node:fs';
import { chmod, lstat, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeDurableFolder } from '../../durable-folder.ts';
import { storageErrors } from '../../errors.ts';

/**
 * Makes the file of a database (0600, its folders 0700) when it is missing, and narrows the mode of one that is there.
 * A file that is there is never opened: closing it again would drop the locks that SQLite, in this same process, may
 * hold on it (https://sqlite.org/howtocorrupt.html, 2.2). Its name reaches the disk with the first thing written into it:
 * SQLite syncs the folder for its journal.
 */
export async function prepareDatabaseFile(path: string, attempted: string): Promise<void> {
  try {
    await makeDurableFolder(dirname(path));
    for (const name of [path, `${path}-wal`, `${path}-shm`]) await narrow(name);
    const handle = await open(path, 'wx', 0o600);
    await handle.close();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    const ours = code === 'ENOSPC' || code === 'EDQUOT' ? 'records_full' : 'records_denied';
    throw storageErrors(ours, { attempted, detail: String(code), cause: error });
  }
}

async function narrow(path: string): Promise<void> {
  try {
    const { mode } = await lstat(path);
    if ((mode & 0o077) !== 0) await chmod(path, mode & 0o700);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/**
 * Even a read-only connection leaves a shared-memory file and an empty log behind. Where no log is (the last server
 * closed the file in order), SQLite is told that nothing changes, and leaves nothing.
 */
export function unchanging(path: string): string | URL {
  if (existsSync(`${path}-wal`)) return path;
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return url;
}
