import { newId } from '../../base/ids.ts';
import { FlowColumns } from '../records/flow-columns.ts';
import type { IdSeed } from '../records/flow-id.ts';
import type { AnalysedBatch, Coverage } from './analysed-batch.ts';

/** Resolves when the batch is where it belongs; until then its flows stay as they are. */
export type Sink = (batch: AnalysedBatch) => Promise<void>;

/** Two sets of flows in turns: while one is being kept, the other is filled. Who keeps slower than flows end is waited for. */
export class Delivery {
  filling: FlowColumns;
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

  /** Resolves when there is room again. Throws what the batch before could not be kept for. */
  async send(coverage: Coverage): Promise<void> {
    await this.#delivering;
    const columns = this.filling;
    this.filling = this.#other;
    this.#other = columns;
    this.#delivering = this.#sink({ id: newId(), sensor: this.#sensor, columns, coverage }).then(() => columns.clear());
    // It is heard with the next batch, or at the end.
    this.#delivering.catch(() => undefined);
  }

  /** All is kept. */
  async end(): Promise<void> {
    await this.#delivering;
  }
}
