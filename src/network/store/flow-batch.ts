import type { FlowColumns } from '../records/flow-columns.ts';
import type { KeptFlow } from '../records/logged-flow.ts';
import type { ProtocolRecord } from '../records/log-records.ts';
import type { NoticeRecord } from '../records/notice-record.ts';

/** How much of what crossed the wire was looked at. Times are in seconds since 1970. */
export interface Coverage {
  readonly from: number;
  readonly to: number;
  /** That were looked at. */
  readonly packets: number;
  /** That the capture lost. */
  readonly dropped: number;
  /** Packets of which no flow was made, by the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** What a sensor has to store since its last batch. It is acknowledged whole or not at all. */
export interface FlowBatch {
  /** UUIDv7. A batch that comes again, since its answer was lost, changes nothing. */
  readonly id: string;
  /** `local`, the id of the host that saw it, or `upload:NAME`. */
  readonly sensor: string;
  /** Flows that ended, and those that go on for long, with what they have so far (`partial`). */
  readonly conn: readonly KeptFlow[];
  readonly logs: readonly ProtocolRecord[];
  readonly notices: readonly NoticeRecord[];
  readonly coverage: Coverage;
}

/** Flows, logs and notices together. */
export const MOST_RECORDS_OF_A_BATCH = 10_000;

/** The same from an analysis in this process: flows as they lie in memory, valid until they are stored. */
export interface AnalysedBatch extends Pick<FlowBatch, 'id' | 'sensor' | 'coverage'> {
  readonly columns: FlowColumns;
  readonly logs?: readonly ProtocolRecord[];
  readonly notices?: readonly NoticeRecord[];
}
