import { readFileSync, writeFileSync } from 'node:fs';
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
const STARTING = 'by a process that is just starting';

/** Held for as long as this process may write to the data folder. Disposing gives it back; so does any end of the process. */
export interface DataLock extends AsyncDisposable {
  readonly path: string;
}

/**
 * Claims a data folder for this process. The claim is a write transaction on `lock.sqlite` that is never finished: the
 * operating system ends it with the process, kill -9 included, so that no stale lock ever has to be removed by hand.
 * Nothing is ever written into it, so that a start does not wait for the disk; who has it stands in a file beside it.
 * Throws `data_in_use` (saying which process has it), `records_denied`, `records_full`.
 */
export async function openDataLock(folder: string, clock: Clock = systemClock): Promise<DataLock> {
  const path = join(resolve(folder), 'lock.sqlite');
  const attempted = `Use the data folder ${resolve(folder)}`;
  await prepareDatabaseFile(path, attempted);
  const database = open(path, attempted);
  try {
    claim(database, path, attempted);
    writeHolder(path, clock);
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

function claim(database: DatabaseSync, path: string, attempted: string): void {
  try {
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    if (sqliteCode(error) !== BUSY) throw recordsError(error, attempted);
    throw storageErrors('data_in_use', { attempted, detail: describeHolder(path), cause: error });
  }
}

const holderFile = (path: string): string => path.replace(/\.sqlite$/, '.holder');

/** Only the words of a message depend on it, so it is not synced. */
function writeHolder(path: string, clock: Clock): void {
  try {
    const text = `process ${process.pid} on ${hostname()}, since ${timestamp(clock())}`;
    writeFileSync(holderFile(path), text, { mode: 0o600 });
  } catch {
    // Whoever is refused hears less, and nothing else.
  }
}

function describeHolder(path: string): string {
  try {
    return /^process \d+ on \S+, since \S+$/.exec(readFileSync(holderFile(path), 'utf8'))?.[0] ?? STARTING;
  } catch {
    return STARTING;
  }
}
