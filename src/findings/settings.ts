import type { SettingEntry, Settings } from '../base/settings.ts';

const DAY = 86_400_000;

export const findingsSettings = {
  findingsFixedKeptMs: {
    unit: 'ms',
    default: 365 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long a finding stays to be read after it was fixed, or was last seen to be in order.',
  },
  findingsHistoryKeptMs: {
    unit: 'ms',
    default: 730 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long the history of a finding reaches back; auditors ask for the last year.',
  },
  findingsRunsKeptMs: {
    unit: 'ms',
    default: 90 * DAY,
    min: DAY,
    max: 3650 * DAY,
    reason: 'How long what a single run saw is kept, so that two runs can be compared.',
  },
  findingsPerPlace: {
    unit: 'count',
    default: 50_000,
    min: 100,
    max: 1_000_000,
    reason:
      'Findings that are kept of one host or account, fixed ones included, so that one that was taken over does not fill the records. What is beyond is left out, and a finding tells that it was.',
  },
  findingsPerBatch: {
    unit: 'count',
    default: 500,
    min: 1,
    max: 2000,
    reason: 'Findings that a guard may send at once; more come in further batches of the same run.',
  },
  findingsBatchBytes: {
    unit: 'bytes',
    default: 4 * 2 ** 20,
    min: 64 * 1024,
    max: 64 * 2 ** 20,
    reason: 'How large a batch of findings may be as JSON: some kilobytes of evidence for each.',
  },
  findingsRulesKept: {
    unit: 'count',
    default: 500,
    min: 1,
    max: 5000,
    reason: 'Every rule is held against every finding of every run.',
  },
} as const satisfies Record<string, SettingEntry>;

export type FindingsSettings = Settings<typeof findingsSettings>;
