import { once } from 'node:events';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { newId } from '../../../base/ids.ts';
import { syncFolder } from '../../durable-folder.ts';
import { storageErrors } from '../../errors.ts';
import { recordsError } from './errors.ts';

/** Pages copied before others get their turn: about 4 MB. */
const PAGES_PER_STEP = 1000;

/** The built product has `copy-check-worker.js` beside this code, a checkout `copy-check-worker.ts`. */
const WORKER_FILE = new URL(`./copy-check-worker${extname(import.meta.url)}`, import.meta.url);

/** Copies an open database to `path`, whole, read through and right, or not at all, replacing what is there. */
export async function backupDatabase(database: DatabaseSync, path: string, attempted: string): Promise<void> {
  const temporary = `${path}.${newId()}.tmp`;
  try {
    const placeholder = await open(temporary, 'wx', 0o600);
    await placeholder.close();
    using snapshot = openSnapshot(database);
    await backup(snapshot, temporary, { rate: PAGES_PER_STEP });
    await chmod(temporary, 0o600);
    const damage = await damageInCopy(temporary);
    if (damage.length > 0) throw storageErrors('records_damaged', { attempted, detail: damage.join('; ') });
    // SQLite has brought the copy to the disk with the last of its pages (test/faults/sync-mutants.test.ts looks).
    await rename(temporary, path);
    await syncFolder(dirname(resolve(path)));
  } catch (error) {
    for (const name of [temporary, `${temporary}-journal`]) await rm(name, { force: true }).catch(() => undefined);
    throw backupError(error, attempted);
  }
}

/**
 * A connection of its own that sees the database as it is now. Node copies pages on another thread: on the connection
 * that goes on writing, a step sometimes fails without a reason, and without a snapshot every write by another one
 * would start the copy anew.
 */
function openSnapshot(database: DatabaseSync): DatabaseSync {
  const location = database.location();
  if (location === null) throw new TypeError('A database in memory has no file to copy');
  const snapshot = new DatabaseSync(location, { readOnly: true });
  try {
    snapshot.exec('BEGIN');
    snapshot.prepare('SELECT count(*) FROM sqlite_schema').get();
    return snapshot;
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

/** What is wrong with it. A copy of a damaged page is a copy like any other, until somebody needs it. */
async function damageInCopy(path: string): Promise<readonly string[]> {
  const worker = new Worker(WORKER_FILE, { env: {}, workerData: path, stdin: false });
  const ended = once(worker, 'exit');
  // Told by the first of the two that it concerns.
  ended.catch(() => undefined);
  const [damage] = (await Promise.race([once(worker, 'message'), ended])) as [readonly string[] | number];
  if (typeof damage === 'number') throw new Error(`The thread that looks through a copy ended with ${damage}`);
  await ended;
  return damage;
}

function backupError(error: unknown, attempted: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return storageErrors('records_full', { attempted, cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT') {
    return storageErrors('records_denied', { attempted, detail: code, cause: error });
  }
  return recordsError(error, attempted);
}
