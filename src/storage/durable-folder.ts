import { constants } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** fsync of a folder, so that names in it survive a power cut. Windows has no such thing: NTFS journals names on its own. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder (0700) with those above it and brings every new name to the disk. Throws what the system says. */
export async function makeDurableFolder(folder: string): Promise<void> {
  if (!(await makeFolder(folder))) return;
  await syncFolder(dirname(folder));
}

/**
 * `false`: it was there. By hand, because in a folder that takes no others (/proc) a recursive mkdir of Node's tries for
 * ever: there the new folder and the one above it are said to be missing and to be there, in turns.
 */
async function makeFolder(folder: string, isAgain = false): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && (await isMissing(dirname(folder)))) {
      await makeDurableFolder(dirname(folder));
      return await makeFolder(folder);
    }
    // Somebody else made the one above it in this moment.
    if (code === 'ENOENT' && !isAgain) return await makeFolder(folder, true);
    if (code !== 'ENOENT' && (await isFolder(folder))) return false;
    throw error;
  }
}

async function isMissing(path: string): Promise<boolean> {
  return await stat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
}

/** A folder that is there may be in a place where nothing can be made: EROFS and EACCES say so first. */
async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
