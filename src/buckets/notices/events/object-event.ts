/** One change of an object, as a store tells of it: S3 through EventBridge here, other ways in files of their own. */
import { bucketErrors } from '../../errors.ts';
import type { GuardPlace } from '../../guard/event.ts';

export interface ObjectEvent {
  /** The same in each repeat. */
  readonly eventId: string;
  readonly atMs: number;
  /** As the store names it: `Object Created: PutObject`. */
  readonly name: string;
  /** `expired`: the store itself deleted it, by a lifecycle rule. `opened` and `access`: see digest.ts. */
  readonly happened: 'written' | 'deleted' | 'expired' | 'acl' | 'opened' | 'access';
  readonly bucket: string;
  readonly key: string;
  /** Orders the events of one key; `null`: the store does not say. */
  readonly sequencer: string | null;
  /** Bytes; `null`: it does not say. */
  readonly size: number | null;
  /** As the store names who asked; `null`: it does not say. */
  readonly who: string | null;
  readonly address: string | null;
  /** Whether a version stays under the key, or another one comes to light there. `null`: nobody can say. */
  readonly isThereAfterwards: boolean | null;
  /** Whether something was under the key before, as far as the store says; `null`: it does not. */
  readonly wasThereBefore: boolean | null;
}

export type ReadObjectEvent =
  | { readonly event: ObjectEvent; readonly ignored: null }
  | { readonly event: null; readonly ignored: string };

/** What EventBridge calls the changes that are told (S3 User Guide, “Using EventBridge”). */
export const objectEventTypes = ['Object Created', 'Object Deleted', 'Object ACL Updated'] as const;

/** Throws `guard_event_unreadable` for what EventBridge would never hand over. */
export function readObjectEvent(body: string, place: GuardPlace): ReadObjectEvent {
  const event = objectIn(body);
  const type = text(event['detail-type']) ?? '';
  const detail = asObject(event['detail']);
  const object = asObject(detail['object']);
  if (event['source'] !== 'aws.s3') return ignored('it is of another service');
  if (event['account'] !== place.account) return ignored('it is of another account');
  if (event['region'] !== place.region) return ignored('it is of another Region');
  const bucket = text(asObject(detail['bucket'])['name']);
  const key = text(object['key']);
  const id = text(event['id']);
  const atMs = Date.parse(text(event['time']) ?? '');
  if (bucket === null || key === null || id === null || Number.isNaN(atMs)) return ignored('it names no object');
  const reason = text(detail['reason']);
  const happened = happenedBy(type, reason);
  if (happened === null) return ignored('it is no change that is told');
  const sequencer = text(object['sequencer']);
  const size = object['size'];
  return {
    ignored: null,
    event: {
      eventId: sequencer ?? id,
      atMs,
      name: reason === null ? type : `${type}: ${reason}`,
      ...{ happened, bucket, key, sequencer },
      size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
      who: text(detail['requester']),
      address: text(detail['source-ip-address']),
      isThereAfterwards: afterwards(happened, text(detail['deletion-type']), text(object['version-id'])),
      wasThereBefore: null,
    },
  };
}

type FromS3 = Exclude<ObjectEvent['happened'], 'opened' | 'access'>;

function happenedBy(type: string, reason: string | null): FromS3 | null {
  if (type === 'Object Created') return 'written';
  if (type === 'Object Deleted') return reason === 'Lifecycle Expiration' ? 'expired' : 'deleted';
  return type === 'Object ACL Updated' ? 'acl' : null;
}

/** Whoever deletes one version for good may leave others. */
function afterwards(happened: FromS3, deletion: string | null, versionId: string | null): boolean | null {
  if (happened === 'written') return true;
  if (happened === 'acl') return null;
  return deletion === 'Permanently Deleted' && versionId !== null ? null : false;
}

/** Sequencers of one key are compared from the left, the shorter one filled up with zeros (S3 User Guide). */
export function isLater(one: string, other: string): boolean {
  const length = Math.max(one.length, other.length);
  return one.padEnd(length, '0') > other.padEnd(length, '0');
}

function objectIn(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw bucketErrors('guard_event_unreadable', { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw bucketErrors('guard_event_unreadable');
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 2048) : null;
}

function ignored(why: string): ReadObjectEvent {
  return { event: null, ignored: why };
}
