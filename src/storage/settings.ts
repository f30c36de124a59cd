import type { SettingEntry } from '../base/settings.ts';

export const storageSettings = {
  abandonedUploadMs: {
    unit: 'ms',
    default: 7 * 24 * 3_600_000,
    min: 3_600_000,
    max: 365 * 24 * 3_600_000,
    reason:
      'Parts of an upload to a folder store that nobody sent anything to for a week are removed at the next start.',
  },
  recordsBusyTimeoutMs: {
    unit: 'ms',
    default: 2_000,
    min: 0,
    max: 60_000,
    reason:
      'Another program that reads the records file may hold a write up; the server waits this long and does nothing else.',
  },
  recordsRequestTimeoutMs: {
    unit: 'ms',
    default: 5_000,
    min: 200,
    max: 60_000,
    reason: 'DynamoDB answers in some ms; what takes this long is lost on the way, and is asked again.',
  },
  recordsRetryMs: {
    unit: 'ms',
    default: 15_000,
    min: 0,
    max: 120_000,
    reason:
      'Throttling and failures of DynamoDB pass in seconds; a request is kept waiting for so long, and then told to come again.',
  },
  recordsBackupEveryMs: {
    unit: 'ms',
    default: 24 * 3_600_000,
    min: 60_000,
    max: 30 * 24 * 3_600_000,
    reason: 'Losing the records loses every name: what is stored after the newest backup is all that can be lost.',
  },
  recordsBackupsKept: {
    unit: 'count',
    default: 7,
    min: 1,
    max: 1000,
    reason: 'A week of daily ones, for a mistake that is noticed late.',
  },
  expirySweepMs: {
    unit: 'ms',
    default: 5 * 60_000,
    min: 1_000,
    max: 24 * 3_600_000,
    reason: 'Expired records are invisible at once; this is how often they are also removed from the disk.',
  },
} as const satisfies Record<string, SettingEntry>;
