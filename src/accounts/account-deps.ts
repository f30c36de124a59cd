import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { RecordOperation, RecordStore } from '../storage/index.ts';
import type { Kdf } from './credentials/kdf.ts';
import type { AccountProvisioner, DriveRotation, Session } from './session.ts';
import type { AccountsSettings } from './settings.ts';
import type { WorkspaceSettings } from './people/workspace-settings.ts';
import type { RingPlace } from './keys/ring-place.ts';
import type { WorkspaceKeyRing } from './keys/workspace-key.ts';

/** What accounts/ needs of the rest; handed over in one piece by the composition root. */
export interface AccountDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Every act is noted there, in its own transaction. */
  readonly audit: AuditTrail<RecordOperation>;
  readonly workspaceKey: WorkspaceKeyRing;
  /** Where its keys lie; a rotation adds one there. */
  readonly ringPlace: RingPlace;
  readonly settings: AccountsSettings;
  readonly kdf: Kdf;
  /** Settings of the workspace that the environment fixes; they win over what the records say. */
  readonly fixedSettings?: Partial<WorkspaceSettings>;
  /** Where the setup code lies until it is used. */
  readonly setupCodeFile: string;
  /** Prepares the new account's drive; see the type. */
  readonly newDrive: AccountProvisioner;
  /** Puts an encrypted key under `keys/…` into every store, durably; throws when one of them fails. */
  readonly publishKey: (path: string, bytes: Uint8Array) => Promise<void>;
  /** Takes back what was published for an account that then was not made. */
  readonly retractKey?: (path: string) => Promise<void>;
  /** Destroys what was published, in every version a store keeps; throws unless it is gone from all of them. */
  readonly destroyKey: (path: string) => Promise<void>;
  /** Ends an account's memberships and keyrings, and lets its own drive go. May be repeated; throws when a store fails. */
  readonly closeDrives: (accountId: string) => Promise<void>;
  /** See the type. Changes nothing itself. */
  readonly rotateDrives: (session: Session, nextRecipient: string) => Promise<DriveRotation>;
  /** Puts an account's keyrings into every store as the records hold them. May be repeated; throws when a store fails. */
  readonly republishDrives: (accountId: string) => Promise<void>;
  /** Told whenever sessions end, so that opened keys are forgotten at once and not after their idle time. */
  readonly onSessionsEnded?: (ended: SessionsEnded) => void;
  /** Told when somebody has another role, so that what goes on by the old one ends. */
  readonly onRoleChanged?: (accountId: string) => void;
  /** Told when a setting of the workspace has another value, by whom; whatever follows is done when it resolves. */
  readonly onSettingChanged?: (by: Session) => Promise<void>;
}

export interface SessionsEnded {
  readonly accountId: string;
  /** The one that ended; `null`: all of the account's sessions (but perhaps the one that asked for it). */
  readonly sessionId: string | null;
}
