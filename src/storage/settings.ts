import type { SettingEntry } from '../base/settings.ts';

export const storageSettings = {
  abandonedUploadMs: {
    unit: 'ms',
    default: 24 * 3_600_000,
    min: 3_600_000,
    max: 365 * 24 * 3_600_000,
    reason:
      'Parts of an upload that nobody sent anything to for so long are removed from the store at the next start. Even the slowest upload sends a part in less.',
  },
  s3PartBytes: {
    unit: 'bytes',
    default: 8 * 2 ** 20,
    min: 5 * 2 ** 20,
    max: 512 * 2 ** 20,
    reason:
      'Larger objects go to an S3 store in parts of this size, held in memory until they are there; 10,000 of them are the most for a file whose size is not known beforehand.',
  },
  s3PartsAtOnce: {
    unit: 'count',
    default: 16,
    min: 1,
    max: 256,
    reason: 'Parts on their way to one S3 store, of all uploads together: with 8 MiB each they take 128 MiB at most.',
  },
  s3Connections: {
    unit: 'count',
    default: 64,
    min: 2,
    max: 1024,
    reason: 'To one S3 store at a time; stores slow down whoever opens hundreds.',
  },
  s3ConnectTimeoutMs: {
    unit: 'ms',
    default: 5_000,
    min: 100,
    max: 60_000,
    reason: 'A host that takes longer to answer the call is down; the next try may find another one.',
  },
  s3RequestTimeoutMs: {
    unit: 'ms',
    default: 120_000,
    min: 1_000,
    max: 3_600_000,
    reason: 'One part to an S3 store and its answer: 8 MiB in two minutes is half of a slow DSL line.',
  },
  s3StallTimeoutMs: {
    unit: 'ms',
    default: 15_000,
    min: 100,
    max: 600_000,
    reason:
      'A connection on which nothing moves for this long is broken, unless the store copies or joins parts: then only the time of the request counts.',
  },
  s3Attempts: {
    unit: 'count',
    default: 4,
    min: 1,
    max: 20,
    reason: 'Of one request to an S3 store, waiting longer each time; a store that is away for longer is told as such.',
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
