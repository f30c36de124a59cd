/**
 * Switches the notices of a bucket on and off. S3 keeps all notifications of a bucket as one, and takes them as a whole:
 * what others set up is written back as it was, and only what the notices added goes with them.
 */
import type { RecordStore } from '../../../storage/index.ts';
import { bucketErrors } from '../../errors.ts';
import type { Notification } from '../../facts/bucket-facts.ts';
import { keys, WANTED, type WantedRow } from '../rows.ts';
import { unchanged } from '../take.ts';

/** Reads and writes how a bucket tells of its objects. */
export interface BucketNotifier extends AsyncDisposable {
  /** The Region of the bucket. Throws `bucket_change_failed`. */
  region(bucket: string): Promise<string>;
  /** `null`: there is no such bucket. */
  read(bucket: string): Promise<Notification | null>;
  write(bucket: string, notification: Notification): Promise<void>;
}

export interface SwitchDeps {
  readonly records: RecordStore;
  readonly notifier: BucketNotifier;
  /** Where the guard stands: it hears of no other Region. */
  readonly region: string;
}

export interface Place {
  readonly bucket: string;
  /** Of keys; empty: all of them. */
  readonly prefix: string;
}

export interface Switched {
  readonly bucket: string;
  /** What is told of now; empty: nothing. */
  readonly prefixes: readonly string[];
  /** What was done to the bucket itself; `gone`: there is none any more. */
  readonly eventBridge: 'added' | 'removed' | 'kept' | 'gone';
  /** Notifications to queues, topics and functions, which stay as they were. */
  readonly others: number;
}

const MOST_PREFIXES = 50;

/** `BUCKET` or `BUCKET/PREFIX`; `null`: it is neither. */
export function placeOf(text: string): Place | null {
  const slash = text.indexOf('/');
  const bucket = slash === -1 ? text : text.slice(0, slash);
  const prefix = slash === -1 ? '' : text.slice(slash + 1);
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket);
  return isName && Buffer.byteLength(prefix) <= 1024 ? { bucket, prefix } : null;
}

export function isWanted({ prefixes }: Pick<WantedRow, 'prefixes'>, key: string): boolean {
  return prefixes.some((prefix) => key.startsWith(prefix));
}

/** Throws `bucket_notices_elsewhere`, `bucket_change_failed` and `bucket_notices_full`. */
export async function switchOn({ bucket, prefix }: Place, deps: SwitchDeps): Promise<Switched> {
  const { records, notifier } = deps;
  const region = await notifier.region(bucket);
  if (region !== deps.region) {
    throw bucketErrors('bucket_notices_elsewhere', {
      attempted: `Switch on the notices of ${bucket}`,
      detail: `the bucket lies in ${region}, the guard hears of ${deps.region} alone`,
    });
  }
  const { pk, sk } = keys.wanted(bucket);
  const wanted = await records.get<WantedRow>(pk, sk);
  const before = wanted?.value.prefixes ?? [];
  // One that holds another one takes its place.
  const prefixes = isWanted({ prefixes: before }, prefix)
    ? before
    : [...before.filter((each) => !each.startsWith(prefix)), prefix].toSorted();
  if (prefixes.length > MOST_PREFIXES) {
    throw bucketErrors('bucket_notices_full', { attempted: `Switch on the notices of ${bucket}/${prefix}` });
  }
  const notification = await notifier.read(bucket);
  if (notification === null) {
    const attempted = `Switch on the notices of ${bucket}`;
    throw bucketErrors('bucket_change_failed', { attempted, detail: 'there is no such bucket' });
  }
  const isNew = notification.EventBridgeConfiguration === undefined;
  // Written down first: what a process that dies had added goes with the notices all the same.
  const value: WantedRow = { prefixes, addedEventBridge: (wanted?.value.addedEventBridge ?? false) || isNew };
  await records.transact([{ op: 'put', pk, sk, value, if: unchanged(wanted) }]);
  if (isNew) await notifier.write(bucket, { ...notification, EventBridgeConfiguration: {} });
  return { bucket, prefixes, eventBridge: isNew ? 'added' : 'kept', others: othersIn(notification) };
}

/** Throws `bucket_notices_off` and `bucket_change_failed`. */
export async function switchOff({ bucket, prefix }: Place, { records, notifier }: SwitchDeps): Promise<Switched> {
  const { pk, sk } = keys.wanted(bucket);
  const wanted = await records.get<WantedRow>(pk, sk);
  // Without a prefix all of them go.
  const prefixes = (wanted?.value.prefixes ?? []).filter((each) => prefix !== '' && each !== prefix);
  if (wanted === null || prefixes.length === wanted.value.prefixes.length) {
    const told = wanted?.value.prefixes.map((each) => `${bucket}/${each}`).join(', ') ?? '';
    throw bucketErrors('bucket_notices_off', {
      attempted: `Switch off the notices of ${bucket}/${prefix}`,
      detail: told === '' ? 'nothing of this bucket is told' : `what is told of it: ${told}`,
    });
  }
  // One that was deleted has nothing to be taken away from.
  const found = await notifier.read(bucket);
  const notification = found ?? {};
  const { EventBridgeConfiguration, ...rest } = notification;
  const goes = prefixes.length === 0 && wanted.value.addedEventBridge && EventBridgeConfiguration !== undefined;
  if (goes) await notifier.write(bucket, rest);
  await records.transact([
    prefixes.length > 0
      ? { op: 'put', pk, sk, value: { ...wanted.value, prefixes }, if: unchanged(wanted) }
      : { op: 'delete', pk, sk, if: unchanged(wanted) },
  ]);
  const eventBridge = found === null ? 'gone' : goes ? 'removed' : 'kept';
  return { bucket, prefixes, eventBridge, others: othersIn(notification) };
}

/** Whose objects are told of, by bucket. */
export async function listWanted(records: RecordStore): Promise<readonly (WantedRow & { readonly bucket: string })[]> {
  const found: (WantedRow & { bucket: string })[] = [];
  let after: string | undefined;
  do {
    const page = await records.query<WantedRow>(WANTED, { limit: 1000, ...(after === undefined ? {} : { after }) });
    found.push(...page.items.map(({ sk, value }) => ({ bucket: sk, ...value })));
    after = page.next;
  } while (after !== undefined);
  return found;
}

function othersIn(notification: Notification): number {
  const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = notification;
  return [TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations].reduce(
    (sum, some) => sum + (some?.length ?? 0),
    0,
  );
}
