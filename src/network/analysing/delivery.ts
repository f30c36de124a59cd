import { newId } from '../../base/ids.ts';
import { FlowColumns } from '../records/flow-columns.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { NoticeRecord } from '../records/notice-record.ts';
import type { Coverage } from '../store/flow-batch.ts';
import type { AnalysedBatch } from './analysed-batch.ts';

/** Resolves when the batch is where it belongs; until then its flows stay as they are. */
export type Sink = (batch: AnalysedBatch) => Promise<void>;

/** Two sets of flows in turns: while one is being kept, the other is filled. Who keeps slower than flows end is waited for. */
export class Delivery {
  filling: FlowColumns;
  /** What was said in flows, those included that go on. */
  logs: ProtocolRecord[] = [];
  readonly #sensor: string;
  readonly #sink: Sink;
  #other: FlowColumns;
  #delivering: Promise<void> = Promise.resolve();

  constructor(most: number, seed: IdSeed, { sensor, sink }: { readonly sensor: string; readonly sink: Sink }) {
    this.filling = new FlowColumns(most, seed);
    this.#other = new FlowColumns(most, seed);
    this.#sensor = sensor;
    this.#sink = sink;
  }

  /** Flows and what was said in them. */
  get waiting(): number {
    return this.filling.count + this.logs.length;
  }

  /** Resolves when there is room again. Throws what the batch before could not be kept for. */
  async send(coverage: Coverage, notices: readonly NoticeRecord[]): Promise<void> {
    await this.#delivering;
    const columns = this.filling;
    this.filling = this.#other;
    this.#other = columns;
    const { logs } = this;
    this.logs = [];
    const batch = { id: newId(), sensor: this.#sensor, columns, logs, notices, coverage };
    this.#delivering = this.#sink(batch).then(() => columns.clear());
    // It is heard with the next batch, or at the end.
    this.#delivering.catch(() => undefined);
  }

  /** All is kept. */
  async end(): Promise<void> {
    await this.#delivering;
  }
}
