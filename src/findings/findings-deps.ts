import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import type { FindingsSettings } from './settings.ts';

export interface FindingsDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly settings: FindingsSettings;
  /** What people decide is noted there, in the same transaction. */
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
}

/** Who decides: how people call them, and for the audit trail. */
export interface Decider {
  /** `@ada`, or the user of this computer. */
  readonly by: string;
  readonly actorId: string | null;
  readonly sessionId: string | null;
}
