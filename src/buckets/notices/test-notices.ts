/** Notices of objects in memory, for tests: events as S3 sends them through EventBridge, and what was told. */
import { silentLog } from '../../base/log.ts';
import { settingsOf } from '../../base/settings.ts';
import { memoryRecordStore, type RecordStore } from '../../storage/index.ts';
import { ACCOUNT } from '../checks/test-subject.ts';
import { bucketsSettings, type BucketsSettings } from '../settings.ts';
import { readObjectEvent, type ObjectEvent } from './events/object-event.ts';
import type { NoticeLetter } from './rows.ts';
import { sendDue } from './sending/send.ts';
import { ACCOUNT_OWNER, takeEvents } from './take.ts';
import { subjectOf, textOf } from './events/words.ts';

export const PLACE = { account: ACCOUNT, region: 'eu-central-1' };

export interface ObjectChange {
  readonly type?: 'Object Created' | 'Object Deleted' | 'Object ACL Updated';
  readonly bucket?: string;
  readonly key?: string;
  readonly sequencer?: string;
  readonly reason?: string;
}

let made = 0;

/** As EventBridge hands it over. */
export function objectBody({
  type = 'Object Created',
  bucket = 'plans',
  key = 'q3.pdf',
  sequencer = (made += 1).toString(16).padStart(16, '0'),
  reason = type === 'Object Deleted' ? 'DeleteObject' : 'PutObject',
}: ObjectChange = {}): string {
  const isAcl = type === 'Object ACL Updated';
  const body = {
    ...{ id: `event-${sequencer}`, source: 'aws.s3', time: '2026-11-28T10:00:00Z', 'detail-type': type, ...PLACE },
    detail: {
      bucket: { name: bucket },
      object: { key, ...(type === 'Object Created' ? { size: 1200 } : {}), ...(isAcl ? {} : { sequencer }) },
      ...{ requester: ACCOUNT, 'source-ip-address': '192.0.2.7' },
      ...(isAcl ? {} : { reason }),
    },
  };
  return JSON.stringify(body);
}

export function objectEvent(change?: ObjectChange): ObjectEvent {
  const { event, ignored } = readObjectEvent(objectBody(change), PLACE);
  if (event === null) throw new Error(ignored);
  return event;
}

export interface TestNotices extends AsyncDisposable {
  readonly records: RecordStore;
  readonly letters: NoticeLetter[];
  /** Subject and text of what was told since the last time. */
  told(): readonly { readonly owner: string; readonly subject: string; readonly text: string }[];
  take(...events: readonly ObjectEvent[]): Promise<number>;
  send(): Promise<number>;
  later(ms: number): void;
  /** The next deliveries fail. */
  fail(times: number): void;
  /** From now on nothing can be delivered to them. */
  failFor(owner: string): void;
  /** From now on they are not reached. */
  unreach(owner: string): void;
}

export interface TestNoticesOptions {
  readonly settings?: Partial<BucketsSettings>;
  readonly owners?: { readonly [bucket: string]: string };
  /** Where they are kept; default memory. */
  readonly records?: RecordStore;
}

export function testNotices({ settings: own = {}, owners = {}, ...kept }: TestNoticesOptions = {}): TestNotices {
  let nowMs = Date.now();
  let failures = 0;
  const unreachable = new Set<string>();
  const unreached = new Set<string>();
  const clock = (): number => nowMs;
  const records = kept.records ?? memoryRecordStore({ clock });
  const settings = settingsOf(bucketsSettings, own);
  const letters: NoticeLetter[] = [];
  const ownerOf = async (bucket: string): Promise<string> => owners[bucket] ?? ACCOUNT_OWNER;
  const deps = { records, settings, clock, log: silentLog, ownerOf };
  return {
    records,
    letters,
    told: () =>
      letters.splice(0).map((letter) => ({
        owner: letter.owner,
        subject: subjectOf(letter, settings),
        text: textOf(letter, settings),
      })),
    take: (...events) => takeEvents(events, deps),
    send: () =>
      sendDue({
        ...deps,
        async deliver(letter) {
          if (failures > 0 || unreachable.has(letter.owner)) {
            failures = Math.max(0, failures - 1);
            throw new Error('no mail today');
          }
          if (unreached.has(letter.owner)) return 'unreached';
          letters.push(letter);
          return 'told';
        },
      }),
    later: (ms) => void (nowMs += ms),
    fail: (times) => void (failures = times),
    unreach: (owner) => void unreached.add(owner),
    failFor: (owner) => void unreachable.add(owner),
    [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
  };
}
