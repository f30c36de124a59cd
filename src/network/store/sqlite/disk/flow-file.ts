import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { networkErrors } from '../../../errors.ts';
import { FlowSegment, type FlowPart, flowParts } from '../segments/flow-segment.ts';
import type { FlowSummary } from '../segments/flow-summary.ts';
import { type LogPart, logParts, LogSegment } from '../segments/log-segment.ts';
import { FORMAT, MOST_LOG_BYTES, PAGE_BYTES, PARTS_OF_A_SEGMENT, SCHEMA } from './schema.ts';

/** What is known of a segment without opening it. */
export interface SegmentRow {
  readonly id: number;
  /** `conn`, or the name of a log. */
  readonly kind: string;
  readonly sensor: string;
  readonly level: number;
  readonly rows: number;
  /** Microseconds of its first and its last row. */
  readonly leastUs: number;
  readonly mostUs: number;
  /** A bit for each place of `connStates` that occurs. */
  readonly states: number;
  readonly services: readonly string[];
}

const SUMMARY_PART = PARTS_OF_A_SEGMENT - 1;
/** A transaction of another process is waited for. */
const BUSY_MS = 10_000;

/** One file of the store, an SQLite database. Its methods throw what SQLite throws. */
export class FlowFile implements Disposable {
  readonly path: string;
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #segments: readonly SegmentRow[] | null = null;
  #version = -1;

  /** Makes it when it is not there: readable by its owner alone. */
  constructor(path: string) {
    this.path = path;
    this.name = basename(path);
    let isNew = false;
    try {
      closeSync(openSync(path, 'wx', 0o600));
      isNew = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.#database = new DatabaseSync(path, { timeout: BUSY_MS });
    try {
      this.#prepare();
      if (!isNew) chmodSync(path, 0o600);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #prepare(): void {
    this.#database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${MOST_LOG_BYTES}; PRAGMA cache_size = -16384`);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      // One that died before it had made the tables left an empty file: they are made now.
      const isEmpty = this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'about'").get() === undefined;
      if (isEmpty) this.#database.exec(SCHEMA);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    const format = this.about('format');
    if (format !== String(FORMAT)) {
      throw networkErrors('flows_damaged', {
        detail: `${this.name} has the format ${format}, this release reads ${FORMAT}`,
      });
    }
  }

  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  about(name: string): string | null {
    const row = this.statement('SELECT value FROM about WHERE name = ?').get(name) as { value: string } | undefined;
    return row?.value ?? null;
  }

  setAbout(name: string, value: string): void {
    this.statement('INSERT INTO about VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(
      name,
      value,
    );
  }

  /** All that `step` does, or nothing. False: the file takes nothing more, and nothing was done. */
  write(step: () => void): boolean {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const isOpen = this.about('state') === 'open';
      if (isOpen) step();
      this.#database.exec(isOpen ? 'COMMIT' : 'ROLLBACK');
      return isOpen;
    } catch (error) {
      // A full disk has rolled it back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#segments = null;
    }
  }

  /** From now on nobody writes into it, whichever process has it open. */
  close(): void {
    this.write(() => this.setAbout('state', 'closed'));
  }

  segments(): readonly SegmentRow[] {
    const { data_version: version } = this.statement('PRAGMA data_version').get() as { data_version: number };
    if (this.#segments === null || version !== this.#version) {
      const rows = this.statement('SELECT * FROM segments').all() as unknown as RawSegment[];
      this.#segments = rows.map(({ least_us: leastUs, most_us: mostUs, services, ...rest }) => ({
        ...{ ...rest, leastUs, mostUs },
        services: JSON.parse(services) as string[],
      }));
      this.#version = version;
    }
    return this.#segments;
  }

  flows({ id, rows }: SegmentRow): FlowSegment {
    return new FlowSegment(rows, (part: FlowPart) => this.#part(id, flowParts.indexOf(part)));
  }

  logs({ id, rows }: SegmentRow): LogSegment {
    return new LogSegment(rows, (part: LogPart) => this.#part(id, logParts.indexOf(part)));
  }

  summary({ id }: SegmentRow): FlowSummary {
    return JSON.parse(Buffer.from(this.#part(id, SUMMARY_PART)).toString()) as FlowSummary;
  }

  #part(segment: number, part: number): Uint8Array {
    const id = segment * PARTS_OF_A_SEGMENT + part;
    const row = this.statement('SELECT body FROM parts WHERE id = ?').get(id) as { body: Uint8Array } | undefined;
    if (!row) throw networkErrors('flows_damaged', { detail: `${this.name} lacks part ${id}` });
    return row.body;
  }

  /** Only within {@link write}. */
  addSegment(row: Omit<SegmentRow, 'id'>, parts: readonly Uint8Array[], summary: FlowSummary | null): void {
    const { lastInsertRowid } = this.statement(
      'INSERT INTO segments (kind, sensor, level, rows, least_us, most_us, states, services) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      ...[row.kind, row.sensor, row.level, row.rows],
      ...[row.leastUs, row.mostUs, row.states, JSON.stringify(row.services)],
    );
    const insert = this.statement('INSERT INTO parts VALUES (?, ?)');
    const first = Number(lastInsertRowid) * PARTS_OF_A_SEGMENT;
    for (const [part, body] of parts.entries()) insert.run(first + part, body);
    if (summary) insert.run(first + SUMMARY_PART, Buffer.from(JSON.stringify(summary)));
    this.#segments = null;
  }

  /** Only within {@link write}. */
  removeSegment({ id }: SegmentRow): void {
    this.statement('DELETE FROM segments WHERE id = ?').run(id);
    const first = id * PARTS_OF_A_SEGMENT;
    this.statement('DELETE FROM parts WHERE id BETWEEN ? AND ?').run(first, first + PARTS_OF_A_SEGMENT - 1);
    this.#segments = null;
  }

  /** On the disk, with its log. 0: it is gone. */
  bytes(): number {
    return [this.path, `${this.path}-wal`].reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }
}

interface RawSegment extends Omit<SegmentRow, 'leastUs' | 'mostUs' | 'services'> {
  readonly least_us: number;
  readonly most_us: number;
  readonly services: string;
}

/** The file first: a log without its file is thrown away by whoever finds it. */
export function removeFlowFile(path: string): void {
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
}
