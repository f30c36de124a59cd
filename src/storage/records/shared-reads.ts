import type { DatabaseSync } from 'node:sqlite';

/**
 * Reads that are asked for in one go share one look at the file: SQLite locks it, and finds out whether it changed,
 * once for each statement outside a transaction, which costs as much as reading a row. `next` is called before every
 * read; from the second one in a go on they stand in a transaction, which ends before anything else has its turn.
 */
export function sharedReads(database: DatabaseSync): { readonly next: () => void } {
  const [begin, end] = [database.prepare('BEGIN'), database.prepare('COMMIT')];
  let count = 0;
  let isOurs = false;
  const over = (): void => {
    count = 0;
    if (isOurs && database.isOpen && database.isTransaction) end.run();
    isOurs = false;
  };
  return {
    next() {
      count += 1;
      if (count === 1) queueMicrotask(over);
      if (count !== 2 || database.isTransaction) return;
      begin.run();
      isOurs = true;
    },
  };
}
