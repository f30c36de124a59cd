import type { DatabaseSync } from 'node:sqlite';
import type { RecordKey } from '../move-records.ts';
import { MAX_INSIDE } from './schema.ts';

export interface RowToWrite extends RecordKey {
  /** The value as JSON. */
  readonly json: string;
  readonly revision: string;
  readonly expiresAtMs: number | undefined;
}

export interface RowWriter {
  /** Over what is there. */
  put(row: RowToWrite): void;
  /** Throws {@link isTaken} when it is there, expired or not. */
  add(row: RowToWrite): void;
  remove(key: RecordKey): void;
}

/**
 * Writes rows, large values beside the table: SQLite looks for a key in it by comparing whole rows, and would read each
 * large one on its way with all of its pages. Whatever replaces or removes a row removes its large value too, by triggers.
 */
export function rowWriter(database: DatabaseSync): RowWriter {
  const insert = 'INSERT INTO records (pk, sk, value, revision, expires_at, large) VALUES (?, ?, ?, ?, ?, ?)';
  const add = database.prepare(insert);
  const put = database.prepare(
    `${insert} ON CONFLICT (pk, sk) DO UPDATE SET value = excluded.value, revision = excluded.revision,
       expires_at = excluded.expires_at, large = excluded.large`,
  );
  const putLarge = database.prepare('INSERT INTO large_values (value) VALUES (?)');
  const remove = database.prepare('DELETE FROM records WHERE pk = ? AND sk = ?');
  const write = (statement: typeof put, { pk, sk, json, revision, expiresAtMs }: RowToWrite): void => {
    const isLarge = pk.length + sk.length + Buffer.byteLength(json) > MAX_INSIDE;
    const large = isLarge ? putLarge.run(json).lastInsertRowid : null;
    statement.run(pk, sk, isLarge ? '' : json, revision, expiresAtMs ?? null, large);
  };
  return {
    put: (row) => write(put, row),
    add: (row) => write(add, row),
    remove({ pk, sk }) {
      remove.run(pk, sk);
    },
  };
}

/** SQLITE_CONSTRAINT_PRIMARYKEY, https://sqlite.org/rescode.html */
const TAKEN = 1555;

export const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === TAKEN;
