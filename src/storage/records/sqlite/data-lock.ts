import { DatabaseSync } from 'node:sqlite';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { timestamp } from '../../../base/clock.ts';
import type { Clock } from '../../../base/clock.ts';
import { systemClock } from '../../../base/clock.ts';
import { storageErrors } from '../../errors.ts';
import { recordsError, sqliteCode } from './errors.ts';
import { prepareDatabaseFile } from './file.ts';

const BUSY = 5;

/** Held for as long as this process may write to the data folder. Disposing gives it back; so does any end of the process. */
export interface DataLock extends AsyncDisposable {
  readonly path: string;
}

/**
 * Claims a data folder for this process. The claim is a write transaction on `lock.sqlite` that is never finished: the
 * operating system ends it with the process, kill -9 included, so that no stale lock ever has to be removed by hand.
 * Throws `data_in_use` (saying which process has it), `records_denied`, `records_full`.
 */
export async function openDataLock(folder: string, clock: Clock = systemClock): Promise<DataLock> {
  const path = join(resolve(folder), 'lock.sqlite');
  const attempted = `Use the data folder ${resolve(folder)}`;
  await prepareDatabaseFile(path, attempted);
  const database = open(path, attempted);
  try {
    claim(database, path, clock, attempted);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      if (!database.isOpen) return;
      if (database.isTransaction) database.exec('ROLLBACK');
      database.close();
    },
  };
}

function open(path: string, attempted: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw recordsError(error, attempted);
  }
}

function claim(database: DatabaseSync, path: string, clock: Clock, attempted: string): void {
  try {
    // The rollback journal, not WAL: its write lock leaves others able to read who holds it.
    database.exec('BEGIN IMMEDIATE');
    database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since TEXT); DELETE FROM holder;');
    const holder = database.prepare('INSERT INTO holder (pid, host, since) VALUES (?, ?, ?)');
    holder.run(process.pid, hostname(), timestamp(clock()));
    database.exec('COMMIT');
    // Between the two somebody else may get in: then this one hears BUSY, and the other has the folder.
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    if (sqliteCode(error) !== BUSY) throw recordsError(error, attempted);
    throw storageErrors('data_in_use', { attempted, detail: describeHolder(path), cause: error });
  }
}

function describeHolder(path: string): string {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      const row = database.prepare('SELECT pid, host, since FROM holder').get();
      if (row) return `process ${String(row['pid'])} on ${String(row['host'])}, since ${String(row['since'])}`;
    } finally {
      database.close();
    }
  } catch {
    // Only the words of the message depend on it.
  }
  return 'by a process that is just starting';
}
