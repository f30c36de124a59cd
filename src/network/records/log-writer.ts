import { logColumns } from './log-columns.ts';
import type { ProtocolLog, ProtocolRecord } from './log-records.ts';
import type { RecordFormat } from './conn-writer.ts';
import { zeekHead, zeekFoot } from './zeek-frame.ts';

/** Bytes of one log. */
export interface LogPiece {
  readonly log: ProtocolLog;
  readonly bytes: Uint8Array;
}

/** Bytes of one log that wait to be taken. */
interface Waiting {
  bytes: Buffer;
  at: number;
}

const SMALLEST_BYTES = 65_536;
/** A character of JavaScript takes no more in UTF-8. */
const MOST_CHARACTER_BYTES = 3;

/** Records of protocols as lines, each log by itself, under Zeek's head or as one JSON object a line. */
export class LogWriter {
  /** Bytes that wait to be taken. */
  waiting = 0;
  readonly #format: RecordFormat;
  readonly #clock: () => number;
  readonly #logs = new Map<ProtocolLog, Waiting>();

  /** `clock`: milliseconds since 1970, for Zeek's head and foot. */
  constructor(format: RecordFormat, clock: () => number) {
    this.#format = format;
    this.#clock = clock;
  }

  add(record: ProtocolRecord): void {
    const { log } = record;
    let waiting = this.#logs.get(log);
    if (waiting === undefined) {
      waiting = { bytes: Buffer.allocUnsafe(SMALLEST_BYTES), at: 0 };
      this.#logs.set(log, waiting);
      if (this.#format === 'tsv') this.#line(waiting, zeekHead(log, logColumns[log], this.#clock()));
    }
    this.#line(waiting, this.#format === 'tsv' ? cells(record) : json(record));
  }

  /** What was added since the last time; valid until something is added again. */
  take(): readonly LogPiece[] {
    const pieces: LogPiece[] = [];
    for (const [log, waiting] of this.#logs) {
      if (waiting.at > 0) pieces.push({ log, bytes: waiting.bytes.subarray(0, waiting.at) });
      waiting.at = 0;
    }
    this.waiting = 0;
    return pieces;
  }

  /** Zeek's last line of each log. */
  foot(): void {
    if (this.#format !== 'tsv') return;
    for (const waiting of this.#logs.values()) this.#line(waiting, zeekFoot(this.#clock()));
  }

  /** As bytes at once: text that is kept for long is moved about by the collector again and again. */
  #line(waiting: Waiting, line: string): void {
    const most = waiting.at + line.length * MOST_CHARACTER_BYTES;
    if (most > waiting.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, waiting.bytes.length * 2));
      waiting.bytes.copy(larger, 0, 0, waiting.at);
      waiting.bytes = larger;
    }
    const written = waiting.bytes.write(line, waiting.at);
    waiting.at += written;
    this.waiting += written;
  }
}

function json({ log: _, ...record }: ProtocolRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Columns of each log with what they hold, looked up once. */
const COLUMNS = new Map(
  Object.entries(logColumns).map(([log, columns]) => [
    log,
    Object.entries(columns).map(([name, type]) => ({ name, isWhole: type === 'count' || type === 'port' })),
  ]),
);

function cells(record: ProtocolRecord): string {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  let line = '';
  for (const { name, isWhole } of COLUMNS.get(record.log)!) {
    if (line !== '') line += '\t';
    line += cell(values[name], isWhole);
  }
  return `${line}\n`;
}

function cell(value: unknown, isWhole: boolean): string {
  if (value === undefined) return '-';
  if (!Array.isArray(value)) return one(value, isWhole, false);
  return value.length === 0 ? '(empty)' : value.map((each) => one(each, isWhole, true)).join(',');
}

function one(value: unknown, isWhole: boolean, isElement: boolean): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value !== 'number') return escaped(String(value), isElement);
  return isWhole ? String(value) : value.toFixed(6);
}

/** Most text has nothing of what is escaped. */
const PLAIN = /^[^\\,\u0000-\u001f\u007f-\u009f\u2028\u2029(-][^\\,\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

/** Zeek's way: what would end a cell, a line or an element, or be taken for a sign of its own, as `\x` and its number. */
function escaped(text: string, isElement: boolean): string {
  if (PLAIN.test(text)) return text;
  if (text === '') return '(empty)';
  if (text === '-' || text === '(empty)') return `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
  const safe = text.replaceAll('\\', '\\\\').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, hex);
  return isElement ? safe.replaceAll(',', '\\x2c') : safe;
}

function hex(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
