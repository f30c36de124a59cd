import type { DatabaseSync } from 'node:sqlite';
import { HoldfastError } from '../../../base/errors.ts';
import { whenLoopRests } from '../../../base/timing/loop-at-rest.ts';

/**
 * Rows in one COMMIT: enough to share one fsync among hundreds who wait, few enough to hold the event loop up for some
 * milliseconds only.
 */
const MAX_BATCH_ROWS = 1000;

export interface GroupCommit<Transaction> {
  /** Resolves when the transaction is on the disk. */
  run(transaction: Transaction): Promise<void>;
  /** Resolves when nothing is waiting any more. */
  settled(): Promise<void>;
}

interface Waiting<Transaction> {
  readonly transaction: Transaction;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface Applying<Transaction> {
  /**
   * Checks before it writes: what it refuses (a HoldfastError) has left no trace. `isSure`: it may take for granted what it
   * finds out while it writes.
   */
  readonly apply: (transaction: Transaction, isSure: boolean) => void;
  /** Of an error of `apply`: what it took for granted was not so. */
  readonly wasUnsure: (error: unknown) => boolean;
  /** How many rows a transaction touches, 1 or more. */
  readonly rowsOf: (transaction: Transaction) => number;
  /** The database has to be in no transaction now. */
  readonly beginning: () => void;
  /** The file is locked: until it ends, nobody else writes. */
  readonly began: () => void;
  /** All that was applied since is on the disk. */
  readonly committed: () => void;
  /** So long, in ms, a transaction waits for others while the event loop is busy, which may be on its way to them. */
  readonly gatherMs: number;
}

/**
 * Transactions that arrive before the event loop has nothing else to do share one COMMIT, hence one fsync; everyone hears
 * of it only after that. When one took for granted what was not so, the batch is rolled back and run again with everything checked first.
 * When anything else fails, the whole batch is rolled back and each transaction is run on its own, so that none pays
 * for another.
 */
export function groupCommit<Transaction>(
  database: DatabaseSync,
  { apply, wasUnsure, rowsOf, beginning, began, committed, gatherMs }: Applying<Transaction>,
): GroupCommit<Transaction> {
  const [begin, end] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')];
  let waiting: Waiting<Transaction>[] = [];
  let scheduled = false;
  const idle: (() => void)[] = [];

  const commit = (batch: readonly Waiting<Transaction>[], isSure = true): void => {
    const refused = new Map<Waiting<Transaction>, HoldfastError>();
    try {
      beginning();
      begin.run();
      began();
      for (const entry of batch) {
        try {
          apply(entry.transaction, isSure);
        } catch (error) {
          if (!(error instanceof HoldfastError)) throw error;
          refused.set(entry, error);
        }
      }
      end.run();
      committed();
    } catch (error) {
      // A full disk or a failed read has ended the transaction already.
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
      const [first] = batch;
      if (isSure && wasUnsure(error)) commit(batch, false);
      else if (batch.length === 1) first?.reject(error);
      else for (const entry of batch) commit([entry]);
      return;
    }
    for (const entry of batch) {
      const error = refused.get(entry);
      if (error) entry.reject(error);
      else entry.resolve();
    }
  };

  const flush = (): void => {
    let count = 0;
    for (let rows = 0; count < waiting.length; count += 1) {
      const entry = waiting[count] as Waiting<Transaction>;
      rows += rowsOf(entry.transaction);
      if (count > 0 && rows > MAX_BATCH_ROWS) break;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    scheduled = waiting.length > 0;
    if (scheduled) setImmediate(flush);
    try {
      commit(batch);
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
    if (!scheduled) for (const resolve of idle.splice(0)) resolve();
  };

  return {
    run(transaction) {
      return new Promise((resolve, reject) => {
        waiting.push({ transaction, resolve, reject });
        if (scheduled) return;
        scheduled = true;
        whenLoopRests(gatherMs, flush);
      });
    },
    async settled() {
      if (!scheduled) return;
      await new Promise<void>((resolve) => void idle.push(resolve));
    },
  };
}
