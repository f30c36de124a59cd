/** Whether the parts of a deployed guard work, each asked for itself, and all of them together by the canary. */
import { timestamp } from '../../base/clock.ts';
import { count, formatDuration } from '../../base/text/quantities.ts';
import type { CanaryState } from './canary.ts';
import type { SweepState } from './swept.ts';

/** `unknown`: it could not be looked at, or it is too early to say. */
export const healths = ['works', 'broken', 'unknown'] as const;
export type Health = (typeof healths)[number];

export interface PartHealth {
  readonly part: string;
  readonly health: Health;
  /** For people: what was seen, and what to do where it is broken. */
  readonly detail: string;
}

export interface DeployedGuard extends AsyncDisposable {
  examine(): Promise<readonly PartHealth[]>;
  /** `null`: the guard has none of this id. */
  receipt(receiptId: string): Promise<unknown>;
}

/** What is done once a day may be some minutes late, and take some. */
const DAILY_MS = 93_600_000;
/** What is done once a minute. */
const EVERY_MINUTE_MS = 600_000;

/** Which log says more, and which clock it is. */
const seeClock = (schedule: string, log: string): string =>
  `see whether the schedule ${schedule} of the stack is enabled, and the log ${log}`;

/** `mostMs`: how long a call may take to come back as an event. */
export function canaryHealth(
  { sentMs, heardMs }: CanaryState,
  nowMs: number,
  mostMs: number,
  stack: string,
): PartHealth {
  const part = 'hearing';
  if (sentMs === null) return { part, health: 'unknown', detail: 'its daily call was not made yet' };
  const sent = `the call of ${timestamp(sentMs)}`;
  if (nowMs - sentMs > DAILY_MS) {
    const detail = `${sent} was the last one, and there is one a day; ${seeClock('Canary', `/holdfast/${stack}/tasks`)}`;
    return { part, health: 'broken', detail };
  }
  if (heardMs !== null && heardMs >= sentMs) {
    return { part, health: 'works', detail: `${sent} came back after ${formatDuration(heardMs - sentMs)}` };
  }
  if (nowMs - sentMs <= mostMs) return { part, health: 'unknown', detail: `${sent} is still on its way` };
  return {
    part,
    health: 'broken',
    detail: `${sent} never came back: mend the trail and the rule for calls, or see the log /holdfast/${stack}/events`,
  };
}

/** Whether the look at all buckets is done every day, and can look. `null`: none was done yet. */
export function sweepHealth(swept: SweepState | null, nowMs: number, stack: string): PartHealth {
  const part = 'look at all';
  const log = `/holdfast/${stack}/tasks`;
  if (swept === null) {
    return { part, health: 'unknown', detail: `none was finished yet; the first begins with the deployment (${log})` };
  }
  const { atMs, buckets, failed } = swept;
  const last = `the last one was at ${timestamp(atMs)}, of ${count(buckets, 'bucket')}`;
  if (nowMs - atMs > DAILY_MS) {
    return { part, health: 'broken', detail: `${last}, and there is one a day; ${seeClock('Sweep', log)}` };
  }
  return failed === 0
    ? { part, health: 'works', detail: last }
    : { part, health: 'unknown', detail: `${last}, with ${count(failed, 'failure')}: see the log ${log}` };
}

/** What the notices of objects wrote down of themselves. */
export interface NoticesState {
  /** When they last looked for mails that are due; `null`: never. */
  readonly turnedMs: number | null;
  /** Since when the oldest mail that could not be sent waits; `null`: none does. */
  readonly waitingMs: number | null;
}

/** Whether mails about objects go out. */
export function noticesHealth({ turnedMs, waitingMs }: NoticesState, nowMs: number, stack: string): PartHealth {
  const part = 'mails about objects';
  const log = `/holdfast/${stack}/notices`;
  if (turnedMs === null) return { part, health: 'unknown', detail: `nobody has looked for them yet (${log})` };
  const last = `they were last looked for at ${timestamp(turnedMs)}`;
  if (nowMs - turnedMs > EVERY_MINUTE_MS) {
    return { part, health: 'broken', detail: `${last}, and that is done every minute; ${seeClock('Postman', log)}` };
  }
  if (waitingMs === null || nowMs - waitingMs <= EVERY_MINUTE_MS) return { part, health: 'works', detail: last };
  return {
    part,
    health: 'broken',
    detail: `one could not be sent since ${timestamp(waitingMs)}; the log ${log} says why`,
  };
}

/** Whether buckets whose notices are on still send their events. */
export interface EventsState {
  readonly wanted: number;
  /** They send them no more: somebody else has written their notifications since. */
  readonly silent: readonly string[];
  /** They were deleted. */
  readonly gone: readonly string[];
  /** Nobody can say of them. */
  readonly unread: readonly string[];
}

const MOST_NAMED = 10;

export function eventsHealth({ wanted, silent, gone, unread }: EventsState): PartHealth {
  const part = 'events of objects';
  if (wanted === 0) return { part, health: 'works', detail: 'no bucket has its notices switched on' };
  const left = gone.length === 0 ? '' : `; deleted, and to be switched off: ${named(gone)}`;
  const [first] = silent;
  if (first === undefined && unread.length > 0) {
    return { part, health: 'unknown', detail: `could not be looked at: ${named(unread)}${left}` };
  }
  if (first === undefined) {
    return { part, health: 'works', detail: `${count(wanted - gone.length, 'bucket')} sending them${left}` };
  }
  return {
    part,
    health: 'broken',
    detail: `EventBridge was switched off for ${named(silent)}; switch it on again: holdfast buckets notices on ${first}${left}`,
  };
}

function named(buckets: readonly string[]): string {
  const more = buckets.length - MOST_NAMED;
  return `${buckets.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
