import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { Log } from '../../../base/log.ts';
import { storageErrors } from '../../errors.ts';
import type { ExpirySweeper } from '../expiry-sweep.ts';
import { groupCommit } from './group-commit.ts';
import type { MovableRecords, RecordKey } from '../move-records.ts';
import { assertRecordKey, MAX_PAGE_BYTES, prepareTransaction, resolveQuery } from '../record-rules.ts';
import type { PreparedOperation } from '../record-rules.ts';
import type {
  JsonObject,
  QueryOptions,
  RecordItem,
  RecordOperation,
  RecordPage,
  RecordStore,
} from '../record-store.ts';
import { PageCache } from './page-cache.ts';
import { readTurn } from './read-turn.ts';
import { RowCache } from './row-cache.ts';
import { backupDatabase } from './backup.ts';
import { recordsError, withRecordsErrors } from './errors.ts';
import { damageIn } from './integrity.ts';
import { isTaken, type RowWriter, rowWriter } from './write-rows.ts';

/** What the SQLite store can do beyond the port. */
export interface SqliteRecordStore extends MovableRecords, ExpirySweeper {
  /**
   * Writes a consistent copy of the whole store to a new file (0600), durably, while the store is in use. The copy is
   * a records file itself, and was read through. An existing file is replaced in one step. Throws `records_damaged` where
   * the copy is, as then the store is.
   */
  backup(path: string): Promise<void>;
  /**
   * Ends every lease. Only for the one program that may use the file, before it asks for leases itself: whoever had
   * them is dead, and would be waited for otherwise.
   */
  endLeases(): Promise<void>;
  /** Reads the whole file and returns what is wrong with it, mostly in SQLite's words; empty when all is well. Takes seconds per GB. */
  check(): Promise<readonly string[]>;
}

/**
 * A commit of four transactions costs little more than one of two, since they write the same pages; and what the event loop is busy with
 * would wait for it.
 */
const GATHER_MS = 2;
/** Records read in one go when all are. */
const PAGE = 500;

interface Row {
  readonly sk: string;
  readonly value: string;
  readonly revision: string;
  readonly expires_at: number | null;
}

/** The store over an open database of the present schema, which it owns from here on. */
export class SqliteRecords implements SqliteRecordStore {
  readonly properties;
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #transactions;
  readonly #reading;
  readonly #get: StatementSync;
  readonly #revisionOf: StatementSync;
  readonly #dataVersion: StatementSync;
  readonly #forward: StatementSync;
  readonly #backward: StatementSync;
  readonly #rows: RowWriter;
  readonly #removeExpired: StatementSync;
  readonly #all: StatementSync;
  readonly #cache = new RowCache();
  readonly #pages = new PageCache();
  /** What SQLite counts up when another connection has written; asked once in a turn of the event loop. */
  #seenDataVersion: unknown;
  #isCacheChecked = false;
  #closed = false;

  constructor(database: DatabaseSync, path: string, clock: Clock, log: Log) {
    this.properties = { url: pathToFileURL(path).href, backup: true };
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
    this.#reading = readTurn(database);
    this.#transactions = groupCommit<PreparedOperation[]>(database, {
      apply: (operations, isSure) => this.#apply(operations, isSure),
      wasUnsure: isTaken,
      rowsOf: (operations) => operations.length,
      beginning: () => this.#reading.end(),
      began: () => {
        this.#checkCache();
        this.#cache.begin();
      },
      committed: () => this.#cache.commit(),
      gatherMs: GATHER_MS,
    });
    const live = '(expires_at IS NULL OR expires_at > ?)';
    const columns = 'sk, value, revision, expires_at';
    const range = `SELECT ${columns} FROM whole_records WHERE pk = ? AND sk >= ? AND sk < ? AND ${live} ORDER BY sk`;
    this.#get = database.prepare(`SELECT ${columns} FROM whole_records WHERE pk = ? AND sk = ? AND ${live}`);
    this.#revisionOf = database.prepare(`SELECT revision FROM records WHERE pk = ? AND sk = ? AND ${live}`);
    this.#dataVersion = database.prepare('PRAGMA data_version');
    // Of a bare `LIMIT ?` SQLite looks at the number while it plans, and plans anew each time one is bound: seven times as long as a
    // short list takes.
    this.#forward = database.prepare(`${range} LIMIT +?`);
    this.#backward = database.prepare(`${range} DESC LIMIT +?`);
    this.#rows = rowWriter(database);
    this.#all = database.prepare(
      `SELECT pk, ${columns} FROM whole_records WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ${PAGE}`,
    );
    this.#removeExpired = database.prepare(
      `DELETE FROM records WHERE (pk, sk) IN
         (SELECT pk, sk FROM records WHERE expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT +?)`,
    );
  }

  async get<Value extends JsonObject>(pk: string, sk: string): Promise<RecordItem<Value> | null> {
    const attempted = 'Read a record';
    // What is cached stands under a key that was checked before.
    const cached = this.#cached(pk, sk, attempted);
    if (cached && (cached.expiresAtMs ?? Infinity) > this.#clock()) return cached as RecordItem<Value>;
    assertRecordKey(pk, sk, attempted);
    return this.#run(attempted, () => {
      if (this.#cache.isAbsent(pk, sk)) return null;
      this.#reading.begin();
      const row = this.#get.get(pk, sk, this.#clock()) as Row | undefined;
      if (!row) {
        this.#cache.noteAbsent(pk, sk);
        return null;
      }
      const item = itemOf<Value>(pk, row, attempted);
      this.#cache.noteRead(item, row.value.length);
      return item;
    });
  }

  /** Own writes keep it up to date. Nobody else should write, but people do mend things with other programs. */
  #cached(pk: string, sk: string, attempted: string): RecordItem | undefined {
    this.#assertOpen(attempted);
    if (!this.#isCacheChecked) withRecordsErrors(attempted, () => this.#checkCacheOnce());
    return this.#cache.get(pk, sk);
  }

  #checkCacheOnce(): void {
    if (this.#isCacheChecked) return;
    this.#checkCache();
    this.#isCacheChecked = true;
    setImmediate(() => (this.#isCacheChecked = false));
  }

  #checkCache(): void {
    const version = this.#dataVersion.get()?.['data_version'];
    if (version !== this.#seenDataVersion) this.#clearCache();
    this.#seenDataVersion = version;
  }

  #clearCache(): void {
    this.#cache.clear();
    this.#pages.clear();
  }

  async query<Value extends JsonObject>(pk: string, options: QueryOptions = {}): Promise<RecordPage<Value>> {
    const attempted = 'Read records';
    const { low, high, limit } = resolveQuery(pk, options, attempted);
    const statement = options.reverse ? this.#backward : this.#forward;
    const asked = `${low}\n${high}\n${limit}\n${options.reverse === true}`;
    return this.#run(attempted, () => {
      this.#checkCacheOnce();
      const cached = this.#pages.get(pk, asked);
      if (cached) return { items: [...cached] as RecordItem<Value>[] };
      const items: RecordItem<Value>[] = [];
      let bytes = 0;
      this.#reading.begin();
      // One more than asked for tells whether there is a next page.
      for (const found of statement.iterate(pk, low, high, this.#clock(), limit + 1)) {
        const row = found as unknown as Row;
        bytes += row.value.length;
        const last = items.at(-1);
        if (last && (items.length === limit || bytes > MAX_PAGE_BYTES)) return { items, next: last.sk };
        items.push(itemOf<Value>(pk, row, attempted));
      }
      this.#pages.keep(pk, asked, items, bytes);
      return { items };
    });
  }

  async transact(operations: Parameters<RecordStore['transact']>[0]): Promise<void> {
    const attempted = 'Write records';
    const prepared = prepareTransaction(operations, attempted);
    this.#assertOpen(attempted);
    try {
      await this.#transactions.run(prepared);
    } catch (error) {
      throw recordsError(error, attempted);
    }
  }

  /**
   * Inside an open transaction: checks every condition before it writes anything, so that a conflict leaves no trace. That a
   * row is new is nearly always so; `isSure`: it is taken for granted, and where it is not so, the insert fails.
   */
  #apply(operations: readonly PreparedOperation[], isSure: boolean): void {
    const now = this.#clock();
    const holds = ({ operation }: PreparedOperation): boolean => this.#holds(operation, now);
    if (!operations.every((each) => (isSure && isAdded(each.operation)) || holds(each))) {
      // The first of all is named, and may be one that was taken for granted.
      const index = operations.findIndex((each) => !holds(each));
      throw storageErrors('record_conflict', { attempted: 'Write records', extra: { index } });
    }
    const revision = newId();
    for (const { operation, json } of operations) {
      const { op, pk, sk } = operation;
      if (op !== 'check') this.#pages.drop(pk);
      if (op === 'delete') {
        this.#cache.remove(pk, sk);
        this.#rows.remove({ pk, sk });
      }
      if (op !== 'put') continue;
      const { expiresAtMs } = operation;
      const row = { pk, sk, json, revision, expiresAtMs };
      this.#cache.write({ pk, sk, revision, ...(expiresAtMs === undefined ? {} : { expiresAtMs }) }, json);
      if (isSure && isAdded(operation)) this.#rows.add(row);
      else this.#rows.put(row);
    }
  }

  #holds({ pk, sk, if: condition }: RecordOperation, now: number): boolean {
    if (condition === undefined) return true;
    const cached = this.#cache.get(pk, sk);
    const isLive = cached && (cached.expiresAtMs ?? Infinity) > now;
    const row = isLive ? cached : (this.#revisionOf.get(pk, sk, now) as Pick<Row, 'revision'> | undefined);
    if (condition === 'absent') return row === undefined;
    return condition === 'present' ? row !== undefined : row?.revision === condition.revision;
  }

  async readAll(after: RecordKey | null): ReturnType<MovableRecords['readAll']> {
    const attempted = 'Read all records';
    return this.#run(attempted, () => {
      const items: RecordItem[] = [];
      let bytes = 0;
      for (const found of this.#all.iterate(after?.pk ?? '', after?.sk ?? '')) {
        const row = found as unknown as Row & { readonly pk: string };
        items.push(itemOf(row.pk, row, attempted));
        bytes += row.value.length;
        if (items.length === PAGE || bytes > MAX_PAGE_BYTES) return { items, next: { pk: row.pk, sk: row.sk } };
      }
      return { items, next: null };
    });
  }

  async restore(items: readonly RecordItem[]): Promise<void> {
    this.#run('Write moved records', () => {
      this.#reading.end();
      this.#clearCache();
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        for (const { pk, sk, value, revision, expiresAtMs } of items) {
          this.#rows.put({ pk, sk, json: JSON.stringify(value), revision, expiresAtMs });
        }
        this.#database.exec('COMMIT');
      } finally {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      }
    });
  }

  async removeExpired(limit: number): Promise<number> {
    return this.#run('Remove expired records', () => {
      this.#reading.end();
      return Number(this.#removeExpired.run(this.#clock(), limit).changes);
    });
  }

  async backup(path: string): Promise<void> {
    const attempted = `Back the records up to ${path}`;
    this.#assertOpen(attempted);
    await backupDatabase(this.#database, path, attempted);
  }

  async endLeases(): Promise<void> {
    this.#run('End the leases of servers that are gone', () => {
      this.#reading.end();
      this.#clearCache();
      // The range goes by the primary key; `$` follows `#`. Epochs stay: the next holder's must be greater.
      const end = `UPDATE records SET value = json_set(value, '$.untilMs', 0), revision = ?
        WHERE pk >= 'lease#' AND pk < 'lease$' AND sk = 'lease'`;
      this.#database.prepare(end).run(newId());
    });
  }

  async check(): Promise<readonly string[]> {
    const attempted = 'Check the records';
    return this.#run(attempted, () => damageIn(this.#database, 'integrity_check', attempted));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    await this.#transactions.settled();
    this.#closed = true;
    this.#reading.end();
    try {
      // A tidy end leaves one file; after a kill the WAL is read at the next open instead.
      this.#database.exec('PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);');
    } catch (error) {
      this.#log.warn({ err: error }, 'Could not tidy up the records file; nothing is lost by that');
    } finally {
      this.#database.close();
    }
  }

  #assertOpen(attempted: string): void {
    if (this.#closed) throw storageErrors('records_unavailable', { attempted, detail: 'the store is closed' });
  }

  #run<Result>(attempted: string, step: () => Result): Result {
    this.#assertOpen(attempted);
    return withRecordsErrors(attempted, step);
  }
}

const isAdded = (operation: RecordOperation): boolean => operation.op === 'put' && operation.if === 'absent';

function itemOf<Value extends JsonObject>(pk: string, row: Row, attempted: string): RecordItem<Value> {
  const { sk, revision, expires_at: expiresAtMs } = row;
  let value: Value;
  try {
    value = JSON.parse(row.value) as Value;
  } catch (cause) {
    throw storageErrors('records_damaged', { attempted, detail: 'a value is no JSON', cause });
  }
  return expiresAtMs === null ? { pk, sk, value, revision } : { pk, sk, value, revision, expiresAtMs };
}
