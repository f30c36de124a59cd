import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { networkErrors } from '../../../errors.ts';
import { FlowSegment } from '../segments/flow-segment.ts';
import { type LogPart, logParts, LogSegment } from '../segments/log-segment.ts';
import { type FlowPart, flowParts } from '../segments/row-columns.ts';
import { type PackedSums, type SumPart, sumParts } from '../sums/sums.ts';
import { FORMAT, INDEXES, MOST_LOG_BYTES, PAGE_BYTES, PARTS_OF_A_SEGMENT, PARTS_OF_SUMS, SCHEMA } from './schema.ts';

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
  /** Numbers of IP, of flows. */
  readonly protocols: readonly number[];
}

/** What is known of sums without opening them. */
export interface SumsRow {
  readonly id: number;
  readonly sensor: string;
  /** 0: of a segment that may still be put together with others; 1: of one that stays; above: of sixteen of the level below. */
  readonly level: number;
  readonly leastUs: number;
  readonly mostUs: number;
  /** How long the slots of its timeline are. */
  readonly slotSeconds: number;
  /** Which segment this is of; 0: of the sums below. */
  readonly segment: number;
  /** Which sums have this one added in; 0: none. */
  readonly within: number;
}

/** What is read is read once, and what is written is a batch: pages of ten batches before would lie there for nobody. */
const CACHE_KIB = 4096;

/** A transaction of another process is waited for. */
const BUSY_MS = 10_000;

/** One file of the store, an SQLite database. Its methods throw what SQLite throws. */
export class FlowFile implements Disposable {
  readonly path: string;
  readonly name: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #segments: readonly SegmentRow[] | null = null;
  #sums: readonly SumsRow[] | null = null;
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
      PRAGMA journal_size_limit = ${MOST_LOG_BYTES}; PRAGMA cache_size = -${CACHE_KIB}`);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      // One that died before it had made the tables left an empty file: they are made now.
      const isEmpty = this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'about'").get() === undefined;
      if (isEmpty) this.#database.exec(SCHEMA + INDEXES);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    const format = this.about('format');
    if (format !== String(FORMAT)) {
      throw networkErrors('flows_damaged', {
        detail: `${this.name} has the format ${format}, this release reads ${FORMAT}`,
        remedy: 'Another release wrote it: start that one, or keep the file and move it out of the folder.',
      });
    }
    this.#index();
  }

  /** A file of an earlier release gets its indexes, each whole or not at all. Without them, as where the disk is full, the same is found by a look at each notice. */
  #index(): void {
    try {
      this.#database.exec(INDEXES);
    } catch {
      // Whoever opens it next tries again.
    }
  }

  /** From now until it is disposed of it reads what it has now, whatever others merge or remove. It must not be written into. */
  hold(): this {
    this.#database.exec('BEGIN');
    // A transaction begins with what it reads first.
    this.about('format');
    return this;
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

  /** Durable when it returns, also in a file that takes no more flows. */
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
      this.#forget();
    }
  }

  /** From now on nobody writes into it, whichever process has it open. */
  close(): void {
    this.write(() => this.setAbout('state', 'closed'));
  }

  segments(): readonly SegmentRow[] {
    this.#forgetIfOld();
    this.#segments ??= (this.statement('SELECT * FROM segments').all() as unknown as RawSegment[]).map(
      ({ least_us: leastUs, most_us: mostUs, services, protocols, ...rest }) => ({
        ...{ ...rest, leastUs, mostUs },
        services: JSON.parse(services) as string[],
        protocols: JSON.parse(protocols) as number[],
      }),
    );
    return this.#segments;
  }

  sums(): readonly SumsRow[] {
    this.#forgetIfOld();
    this.#sums ??= (this.statement('SELECT * FROM sums').all() as unknown as RawSums[]).map(
      ({ least_us: leastUs, most_us: mostUs, slot_s: slotSeconds, ...rest }) => ({
        ...rest,
        ...{ leastUs, mostUs, slotSeconds },
      }),
    );
    return this.#sums;
  }

  /** Another connection may have written. */
  #forgetIfOld(): void {
    const { data_version: version } = this.statement('PRAGMA data_version').get() as { data_version: number };
    if (version !== this.#version) this.#forget();
    this.#version = version;
  }

  #forget(): void {
    this.#segments = null;
    this.#sums = null;
  }

  flows({ id, rows }: SegmentRow): FlowSegment {
    return new FlowSegment(rows, (part: FlowPart) => this.#part(id, flowParts.indexOf(part)));
  }

  logs({ id, rows }: SegmentRow): LogSegment {
    return new LogSegment(rows, (part: LogPart) => this.#part(id, logParts.indexOf(part)));
  }

  sumsPart({ id }: Pick<SumsRow, 'id'>, part: SumPart): Uint8Array {
    return this.#body('sum_parts', id * PARTS_OF_SUMS + sumParts.indexOf(part));
  }

  #part(segment: number, part: number): Uint8Array {
    return this.#body('parts', segment * PARTS_OF_A_SEGMENT + part);
  }

  #body(table: 'parts' | 'sum_parts', id: number): Uint8Array {
    const row = this.statement(`SELECT body FROM ${table} WHERE id = ?`).get(id) as { body: Uint8Array } | undefined;
    if (!row) throw networkErrors('flows_damaged', { detail: `${this.name} lacks ${table} ${id}` });
    return row.body;
  }

  /** Its number. Only within {@link write}. */
  addSegment(row: Omit<SegmentRow, 'id'>, parts: readonly Uint8Array[]): number {
    const { lastInsertRowid } = this.statement(
      'INSERT INTO segments (kind, sensor, level, rows, least_us, most_us, states, services, protocols) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      ...[row.kind, row.sensor, row.level, row.rows],
      ...[row.leastUs, row.mostUs, row.states, JSON.stringify(row.services), JSON.stringify(row.protocols)],
    );
    const insert = this.statement('INSERT INTO parts VALUES (?, ?)');
    const id = Number(lastInsertRowid);
    for (const [part, body] of parts.entries()) insert.run(id * PARTS_OF_A_SEGMENT + part, body);
    this.#forget();
    return id;
  }

  /** `below`: what they add up. Only within {@link write}. */
  addSums(row: Omit<SumsRow, 'id' | 'within'>, packed: PackedSums, below: readonly SumsRow[]): void {
    const { lastInsertRowid } = this.statement(
      'INSERT INTO sums (sensor, level, least_us, most_us, slot_s, segment, within) VALUES (?, ?, ?, ?, ?, ?, 0)',
    ).run(row.sensor, row.level, row.leastUs, row.mostUs, row.slotSeconds, row.segment);
    const id = Number(lastInsertRowid);
    const insert = this.statement('INSERT INTO sum_parts VALUES (?, ?)');
    for (const [place, part] of sumParts.entries()) insert.run(id * PARTS_OF_SUMS + place, packed[part]);
    for (const each of below) this.statement('UPDATE sums SET within = ? WHERE id = ?').run(id, each.id);
    this.#forget();
  }

  /** With its sums, which are within no others yet. Only within {@link write}. */
  removeSegment({ id }: SegmentRow): void {
    this.statement('DELETE FROM segments WHERE id = ?').run(id);
    this.#removeParts('parts', id, PARTS_OF_A_SEGMENT);
    for (const sums of this.sums().filter(({ segment }) => segment === id)) {
      this.statement('DELETE FROM sums WHERE id = ?').run(sums.id);
      this.#removeParts('sum_parts', sums.id, PARTS_OF_SUMS);
    }
    this.#forget();
  }

  #removeParts(table: 'parts' | 'sum_parts', id: number, parts: number): void {
    const first = id * parts;
    this.statement(`DELETE FROM ${table} WHERE id BETWEEN ? AND ?`).run(first, first + parts - 1);
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

interface RawSegment extends Omit<SegmentRow, 'leastUs' | 'mostUs' | 'services' | 'protocols'> {
  readonly least_us: number;
  readonly most_us: number;
  readonly services: string;
  readonly protocols: string;
}

interface RawSums extends Omit<SumsRow, 'leastUs' | 'mostUs' | 'slotSeconds'> {
  readonly least_us: number;
  readonly most_us: number;
  readonly slot_s: number;
}

/** The file first: a log without its file is thrown away by whoever finds it. */
export function removeFlowFile(path: string): void {
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
}
