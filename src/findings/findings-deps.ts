import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import type { Opened } from './lifecycle.ts';
import type { RunRow } from './records.ts';
import type { FindingsSettings } from './settings.ts';

export interface FindingsDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly settings: FindingsSettings;
  /** What people decide is noted there, in the same transaction. */
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  /**
   * Asked for what else goes into the transaction that opens findings of one place: at most {@link ROWS_FOR_OPENED}. `run`: that saw them; absent where
   * somebody's decision, or the clock, opened them.
   */
  readonly onOpened?: (
    scopeId: string,
    opened: readonly Opened[],
    run?: Pick<RunRow, 'tellsCritical'>,
  ) => readonly RecordOperation[];
}

/** Operations that are kept free for it. */
export const ROWS_FOR_OPENED = 2;

/** Who decides: how people call them, and for the audit trail. */
export interface Decider {
  /** `@ada`, or the user of this computer. */
  readonly by: string;
  readonly actorId: string | null;
  readonly sessionId: string | null;
}
