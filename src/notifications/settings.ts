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
    reason:
      'How often a server looks for events to make notices of, and for letters that are due; four small reads each time.',
  },
  noticeGapMs: {
    unit: 'ms',
    default: MINUTE,
    min: MINUTE,
    max: DAY,
    reason:
      'The least time from one letter to the next for one person on one channel; what comes between is one letter.',
  },
  noticeProgramGapMs: {
    unit: 'ms',
    default: 1000,
    min: 0,
    max: DAY,
    reason: 'The same for channels that programs read, such as a SIEM, which gets each folded notice by itself.',
  },
  noticePushGapMs: {
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: DAY,
    reason: 'The same for pushes, which take the place of each other: a device is not woken more often.',
  },
  pushTtlMs: {
    unit: 'ms',
    default: DAY,
    min: 0,
    max: 28 * DAY,
    reason: 'How long a push service keeps a push for a browser that is off; what there is to tell is asked for then.',
  },
  pushSubscriptions: {
    unit: 'count',
    default: 20,
    min: 1,
    max: 40,
    reason: 'Browsers of one person that are told; every one is a request for each push.',
  },
  noticesAtOnce: {
    unit: 'count',
    default: 8,
    min: 1,
    max: 100,
    reason: 'Letters on their way at one time; mail servers limit connections from one sender.',
  },
  noticeDeliveryMs: {
    unit: 'ms',
    default: 45_000,
    min: 1000,
    max: HOUR,
    reason: 'How long one delivery may take; a little more than a channel gives itself (channelTimeoutMs).',
  },
  noticeRetryBaseMs: {
    unit: 'ms',
    default: MINUTE,
    min: 1000,
    max: DAY,
    reason: 'The pause after the first failed delivery; it doubles with each further one.',
  },
  noticeRetryMaxMs: {
    unit: 'ms',
    default: HOUR,
    min: 1000,
    max: DAY,
    reason: 'The longest pause between two attempts to deliver one letter.',
  },
  noticeGiveUpMs: {
    unit: 'ms',
    default: 3 * DAY,
    min: MINUTE,
    max: 30 * DAY,
    reason: 'How long a letter is tried before it is put aside for an admin; a mail server may be away for a weekend.',
  },
  noticeDeadKeptMs: {
    unit: 'ms',
    default: 30 * DAY,
    min: DAY,
    max: 365 * DAY,
    reason: 'How long letters that were given up stay to be looked at and sent again.',
  },
  noticeConfirmMs: {
    unit: 'ms',
    default: DAY,
    min: MINUTE,
    max: 30 * DAY,
    reason: 'How long the link that confirms an address is good.',
  },
  noticeAskAgainMs: {
    unit: 'ms',
    default: 10 * MINUTE,
    min: MINUTE,
    max: DAY,
    reason: 'One address is asked once in this time, whoever asks: nobody is flooded by others who name it.',
  },
  noticeChannels: {
    unit: 'count',
    default: 20,
    min: 1,
    max: 25,
    reason: 'Channels of a workspace: what a notice leaves in all of them fits into one transaction.',
  },
  noticeLeaseMs: {
    unit: 'ms',
    default: 30_000,
    min: 1000,
    max: 10 * MINUTE,
    reason: 'Another server takes over making or sending notices when the one that was at it is silent for longer.',
  },
} as const satisfies Record<string, SettingEntry>;

export type NotificationsSettings = Settings<typeof notificationsSettings>;
