import type { DatabaseSync } from 'node:sqlite';
import { storageErrors } from '../../errors.ts';

/** Stands in the header of every records file (`PRAGMA application_id`), so that no other program's file is taken for one. */
const APPLICATION_ID = 0x48_46_73_74; // "HFst"

/**
 * Bytes of key and value that surely stay on one page of the table with everything around them: of a row, a page of
 * 4096 bytes keeps at most 1002 (https://sqlite.org/fileformat2.html#b_tree_pages), of which revision, expiry and header
 * take 54.
 */
export const MAX_INSIDE = 940;

type Migration = string | ((database: DatabaseSync) => void);

/**
 * Applied in order, each once, each in a transaction of its own with the number it leads to in `user_version`.
 * Never changed after a release: a change is a new entry.
 */
const MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE records (
     pk TEXT NOT NULL,
     sk TEXT NOT NULL,
     value TEXT NOT NULL,
     revision TEXT NOT NULL,
     expires_at INTEGER,
     PRIMARY KEY (pk, sk)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX records_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;`,
  // Values that do not fit on a page beside their key lie in a table of their own: write-rows.ts says why.
  (database) => {
    database.exec(`CREATE TABLE large_values (id INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT;
      ALTER TABLE records ADD COLUMN large INTEGER;`);
    moveLargeValues(database);
    database.exec(`CREATE TRIGGER records_replaced AFTER UPDATE OF large ON records WHEN OLD.large IS NOT NULL
        BEGIN DELETE FROM large_values WHERE id = OLD.large; END;
      CREATE TRIGGER records_removed AFTER DELETE ON records WHEN OLD.large IS NOT NULL
        BEGIN DELETE FROM large_values WHERE id = OLD.large; END;
      CREATE VIEW whole_records AS
        SELECT pk, sk, revision, expires_at,
          CASE WHEN large IS NULL THEN value
            ELSE coalesce((SELECT kept.value FROM large_values AS kept WHERE kept.id = large), '') END AS value
        FROM records;`);
  },
];

/**
 * One by one, so that each takes the pages that the one before has left: moved all at once, they would double the file and
 * every backup of it, for good.
 */
function moveLargeValues(database: DatabaseSync): void {
  const next = database.prepare(
    `SELECT pk, sk FROM records
     WHERE (pk, sk) > (?, ?) AND length(pk) + length(sk) + octet_length(value) > ${MAX_INSIDE} ORDER BY pk, sk LIMIT 1`,
  );
  const copy = database.prepare('INSERT INTO large_values (value) SELECT value FROM records WHERE pk = ? AND sk = ?');
  const replace = database.prepare("UPDATE records SET value = '', large = ? WHERE pk = ? AND sk = ?");
  let after: readonly [string, string] = ['', ''];
  for (let row = next.get(...after); row; row = next.get(...after)) {
    after = [String(row['pk']), String(row['sk'])];
    const { lastInsertRowid } = copy.run(...after);
    replace.run(lastInsertRowid, ...after);
  }
}

/**
 * Brings a records file to the present schema. Throws `records_foreign`, `records_too_new`; a file of either kind is
 * left as it was. `onStep` is told the version a step starts from.
 */
export function migrate(
  database: DatabaseSync,
  attempted: string,
  migrations: readonly Migration[] = MIGRATIONS,
  onStep?: (from: number) => void,
): void {
  const version = versionOf(database, attempted, migrations);
  for (let from = version; from < migrations.length; from += 1) {
    onStep?.(from);
    database.exec('BEGIN IMMEDIATE');
    try {
      const migration = migrations[from] ?? '';
      if (typeof migration === 'string') database.exec(migration);
      else migration(database);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${from + 1};`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** For a file that is only read. Throws `records_foreign`, `records_too_new`, `records_too_old`. */
export function assertPresent(database: DatabaseSync, attempted: string): void {
  const version = versionOf(database, attempted, MIGRATIONS);
  if (version < MIGRATIONS.length) {
    throw storageErrors('records_too_old', {
      attempted,
      detail: `schema ${version}, this version reads ${MIGRATIONS.length}`,
    });
  }
}

/** 0 for an empty file. */
function versionOf(database: DatabaseSync, attempted: string, migrations: readonly Migration[]): number {
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
  return version;
}

export function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get();
  return Number(row?.[name] ?? 0);
}
