/** A call of S3 as CloudTrail wrote it down and EventBridge hands it over, read as far as the guard goes by it. */
import { bucketErrors } from '../errors.ts';
import {
  accessPointLoosenings,
  accountLoosenings,
  creations,
  deletions,
  loosenings,
  multiRegionLoosenings,
  tagCalls,
} from './calls.ts';

export type Subject =
  | { readonly kind: 'bucket'; readonly name: string }
  | { readonly kind: 'access-point'; readonly name: string }
  /** Whatever lies behind an access point that reaches into several Regions. */
  | { readonly kind: 'multi-region' }
  | { readonly kind: 'account' };

export interface GuardEvent {
  readonly eventId: string;
  /** As CloudTrail names it. */
  readonly call: string;
  readonly isCreation: boolean;
  readonly isDeletion: boolean;
  readonly subject: Subject;
  readonly time: string;
  /** ARN of who called; `null`: it does not say. */
  readonly caller: string | null;
  /** ARN of the role whose session it was; `null`: of none. */
  readonly role: string | null;
  readonly address: string | null;
  /** Called by a program that keeps the account as it is described somewhere. */
  readonly byInfrastructureCode: boolean;
}

/** Where the guard stands: events of other places are not its own. */
export interface GuardPlace {
  readonly account: string;
  readonly region: string;
}

export type ReadEvent =
  | { readonly event: GuardEvent; readonly ignored: null }
  | {
      readonly event: null;
      /** Why nothing has to be done. */
      readonly ignored: string;
    };

/** Throws `guard_event_unreadable` for what EventBridge would never hand over. */
export function readEvent(body: string, place: GuardPlace): ReadEvent {
  const { detail } = parsed(body);
  if (!isObject(detail)) return ignored('it is of another kind');
  const call = text(detail['eventName']) ?? '';
  if (detail['eventSource'] !== 's3.amazonaws.com') return ignored('it is of another service');
  if (detail['errorCode'] !== undefined) return ignored(`the call failed: ${text(detail['errorCode'])}`);
  const account = text(detail['recipientAccountId']) ?? '';
  if (account !== place.account) return ignored('it is of another account');
  if (detail['awsRegion'] !== place.region) return ignored('it is of another Region');
  const eventId = text(detail['eventID']);
  if (eventId === null) return ignored('it has no id');
  const subject = subjectOf(call, detail);
  if (typeof subject === 'string') return ignored(subject);
  const identity = isObject(detail['userIdentity']) ? detail['userIdentity'] : {};
  const agent = `${text(detail['userAgent'])} ${text(identity['invokedBy'])}`;
  return {
    ignored: null,
    event: {
      eventId,
      call,
      isCreation: isOneOf(creations, call),
      isDeletion: isOneOf(deletions, call),
      subject,
      time: text(detail['eventTime']) ?? '',
      caller: text(identity['arn']),
      role: text(at(identity, 'sessionContext', 'sessionIssuer', 'arn')),
      address: text(detail['sourceIPAddress']),
      byInfrastructureCode: /terraform|opentofu|pulumi|cloudformation|aws-cdk/i.test(agent),
    },
  };
}

function parsed(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw bucketErrors('guard_event_unreadable', { cause });
  }
  if (isObject(value)) return value;
  throw bucketErrors('guard_event_unreadable');
}

/** Longer than any that S3 has; what is longer is no name. */
const NAME_LENGTH = 255;

function subjectOf(call: string, detail: Record<string, unknown>): Subject | string {
  if (isOneOf(accountLoosenings, call)) return { kind: 'account' };
  if (isOneOf(multiRegionLoosenings, call)) return { kind: 'multi-region' };
  const asked = isObject(detail['requestParameters']) ? detail['requestParameters'] : {};
  const bucket = text(asked['bucketName']) ?? bucketOfResources(detail['resources']);
  if (isOneOf(tagCalls, call)) {
    const tagged = bucketOfArn(text(asked['resourceArn']) ?? text(asked['resourceARN'])) ?? bucket;
    return isName(tagged) ? { kind: 'bucket', name: tagged } : 'it tags no bucket';
  }
  if ([creations, deletions, loosenings].some((names) => isOneOf(names, call))) {
    return isName(bucket) ? { kind: 'bucket', name: bucket } : 'it names no bucket';
  }
  if (!isOneOf(accessPointLoosenings, call)) return 'it is none of the calls that are listened for';
  const point = text(asked['name']);
  if (isName(bucket)) return { kind: 'bucket', name: bucket };
  return isName(point) ? { kind: 'access-point', name: point } : 'it names no access point';
}

function isName(name: string | null): name is string {
  return name !== null && name.length <= NAME_LENGTH && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name);
}

/** Most events have an empty list here. */
function bucketOfResources(resources: unknown): string | null {
  const arns = Array.isArray(resources) ? resources.map((each) => (isObject(each) ? text(each['ARN']) : null)) : [];
  return arns.flatMap((arn) => bucketOfArn(arn) ?? [])[0] ?? null;
}

function bucketOfArn(arn: string | null): string | null {
  return /^arn:[a-z-]+:s3:::([^/]+)$/.exec(arn ?? '')?.[1] ?? null;
}

function ignored(why: string): ReadEvent {
  return { event: null, ignored: why };
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 2048) : null;
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}
