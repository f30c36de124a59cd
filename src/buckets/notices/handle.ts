/** What the notices of an account do with what they are called with: changes of objects, new buckets, each minute. */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { errorFacts } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { RecordStore } from '../../storage/index.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { whyUnread } from '../facts/fact.ts';
import { readEvent, type GuardPlace } from '../guard/event.ts';
import type { BatchAnswer, QueueMessage } from '../guard/handle.ts';
import type { BucketsSettings } from '../settings.ts';
import { readObjectEvent, type ObjectEvent } from './events/object-event.ts';
import { ownerOfBucket, OWNER_TAG, type Owners } from './sending/owner.ts';
import { keys, type DeletedRow, type NoticeLetter, type TurnedRow, type WantedRow } from './rows.ts';
import { sendDue, type Delivery } from './sending/send.ts';
import { isWanted, switchOn, type BucketNotifier } from './switching/switch.ts';
import { ACCOUNT_OWNER, takeEvents, unchanged } from './take.ts';

export interface NoticesConfig extends GuardPlace {
  /** Name of the stack. */
  readonly stack: string;
  readonly owners: Owners;
  /** ARN of the queue with new buckets, whose notices are switched on; `null`: they are not. */
  readonly newBucketsQueue: string | null;
}

export interface AccountNotices {
  readonly config: NoticesConfig;
  readonly settings: BucketsSettings;
  readonly records: RecordStore;
  /** See {@link SendDeps.deliver}. */
  readonly deliver: (letter: NoticeLetter) => Promise<Delivery>;
  openReader(): Promise<BucketReader>;
  openNotifier(): Promise<BucketNotifier>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What Lambda is called with: messages, or nothing, once a minute. */
export interface NoticesInvocation {
  readonly Records?: readonly QueueMessage[];
}

/** Messages that could not be dealt with come again, and end among the dead letters. Throws what sending throws. */
export async function handleNotices(invocation: NoticesInvocation, notices: AccountNotices): Promise<BatchAnswer> {
  const { Records } = invocation;
  await using stack = new AsyncDisposableStack();
  let reader: Promise<BucketReader> | null = null;
  const ownerOf = remembering(async (bucket: string) => {
    reader ??= notices.openReader().then((opened) => stack.use(opened));
    return await ownerIn(await reader, bucket, notices);
  });
  if (Records === undefined) {
    // Of a bucket that cannot be asked now the account is told at once, and its owner when it can.
    const toldOf = (bucket: string): Promise<string> =>
      ownerOf(bucket).catch((error: unknown) => {
        if (!hasCode(error, 'guard_bucket_unread')) throw error;
        return ACCOUNT_OWNER;
      });
    const value: TurnedRow = { atMs: notices.clock() };
    await notices.records.transact([{ op: 'put', ...keys.turned, value }]);
    await sendDue({ ...notices, ownerOf: toldOf });
    return { batchItemFailures: [] };
  }
  const failed = new Set<string>();
  const attempt = async (messages: readonly QueueMessage[], act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      notices.log.error({ ...errorFacts(error), messages: messages.length }, 'Events were not dealt with');
      for (const { messageId } of messages) failed.add(messageId);
    }
  };
  const [made, changed] = halves(Records, (each) => each.eventSourceARN === notices.config.newBucketsQueue);
  for (const message of made) await attempt([message], () => switchOnNew(message, notices));
  const wants = remembering(async (bucket: string) => {
    const { pk, sk } = keys.wanted(bucket);
    return (await notices.records.get<WantedRow>(pk, sk))?.value ?? { prefixes: [] };
  });
  const events: ObjectEvent[] = [];
  const taking: QueueMessage[] = [];
  for (const message of changed) {
    await attempt([message], async () => {
      const { event, ignored } = readObjectEvent(message.body, notices.config);
      if (event === null) notices.log.info({ why: ignored }, 'An event was ignored');
      if (event === null || !isWanted(await wants(event.bucket), event.key)) return;
      // A bucket whose owner cannot be found out now holds up its own events alone.
      await ownerOf(event.bucket);
      events.push(event);
      taking.push(message);
    });
  }
  await attempt(taking, async () => {
    const taken = await takeEvents(events, { ...notices, ownerOf });
    notices.log.info({ messages: changed.length, wanted: events.length, taken }, 'Events were taken');
  });
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

async function switchOnNew({ body }: QueueMessage, notices: AccountNotices): Promise<void> {
  const { config, records, log } = notices;
  const { event, ignored } = readEvent(body, config);
  if (event?.subject.kind !== 'bucket' || !(event.isCreation || event.isDeletion)) {
    log.info({ why: ignored ?? 'it makes no bucket' }, 'An event was ignored');
    return;
  }
  const bucket = event.subject.name;
  const atMs = Date.parse(event.time) || 0;
  if (event.isDeletion) return await rememberDeleted(bucket, atMs, notices);
  try {
    await using notifier = await notices.openNotifier();
    const switched = await switchOn({ bucket, prefix: '' }, { records, notifier, region: config.region });
    log.info(switched, 'Notices of a new bucket were switched on');
  } catch (error) {
    // Its deletion comes as late as its creation did, so that the first attempt may not know of it.
    const deleted = await records.get<DeletedRow>(keys.deleted(bucket).pk, keys.deleted(bucket).sk);
    if (deleted === null || deleted.value.atMs < atMs) throw error;
    log.info({ bucket }, 'It was deleted meanwhile');
  }
}

/** Longer than an event may lie in the queue. */
const DELETED_KEPT_MS = 1_296_000_000;

async function rememberDeleted(bucket: string, atMs: number, { records, clock, log }: AccountNotices): Promise<void> {
  const at = keys.deleted(bucket);
  const before = await records.get<DeletedRow>(at.pk, at.sk);
  if (before !== null && before.value.atMs >= atMs) return;
  const value: DeletedRow = { atMs };
  const expiresAtMs = clock() + DELETED_KEPT_MS;
  await records.transact([{ op: 'put', ...at, value, expiresAtMs, if: unchanged(before) }]);
  log.info({ bucket }, 'Deleted');
}

/** Throws `guard_bucket_unread` where the store asks to slow down; of a bucket that is gone only the map says it. */
async function ownerIn(reader: BucketReader, bucket: string, notices: AccountNotices): Promise<string> {
  const { fact } = await reader.read({ name: bucket, region: notices.config.region }, 'tags');
  if (!fact.known) {
    if (fact.reason === 'throttled' || fact.reason === 'timed_out') {
      const attempted = `Find out who is told of ${bucket}`;
      throw bucketErrors('guard_bucket_unread', { attempted, detail: whyUnread(fact) });
    }
    notices.log.warn(
      { bucket, why: whyUnread(fact) },
      'The tags of a bucket could not be read; who is told says the map',
    );
  }
  const tag = fact.known ? fact.value[OWNER_TAG] : undefined;
  return ownerOfBucket(bucket, tag, notices.config.owners)?.email ?? ACCOUNT_OWNER;
}

function remembering<Value>(find: (name: string) => Promise<Value>): (name: string) => Promise<Value> {
  const found = new Map<string, Promise<Value>>();
  return (name) => {
    const value = found.get(name) ?? find(name);
    found.set(name, value);
    return value;
  };
}

function halves<Each>(all: readonly Each[], isFirst: (each: Each) => boolean): readonly [Each[], Each[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}
