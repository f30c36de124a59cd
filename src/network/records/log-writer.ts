import { logColumns } from './log-columns.ts';
import type { ProtocolLog, ProtocolRecord } from './log-records.ts';
import type { RecordFormat } from './conn-writer.ts';
import { recordLine } from './record-line.ts';
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

/** How a record of each log becomes a line, worked out once. */
const LINES = { tsv: linesOf('tsv'), jsonl: linesOf('jsonl') } as const;

function linesOf(format: RecordFormat): ReadonlyMap<ProtocolLog, (record: object) => string> {
  const logs = Object.entries(logColumns) as [ProtocolLog, Readonly<Record<string, string>>][];
  return new Map(logs.map(([log, columns]) => [log, recordLine(columns, format)]));
}

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
    this.#line(waiting, LINES[this.#format].get(log)!(record));
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
