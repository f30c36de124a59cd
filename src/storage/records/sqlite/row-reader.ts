import { DatabaseSync } from 'node:sqlite';
import { pathOfFileUrl } from '../../file-url.ts';
import type { JsonObject } from '../record-store.ts';
import { assertPresent } from './schema.ts';

/** `null`: there is no such row, or one that expires, which only whoever knows the time may read. */
export type GetRow = <Value extends JsonObject>(pk: string, sk: string) => Value | null;

/** Reads rows and waits for them, over a connection of its own: for a thread beside that of the record store. */
export interface RowReader extends Disposable {
  /** Whatever others commit meanwhile, all that is read in one go is of one moment, and of none before the call. */
  atOnce<Result>(read: (get: GetRow) => Result): Result;
}

/** `url`: of an SQLite record store that this process has open. Throws what SQLite throws, and `records_foreign` and the like. */
export function openRowReader(url: string): RowReader {
  const database = new DatabaseSync(pathOfFileUrl(url), { readOnly: true, timeout: 1000 });
  try {
    assertPresent(database, 'Read records beside their store');
  } catch (error) {
    database.close();
    throw error;
  }
  const row = database.prepare('SELECT value FROM whole_records WHERE pk = ? AND sk = ? AND expires_at IS NULL');
  const [begin, end] = [database.prepare('BEGIN'), database.prepare('ROLLBACK')];
  const get: GetRow = <Value extends JsonObject>(pk: string, sk: string) => {
    const found = row.get(pk, sk);
    return found ? (JSON.parse(String(found['value'])) as Value) : null;
  };
  return {
    atOnce(read) {
      begin.run();
      try {
        return read(get);
      } finally {
        // A read that failed has ended it already.
        if (database.isTransaction) end.run();
      }
    },
    [Symbol.dispose]: () => database.close(),
  };
}
