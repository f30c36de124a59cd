/** Set-up for the tests of notifications/: a workspace's notices in memory, a clock that the test moves, and readers. */
import { createHmac, hkdfSync } from 'node:crypto';
import { generateIdentity, type KeyIdentity } from '../age/index.ts';
import type { AuditEvent } from '../base/audit-event.ts';
import { canonicalJson } from '../base/formats/canonical-json.ts';
import { silentLog } from '../base/log.ts';
import { newId } from '../base/ids.ts';
import { settingsOf } from '../base/settings.ts';
import { type JsonObject, memoryRecordStore, type RecordStore } from '../storage/index.ts';
import { resolveHost } from './channels/index.ts';
import { channelSettings } from './channels/settings.ts';
import type { NoticeEvent, NoticeKind } from './kind.ts';
import { openNotifications, type Notifications } from './notifications.ts';
import type { NotificationsDeps } from './notifications-deps.ts';
import { testChannel, type TestChannel } from './test-channel.ts';
import { notificationsSettings, type NotificationsSettings } from './settings.ts';

const shared = { security: false, names: 'none', usual: 'immediate', advice: 'Look.', path: null } as const;

export const testKinds: readonly NoticeKind[] = [
  {
    ...shared,
    name: 'login_new',
    severity: 'warning',
    security: true,
    audience: 'person',
    names: 'own',
    title: (count) => `${count} logins`,
  },
  { ...shared, name: 'quota_near', severity: 'info', audience: 'person', title: (count) => `${count} times full` },
  {
    ...shared,
    name: 'finding_opened',
    severity: 'info',
    audience: 'admins',
    names: 'resource',
    usual: 'hourly',
    title: (count) => `${count} findings`,
  },
];

export interface TestPerson {
  readonly accountId: string;
  identity: KeyIdentity;
}

export interface TestNotifications {
  readonly notifications: Notifications;
  readonly records: RecordStore;
  readonly ada: TestPerson;
  readonly grace: TestPerson;
  readonly mail: TestChannel;
  readonly siem: TestChannel;
  readonly told: string[];
  readonly audited: AuditEvent[];
  now(): number;
  advance(ms: number): void;
  /** As a feature does it: with an act of its own. */
  happen(event: NoticeEvent): Promise<void>;
  /** Another server on the same records. */
  another(changes?: Partial<NotificationsDeps>): Notifications;
}

/** A key ring as accounts/ makes it, with what notices need of it. */
function testKey(): NotificationsDeps['workspaceKey'] {
  const key = Buffer.alloc(32, 7);
  const mac = (kind: string, fields: JsonObject): string =>
    createHmac('sha256', key)
      .update(canonicalJson([kind, fields]))
      .digest('base64url');
  return {
    generation: 1,
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)),
    mac,
    verifyMac: (kind, fields, given) => mac(kind, fields) === given,
  };
}

export interface TestChoices {
  readonly records?: (clock: () => number) => RecordStore;
  readonly settings?: Partial<NotificationsSettings>;
  readonly deps?: Partial<NotificationsDeps>;
  /** When it is at first. */
  readonly startMs?: number;
}

/** Nothing runs in the background unless the test makes it: the loops wait for a lease that they do not get. */
export function testNotifications(choices: TestChoices = {}): TestNotifications {
  let now = choices.startMs ?? Date.UTC(2026, 10, 28, 12);
  const clock = (): number => now;
  const records = choices.records?.(clock) ?? memoryRecordStore({ clock });
  const workspaceKey = testKey();
  const person = (): TestPerson => ({ accountId: newId(), identity: generateIdentity('classic') });
  const [ada, grace] = [person(), person()];
  const told: string[] = [];
  const audited: AuditEvent[] = [];
  const [mail, siem] = [testChannel('person', clock), testChannel('none', clock)];
  const readerOf = (of: TestPerson) => ({ accountId: of.accountId, recipient: of.identity.recipient.toString() });
  const another = (changes: Partial<NotificationsDeps> = {}): Notifications =>
    openNotifications({
      records,
      clock,
      log: silentLog,
      settings: settingsOf(notificationsSettings, { noticePollMs: 3_600_000, ...choices.settings }),
      workspaceKey,
      audit: {
        operations(event) {
          audited.push(event);
          return [];
        },
      },
      holder: newId(),
      kinds: testKinds,
      reader: async (accountId) => {
        const found = [ada, grace].find((each) => each.accountId === accountId);
        return found ? readerOf(found) : null;
      },
      admins: async () => [readerOf(ada), readerOf(grace)],
      guardNoticeNames: async () => true,
      alertsRoom: { audience: async () => null, async tell() {} },
      channelKinds: { mail: mail.opener, siem: siem.opener },
      machine: {
        clock,
        settings: settingsOf(channelSettings),
        resolve: resolveHost,
        allowedNetworks: (address) => address === '127.0.0.1',
      },
      origin: () => 'https://files.example.org',
      random: () => 1,
      onNotice: (accountId) => told.push(accountId),
      ...choices.deps,
      ...changes,
    });
  const notifications = another();
  return {
    notifications,
    records,
    ada,
    grace,
    mail,
    siem,
    told,
    audited,
    now: clock,
    advance: (ms) => void (now += ms),
    happen: (event) => records.transact([notifications.operation(event)]),
    another,
  };
}
