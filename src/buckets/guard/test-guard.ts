/** A guard in memory, for tests: one account, buckets as they are given, and what was mailed. */
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { ACCOUNT, goodAccount } from '../checks/test-subject.ts';
import type { AccountFacts, BucketFacts, BucketReadings, PartName } from '../facts/bucket-facts.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { known, unread, type Fact } from '../facts/fact.ts';
import { testWriter } from '../fixes/test-writer.ts';
import { bucketsSettings, type BucketsSettings } from '../settings.ts';
import { openAlerts } from './alerts.ts';
import type { Guard } from './guard.ts';
import { testTable } from './test-table.ts';

export interface TestGuard {
  /** Messages that were handed to the queue of the grace time once more, with their seconds. */
  readonly delayed: { readonly body: string; readonly seconds: number }[];
  readonly guard: Guard;
  readonly mails: { readonly subject: string; readonly message: string }[];
  /** Lets time pass. */
  later(ms: number): void;
}

export interface TestGuardOptions {
  readonly config?: Partial<Guard['config']>;
  readonly settings?: Partial<BucketsSettings>;
  readonly account?: AccountFacts;
  readonly buckets?: readonly BucketFacts[];
  readonly openWriter?: Guard['openWriter'];
  /** What the reader answers otherwise. */
  readonly reader?: Partial<BucketReader>;
}

export function testGuard(options: TestGuardOptions = {}): TestGuard {
  let nowMs = Date.UTC(2026, 10, 28);
  const clock = (): number => nowMs;
  const later = (ms: number): void => void (nowMs += ms);
  const settings = settingsOf(bucketsSettings, options.settings ?? {});
  const table = testTable(clock);
  const mails: { subject: string; message: string }[] = [];
  const topic = {
    publish: async (subject: string, message: string) => void mails.push({ subject, message }),
    async [Symbol.asyncDispose]() {},
  };
  const delayed: { body: string; seconds: number }[] = [];
  const guard: Guard = {
    graceQueue: { again: async (body, seconds) => void delayed.push({ body, seconds }) },
    config: {
      ...{ stack: 'holdfast-guard', account: ACCOUNT, region: 'eu-central-1', mode: 'harmless', graceMinutes: 15 },
      ...{ exceptionTag: 'holdfast-exception', kmsKeyArn: null, blocksAccount: false, fixRole: null },
      ...{ graceQueue: 'arn:aws:sqs:eu-central-1:123456789012:grace', canaryBucket: null },
      ...options.config,
    },
    ...{ settings, table, clock, log: silentLog },
    alerts: openAlerts({ table, topic, settings, clock, wait: async (ms) => later(ms) }),
    openReader: async () => testReader(options),
    openWriter: options.openWriter ?? (async () => testWriter()),
  };
  return { guard, mails, delayed, later };
}

function testReader({ account = goodAccount, buckets = [], reader = {} }: TestGuardOptions): BucketReader {
  return {
    place: { scope: `aws ${ACCOUNT}`, provider: 'aws' },
    account: async () => account,
    async *list() {
      for (const { bucket, region } of buckets) yield { name: bucket, region: region.known ? region.value : null };
    },
    region: async () => known('eu-central-1'),
    async read(place, part) {
      const facts = buckets.find(({ bucket }) => bucket === place.name);
      if (facts === undefined) return { fact: unread('gone'), raw: undefined };
      const own: { readonly [Part in PartName]: Fact<BucketReadings[Part]> } = facts;
      return { fact: own[part], raw: undefined };
    },
    accessPoints: async () =>
      known(new Map(buckets.map(({ bucket, accessPoints: own }) => [bucket, own.known ? own.value : []]))),
    multiRegionAccessPoints: async () => known(new Map()),
    sample: async () => known([]),
    holder: async () => known('us'),
    outside: async () => [],
    dataEvents: async () => unread('not_asked'),
    ...reader,
    async [Symbol.asyncDispose]() {},
  };
}
