import type { AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import type { Findings } from '../../findings/index.ts';
import type { JsonObject, RecordOperation, RecordStore } from '../../storage/index.ts';
import type { HostSettings } from '../settings.ts';

/** Of the key of the workspace: that rows are genuine, and what tokens follow from. */
export interface FleetKey {
  readonly generation: number;
  derive(purpose: string, generation?: number): Buffer;
  mac(kind: string, fields: JsonObject): string;
  verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
}

/** Something about a host that admins are told. */
export type HostEvent =
  | { readonly event: 'enrolled'; readonly hostId: string; readonly hostname: string; readonly enrolledBy: string }
  /** Somebody came with an enrolment that was used. */
  | {
      readonly event: 'enrolment_reused';
      readonly enrolmentId: string;
      readonly usedBy: string;
      readonly triedBy: string;
    };

export interface FleetDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly settings: HostSettings;
  readonly workspaceKey: FleetKey;
  readonly findings: Pick<
    Findings,
    'openAt' | 'ofPlace' | 'knownAmong' | 'wasWrong' | 'beginRun' | 'observe' | 'endRun'
  >;
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  /** One operation, for the transaction of what is told. */
  readonly tell: (event: HostEvent) => RecordOperation;
}

/** An admin who acts: how people call them, and for the audit trail. */
export interface FleetAdmin {
  /** `@ada` */
  readonly by: string;
  readonly actorId: string | null;
  readonly sessionId: string | null;
}
