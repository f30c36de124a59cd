import type { TestContext } from 'node:test';
import { DatabaseSync } from 'node:sqlite';

type Exec = (this: DatabaseSync, sql: string) => void;

/** As on a disk that has no more: nothing is added to a file opened from now on beyond its page number `pages`. Call it to have room again. */
export function fullDisk(context: TestContext, pages: number): () => void {
  const place = DatabaseSync.prototype;
  const { value: exec } = Object.getOwnPropertyDescriptor(place, 'exec') as { readonly value: Exec };
  const restore = (): void => {
    place.exec = exec;
  };
  context.after(restore);
  place.exec = function execFull(sql: string) {
    exec.call(this, sql);
    if (sql.includes('journal_mode')) exec.call(this, `PRAGMA max_page_count = ${pages}`);
  };
  return restore;
}
