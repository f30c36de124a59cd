import type { SettingEntry, Settings } from '../base/settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const notificationsSettings = {
  noticesKeptMs: {
    unit: 'ms',
    default: 180 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long a notice stays in the feed of its reader; the audit trail keeps what happened for good.',
  },
  noticeFoldMs: {
    unit: 'ms',
    default: HOUR,
    min: MINUTE,
    max: 7 * DAY,
    reason: 'The same again within this time is the same notice with a higher count, not another one.',
  },
  noticeAgainMs: {
    unit: 'ms',
    default: DAY,
    min: HOUR,
    max: 30 * DAY,
    reason: 'Trouble that lasts, such as copies that wait or a full quota, is told again after this time.',
  },
  noticeWatchMs: {
    unit: 'ms',
    default: 5 * MINUTE,
    min: 1000,
    max: DAY,
    reason: 'How often a server looks for trouble that no act tells of, such as copies that wait for too long.',
  },
  noticePollMs: {
    unit: 'ms',
    default: 2000,
    min: 50,
    max: 10 * MINUTE,
    reason: 'How often a server looks for events that notices are to be made from; one small read each time.',
  },
  noticeLeaseMs: {
    unit: 'ms',
    default: 15_000,
    min: 1000,
    max: 10 * MINUTE,
    reason: 'Another server takes over making or sending notices when the one that was at it is silent for longer.',
  },
} as const satisfies Record<string, SettingEntry>;

export type NotificationsSettings = Settings<typeof notificationsSettings>;
