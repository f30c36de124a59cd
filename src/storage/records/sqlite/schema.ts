import type { DatabaseSync } from 'node:sqlite';
import { storageErrors } from '../../errors.ts';

/** Stands in the header of every records file (`PRAGMA application_id`), so that no other program's file is taken for one. */
const APPLICATION_ID = 0x48_46_73_74; // "HFst"

/**
 * Applied in order, each once, each in a transaction of its own with the number it leads to in `user_version`.
 * Never changed after a release: a change is a new entry.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE records (
     pk TEXT NOT NULL,
     sk TEXT NOT NULL,
     value TEXT NOT NULL,
     revision TEXT NOT NULL,
     expires_at INTEGER,
     PRIMARY KEY (pk, sk)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;`,
];

/**
 * Brings a records file to the present schema. Throws `records_foreign`, `records_too_new`; a file of either kind is
 * left as it was. `onStep` is told the version a step starts from.
 */
export function migrate(
  database: DatabaseSync,
  attempted: string,
  migrations: readonly string[] = MIGRATIONS,
  onStep?: (from: number) => void,
): void {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get();
  const fresh = version === 0 && application === 0 && tables?.['count'] === 0;
  if (!fresh && application !== APPLICATION_ID) throw storageErrors('records_foreign', { attempted });
  if (version > migrations.length) {
    throw storageErrors('records_too_new', {
      attempted,
      detail: `schema ${version}, this version knows ${migrations.length}`,
    });
  }
  for (let from = version; from < migrations.length; from += 1) {
    onStep?.(from);
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migrations[from] ?? '');
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${from + 1};`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

export function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
}
