import { logColumns } from './log-columns.ts';
import type { ProtocolLog, ProtocolRecord } from './log-records.ts';
import type { RecordFormat } from './conn-writer.ts';
import { zeekHead, zeekFoot } from './zeek-frame.ts';

/** Bytes of one log. */
export interface LogPiece {
  readonly log: ProtocolLog;
  readonly bytes: Uint8Array;
}

/** Records of protocols as lines, each log by itself, under Zeek's head or as one JSON object a line. */
export class LogWriter {
  /** Characters that wait to be taken. */
  waiting = 0;
  readonly #format: RecordFormat;
  readonly #clock: () => number;
  readonly #lines = new Map<ProtocolLog, string[]>();
  readonly #begun = new Set<ProtocolLog>();

  /** `clock`: milliseconds since 1970, for Zeek's head and foot. */
  constructor(format: RecordFormat, clock: () => number) {
    this.#format = format;
    this.#clock = clock;
  }

  add(record: ProtocolRecord): void {
    const { log } = record;
    if (!this.#begun.has(log)) {
      this.#begun.add(log);
      if (this.#format === 'tsv') this.#line(log, zeekHead(log, logColumns[log], this.#clock()));
    }
    this.#line(log, this.#format === 'tsv' ? cells(record) : json(record));
  }

  /** What was added since the last time. */
  take(): readonly LogPiece[] {
    const pieces = [...this.#lines].map(([log, lines]) => ({ log, bytes: Buffer.from(lines.join('')) }));
    this.#lines.clear();
    this.waiting = 0;
    return pieces;
  }

  /** Zeek's last line of each log. */
  foot(): void {
    if (this.#format === 'tsv') for (const log of this.#begun) this.#line(log, zeekFoot(this.#clock()));
  }

  #line(log: ProtocolLog, line: string): void {
    const lines = this.#lines.get(log);
    if (lines) lines.push(line);
    else this.#lines.set(log, [line]);
    this.waiting += line.length;
  }
}

function json({ log: _, ...record }: ProtocolRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function cells(record: ProtocolRecord): string {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  const columns: Readonly<Record<string, string>> = logColumns[record.log];
  return `${Object.entries(columns)
    .map(([name, type]) => cell(values[name], type))
    .join('\t')}\n`;
}

function cell(value: unknown, type: string): string {
  if (value === undefined) return '-';
  if (Array.isArray(value)) {
    return value.length === 0 ? '(empty)' : value.map((each) => escaped(one(each, type), true)).join(',');
  }
  return escaped(one(value, type), false);
}

function one(value: unknown, type: string): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value !== 'number') return String(value);
  return type === 'count' || type === 'port' ? String(value) : value.toFixed(6);
}

/** Zeek's way: what would end a cell, a line or an element, or be taken for a sign of its own, as `\x` and its number. */
function escaped(text: string, isElement: boolean): string {
  if (text === '') return '(empty)';
  if (text === '-' || text === '(empty)') return `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
  const safe = text.replaceAll('\\', '\\\\').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, hex);
  return isElement ? safe.replaceAll(',', '\\x2c') : safe;
}

function hex(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
