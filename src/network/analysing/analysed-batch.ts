import { connRecord } from '../records/conn-object.ts';
import type { ConnRecord } from '../records/conn-record.ts';
import type { FlowColumns } from '../records/flow-columns.ts';

/** What of the wire a batch speaks for. Counts are since the batch before it. */
export interface Coverage {
  /** Seconds since 1970 of the first packet and of the last; where there was none, when the time began and ended. */
  readonly from: number;
  readonly to: number;
  readonly packets: number;
  /** Packets that the system threw away before anybody saw them: what is said of this time may lack them. */
  readonly dropped: number;
  /** Packets that make no flow, by the reason; only those that occurred. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** What an analysis hands on: flows that ended, as they lie in memory. Valid until its receiver is done with it. */
export interface AnalysedBatch {
  /** UUIDv7: who gets it twice takes it once. */
  readonly id: string;
  /** Where it was seen: `local`, or the id of a host. */
  readonly sensor: string;
  readonly columns: FlowColumns;
  readonly coverage: Coverage;
}

/** All flows of a batch as objects, in the order they ended in. */
export function connRecords({ columns }: Pick<AnalysedBatch, 'columns'>): readonly ConnRecord[] {
  return Array.from({ length: columns.count }, (_, index) => connRecord(columns, index));
}
