import type { SettingEntry, Settings } from '../base/settings.ts';

export const bucketsSettings = {
  bucketsRequests: {
    unit: 'count',
    default: 32,
    min: 1,
    max: 512,
    reason:
      'Requests of an audit on their way at once; when the store asks to slow down there are fewer by themselves.',
  },
  bucketsAtOnce: {
    unit: 'count',
    default: 16,
    min: 1,
    max: 256,
    reason: 'Buckets that are looked at or mended at once; the changes to one bucket always come one after the other.',
  },
  bucketsAttempts: {
    unit: 'count',
    default: 8,
    min: 1,
    max: 30,
    reason: 'How often a request is made before a setting counts as not read, or a change as not made.',
  },
  bucketsRetryBaseMs: {
    unit: 'ms',
    default: 200,
    min: 1,
    max: 60_000,
    reason: 'The wait before the second attempt; it doubles from there, and differs from request to request.',
  },
  bucketsRetryMaxMs: {
    unit: 'ms',
    default: 20_000,
    min: 1,
    max: 600_000,
    reason: 'The longest wait between two attempts; S3 settles changes of one bucket within seconds.',
  },
  bucketsRequestTimeoutMs: {
    unit: 'ms',
    default: 15_000,
    min: 100,
    max: 600_000,
    reason: 'How long a request for a setting may take; the answers are small.',
  },
  bucketsListed: {
    unit: 'count',
    default: 100_000,
    min: 1,
    max: 10_000_000,
    reason: 'Buckets that one audit takes; a list that does not end is a mistake of the store.',
  },
  bucketsPageSize: {
    unit: 'count',
    default: 1000,
    min: 1,
    max: 10_000,
    reason: 'Buckets asked for with one request; accounts with more than 10,000 can be listed in pages only.',
  },
  bucketsSampleHeadBytes: {
    unit: 'bytes',
    default: 16_384,
    min: 256,
    max: 1_048_576,
    reason: 'How much of a publicly readable object is looked through for secrets.',
  },
  ownBucketsFirstMs: {
    unit: 'ms',
    default: 30_000,
    min: 0,
    max: 86_400_000,
    reason: 'How long after the start of a server the buckets of the workspace itself are looked at.',
  },
  ownBucketsEveryMs: {
    unit: 'ms',
    default: 86_400_000,
    min: 60_000,
    max: 2_147_483_647,
    reason: 'How often that is done again; a look takes some ten requests for each bucket.',
  },
  ownBucketsLeaseMs: {
    unit: 'ms',
    default: 60_000,
    min: 5_000,
    max: 3_600_000,
    reason: 'After so long another server looks when the one that was at it is gone.',
  },
  ownBucketsMend: {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    reason: '1: what is critical or high about a bucket of the workspace is mended at once; 0: it is only told.',
  },
} as const satisfies Record<string, SettingEntry>;

export type BucketsSettings = Settings<typeof bucketsSettings>;
