import { DatabaseSync } from 'node:sqlite';
import { resolve } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { pathOfFileUrl } from '../../file-url.ts';
import { storageSettings } from '../../settings.ts';
import { withRecordsErrors } from './errors.ts';
import { prepareDatabaseFile, unchanging } from './file.ts';
import { assertPresent, migrate } from './schema.ts';
import { SqliteRecords } from './store.ts';
import type { SqliteRecordStore } from './store.ts';

export type SqliteRecordStoreOptions = ({ readonly path: string } | { readonly url: string }) & {
  readonly clock: Clock;
  readonly log: Log;
  /** How long a write waits for another program that uses the file, in ms; see the setting of this name. */
  readonly recordsBusyTimeoutMs?: number;
  /** The file must be there and of the present schema, is read as it is, and every write fails with `records_denied`. Default false. */
  readonly readOnly?: boolean;
};

/**
 * Records in one SQLite file. Made with its folder when missing. Throws `records_too_new`, `records_too_old`,
 * `records_foreign`, `records_damaged`, `records_denied`, `records_full`, `records_unavailable`, `store_url_invalid`.
 */
export async function openSqliteRecordStore(options: SqliteRecordStoreOptions): Promise<SqliteRecordStore> {
  const path = resolve('path' in options ? options.path : pathOfFileUrl(options.url));
  const attempted = `Open the records in ${path}`;
  const readOnly = options.readOnly ?? false;
  if (!readOnly) await prepareDatabaseFile(path, attempted);
  const timeout = options.recordsBusyTimeoutMs ?? storageSettings.recordsBusyTimeoutMs.default;
  const database = openDatabase(path, { timeout, readOnly }, options.log, attempted);
  return withRecordsErrors(attempted, () => new SqliteRecords(database, path, options.clock, options.log));
}

/** FULL: a commit is on the disk when it returns. NORMAL could lose the last ones in a power cut. */
const LOGGED = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;';

/** Opens a records file of the present schema, set up so that a commit is on the disk when it returns. */
export function openDatabase(
  path: string,
  { timeout, readOnly }: { readonly timeout: number; readonly readOnly: boolean },
  log: Log,
  attempted: string,
): DatabaseSync {
  return withRecordsErrors(attempted, () => {
    const database = new DatabaseSync(readOnly ? unchanging(path) : path, {
      timeout,
      readOnly,
      enableForeignKeyConstraints: false,
    });
    try {
      // First the look at whose file it is: switching another program's file to WAL would already change it. An empty one
      // is nobody's, and its first transaction then goes into the log, with a third of the syncs.
      const isNew = !readOnly && isEmpty(database);
      if (isNew) database.exec(LOGGED);
      if (readOnly) {
        assertPresent(database, attempted);
        return database;
      }
      migrate(database, attempted, undefined, (from) => {
        if (!isNew) log.info({ from }, 'Bringing the records to a newer schema');
      });
      database.exec(LOGGED);
      // 16 MiB of log between two checkpoints, each of which syncs twice and writes in many places.
      database.exec('PRAGMA wal_autocheckpoint = 4000;');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('PRAGMA page_count').get()?.['page_count'] === 0;
}
