import type { ProtocolRecord } from '../../records/log-records.ts';
import type { KeptFlow } from '../../records/logged-flow.ts';
import type { NoticeRecord } from '../../records/notice-record.ts';
import { networkErrors } from '../../errors.ts';
import type { Coverage, FlowBatch } from '../flow-batch.ts';
import { protocolLogs } from '../flow-store.ts';

const MOST_RECORDS = 8000;
/** Characters of the lines of a batch: all of them are in memory at once. */
const MOST_CHARACTERS = 32 * 2 ** 20;
const LOGS: ReadonlySet<unknown> = new Set(protocolLogs);
const AGE = 'age-encryption.org/';

/** Makes batches of the lines of an archive, one after the other for each sensor that it names. */
export class ArchiveReader {
  readonly #name: string;
  readonly #idOf: (lines: readonly string[]) => string;
  #number = 0;
  #lines: string[] = [];
  #characters = 0;
  #sensor = '';
  #conn: KeptFlow[] = [];
  #logs: ProtocolRecord[] = [];
  #notices: NoticeRecord[] = [];
  #coverage: Coverage | null = null;

  constructor(name: string, idOf: (lines: readonly string[]) => string) {
    this.#name = name;
    this.#idOf = idOf;
  }

  /** Batches that are full with it. Throws `network_archive_unknown`. */
  *read(line: string): Generator<FlowBatch> {
    this.#number += 1;
    if (line === '') return;
    const { _path: path, sensor, ...fields } = this.#recordOf(line);
    if (typeof path !== 'string' || typeof sensor !== 'string') throw this.#unknown('it names no log or no sensor');
    const isFull = this.#lines.length >= MOST_RECORDS || this.#characters >= MOST_CHARACTERS || this.#coverage !== null;
    if (isFull || sensor !== this.#sensor) yield* this.end();
    this.#sensor = sensor;
    this.#lines.push(line);
    this.#characters += line.length;
    if (path === 'conn') this.#conn.push(fields as unknown as KeptFlow);
    else if (path === 'notice') this.#notices.push(fields as unknown as NoticeRecord);
    else if (path === 'coverage') this.#coverage = fields as unknown as Coverage;
    else if (LOGS.has(path)) this.#logs.push({ ...fields, log: path } as unknown as ProtocolRecord);
    else throw this.#unknown(`nothing is known of “${path.slice(0, 40)}”`);
  }

  /** What is left. */
  *end(): Generator<FlowBatch> {
    if (this.#lines.length === 0) return;
    const times = [...this.#conn, ...this.#logs, ...this.#notices].map(({ ts }) => ts);
    const [from, to] = times.reduce(([least, most], ts) => [Math.min(least, ts), Math.max(most, ts)], [Infinity, 0]);
    const coverage = this.#coverage ?? {
      from: Math.min(from, to),
      to,
      packets: 0,
      dropped: 0,
      leftOut: {},
    };
    const [conn, logs, notices] = [this.#conn, this.#logs, this.#notices];
    const id = this.#idOf(this.#lines);
    [this.#conn, this.#logs, this.#notices, this.#lines, this.#coverage] = [[], [], [], [], null];
    this.#characters = 0;
    yield { id, sensor: this.#sensor, conn, logs, notices, coverage };
  }

  #recordOf(line: string): Readonly<Record<string, unknown>> {
    if (this.#number === 1 && line.startsWith(AGE))
      throw this.#unknown('it is still encrypted: open it with age -d first');
    try {
      const record: unknown = JSON.parse(line);
      if (typeof record === 'object' && record !== null) return record as Readonly<Record<string, unknown>>;
    } catch {
      // Told below.
    }
    throw this.#unknown('it is no object of JSON');
  }

  #unknown(detail: string): Error {
    return networkErrors('network_archive_unknown', {
      attempted: `Read “${this.#name}”`,
      detail: `line ${this.#number}: ${detail}`,
    });
  }
}
