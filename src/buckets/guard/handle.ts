/** What the guard does with what it is called with: messages of its two queues, the hour of the sweep, the canary's. */
import { errorFacts } from '../../base/error-facts.ts';
import { bucketErrors } from '../errors.ts';
import type { BucketReader } from '../facts/bucket-reader.ts';
import { actOn, type Phase } from './act.ts';
import { actOnAccount } from './act-on-account.ts';
import { hearCanary, singCanary } from './canary.ts';
import { rememberFreed, watchFreed } from './freed.ts';
import { readEvent, type GuardEvent } from './event.ts';
import { delaySeconds } from './grace.ts';
import type { Guard } from './guard.ts';
import { sweep } from './sweep.ts';

/** A message of SQS, as Lambda hands it over. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly eventSourceARN: string;
}

/** What Lambda is called with. */
export interface Invocation {
  readonly Records?: readonly QueueMessage[];
  readonly task?: 'sweep' | 'canary';
}

/** The messages that have to come again; Lambda leaves them in the queue. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Messages that could not be dealt with come again, and end among the dead letters. Throws when a task failed. */
export async function handle({ Records = [], task }: Invocation, guard: Guard): Promise<BatchAnswer> {
  if (task === 'sweep') await inTheEndTell(guard, () => sweep(guard));
  if (task === 'canary') await inTheEndTell(guard, () => singCanary(guard));
  if (task !== undefined) return { batchItemFailures: [] };
  await using stack = new AsyncDisposableStack();
  let reader: Promise<BucketReader> | null = null;
  const openReader = async (): Promise<BucketReader> => {
    reader ??= guard.openReader().then((opened) => stack.use(opened));
    return await reader;
  };
  const failed: string[] = [];
  for (const message of Records) {
    try {
      await handleMessage(message, openReader, guard);
    } catch (error) {
      guard.log.error({ ...errorFacts(error), messageId: message.messageId }, 'An event was not dealt with');
      failed.push(message.messageId);
    }
  }
  try {
    await guard.alerts.flush();
  } catch (error) {
    // What was done is done; the messages come again only so that somebody tries to tell of it once more.
    guard.log.error(errorFacts(error), 'Alerts could not be sent');
    return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function inTheEndTell({ alerts }: Guard, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } finally {
    await alerts.flush();
  }
}

async function handleMessage(
  { body, eventSourceARN }: QueueMessage,
  openReader: () => Promise<BucketReader>,
  guard: Guard,
): Promise<void> {
  const { config, table, settings, clock, log } = guard;
  const phase: Phase = eventSourceARN === config.graceQueue ? 'after-grace' : 'at-once';
  const { event, ignored } = readEvent(body, config);
  if (event === null) {
    log.info({ phase, why: ignored }, 'An event was ignored');
    return;
  }
  if (await hearCanary(event, phase === 'at-once', guard)) return;
  if (event.role !== null && event.role === config.fixRole) {
    log.info({ phase, call: event.call, why: 'it is the guard’s own call' }, 'An event was ignored');
    return;
  }
  const seconds = phase === 'after-grace' ? delaySeconds(event, config, clock()) : 0;
  if (seconds > 0) return await guard.graceQueue.again(body, seconds);
  const key = `event ${phase} ${event.eventId}`;
  const claimed = await table.claim(key, clock() + settings.guardClaimMs);
  if (claimed === 'done') return;
  if (claimed === 'taken') throw bucketErrors('guard_resting', { detail: 'the same event is being dealt with' });
  try {
    await dealWith(event, phase, await openReader(), guard);
  } catch (error) {
    await table.release(key);
    throw error;
  }
  await table.finish(key, clock() + settings.guardEventsKeptMs);
}

async function dealWith(event: GuardEvent, phase: Phase, reader: BucketReader, guard: Guard): Promise<void> {
  const { subject } = event;
  if (subject.kind === 'account') return await actOnAccount(event, reader, guard);
  if (subject.kind === 'bucket' && event.isDeletion) {
    await rememberFreed(subject.name, event, guard);
    // By then what was deleted together with it is gone as well.
    if (phase === 'after-grace') await watchFreed(subject.name, reader, guard);
    return;
  }
  if (subject.kind === 'bucket') return await actOn(subject.name, phase, event, reader, guard);
  if (subject.kind === 'multi-region') return await actOnMultiRegion(event, phase, reader, guard);
  const points = await reader.accessPoints(guard.config.region);
  if (!points.known) {
    throw bucketErrors('guard_bucket_unread', { attempted: 'List the access points', detail: points.detail });
  }
  const bucket = [...points.value].find(([, own]) => own.some(({ name }) => name === subject.name))?.[0];
  // One that is gone again lets nobody in.
  if (bucket === undefined) guard.log.info({ accessPoint: subject.name }, 'There is no such access point');
  else await actOn(bucket, phase, event, reader, guard);
}

/** Throws `guard_bucket_unread` when one of them could not be dealt with; the others are. */
async function actOnMultiRegion(event: GuardEvent, phase: Phase, reader: BucketReader, guard: Guard): Promise<void> {
  const attempted = 'Look at what lies behind access points of several Regions';
  const points = await reader.multiRegionAccessPoints();
  if (!points.known) throw bucketErrors('guard_bucket_unread', { attempted, detail: points.detail });
  const failed: string[] = [];
  for (const bucket of points.value.keys()) {
    try {
      await actOn(bucket, phase, event, reader, guard);
    } catch (error) {
      guard.log.error({ ...errorFacts(error), bucket }, 'A bucket behind such a point was not dealt with');
      failed.push(bucket);
    }
  }
  if (failed.length > 0) throw bucketErrors('guard_bucket_unread', { attempted, detail: failed.join(', ') });
}
