import type { AuditTrail } from '../base/audit-event.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { JsonObject, RecordOperation, RecordStore } from '../storage/index.ts';
import type { AlertsRoom } from './alerts/alerts-channel.ts';
import type { Channel, ChannelDeps, ChannelKind } from './channels/index.ts';
import type { NoticeKind } from './kind.ts';
import type { NotificationsSettings } from './settings.ts';
import type { VaultKey } from './vault.ts';

/** Who reads a notice. */
export interface Reader {
  readonly accountId: string;
  /** `age1…`: what is encrypted to it, only they open. */
  readonly recipient: string;
}

/** A kind of channel, with what it needs of the machine handed in already. */
export type ChannelOpener = Pick<
  ChannelKind,
  'configSchema' | 'secretFields' | 'freeFields' | 'destination' | 'readers'
> & {
  open(config: unknown): Channel;
};

export interface NotificationsDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: NotificationsSettings;
  readonly workspaceKey: VaultKey & {
    mac(kind: string, fields: JsonObject): string;
    verifyMac(kind: string, fields: JsonObject, mac: unknown): boolean;
  };
  /** What people and admins change is noted there, in the same transaction. */
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
  /** Names this process among the servers that share the records. */
  readonly holder: string;
  readonly kinds: readonly NoticeKind[];
  /** `null` for somebody who is not there, or may not log in. */
  readonly reader: (accountId: string) => Promise<Reader | null>;
  readonly admins: () => Promise<readonly Reader[]>;
  /** Whether notices of guards name what the guards looked at. */
  readonly guardNoticeNames: () => Promise<boolean>;
  /** Where what concerns admins is told without anybody having set it up. */
  readonly alertsRoom: AlertsRoom;
  /** By the name that stands in a channel's row. */
  readonly channelKinds: Readonly<Record<string, ChannelOpener>>;
  /** What pushes need of the machine. */
  readonly machine: Pick<ChannelDeps, 'clock' | 'settings' | 'resolve' | 'allowedNetworks'>;
  /** Where people reach the server: `https://files.example.org`; `null` while that is not known. */
  readonly origin: () => string | null;
  /** 0 to 1; spreads repeated attempts. */
  readonly random?: () => number;
  /** Told when somebody's feed is not what it was. */
  readonly onNotice: (accountId: string) => void;
}
