import { chmod, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { backup } from 'node:sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { newId } from '../../base/ids.ts';
import { syncFolder } from '../durable-folder.ts';
import { storageErrors } from '../errors.ts';
import { recordsError } from './sqlite-errors.ts';

/** Pages copied before others get their turn: about 4 MB. */
const PAGES_PER_STEP = 1000;

/** Copies an open database to `path`, whole or not at all, replacing what is there. */
export async function backupDatabase(database: DatabaseSync, path: string, attempted: string): Promise<void> {
  const temporary = `${path}.${newId()}.tmp`;
  try {
    const placeholder = await open(temporary, 'wx', 0o600);
    await placeholder.close();
    await backup(database, temporary, { rate: PAGES_PER_STEP });
    await chmod(temporary, 0o600);
    const copy = await open(temporary, 'r+');
    try {
      await copy.sync();
    } finally {
      await copy.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(resolve(path)));
  } catch (error) {
    for (const name of [temporary, `${temporary}-journal`]) await rm(name, { force: true }).catch(() => undefined);
    throw backupError(error, attempted);
  }
}

function backupError(error: unknown, attempted: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return storageErrors('records_full', { attempted, cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT') {
    return storageErrors('records_denied', { attempted, detail: code, cause: error });
  }
  return recordsError(error, attempted);
}
