import type { DatabaseSync } from 'node:sqlite';

/**
 * One transaction for all that is read in a turn of the event loop: the file is locked, and looked at for what others have written, once
 * and not for each row. What is written needs one of its own, and ends this one first.
 */
export interface ReadTurn {
  /** Before something is read; it ends with the turn. */
  begin(): void;
  /** Before something is written, and before the file is closed. */
  end(): void;
}

export function readTurn(database: DatabaseSync): ReadTurn {
  // Nothing was written, and unlike a COMMIT it cannot be refused.
  const [begin, rollBack] = [database.prepare('BEGIN'), database.prepare('ROLLBACK')];
  let isOpen = false;
  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    // A read that failed has ended it already, or the store was closed meanwhile.
    if (database.isOpen && database.isTransaction) rollBack.run();
  };
  return {
    begin() {
      if (isOpen) return;
      begin.run();
      isOpen = true;
      setImmediate(end);
    },
    end,
  };
}
