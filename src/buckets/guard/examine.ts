/** Whether the parts of a deployed guard work, each asked for itself, and all of them together by the canary. */
import { timestamp } from '../../base/clock.ts';
import { formatDuration } from '../../base/quantities.ts';
import type { CanaryState } from './canary.ts';

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

/** `mostMs`: how long a call may take to come back as an event. */
export function canaryHealth({ sentMs, heardMs }: CanaryState, nowMs: number, mostMs: number): PartHealth {
  const part = 'hearing';
  if (sentMs === null) return { part, health: 'unknown', detail: 'its daily call was not made yet' };
  const sent = `the call of ${timestamp(sentMs)}`;
  if (heardMs !== null && heardMs >= sentMs) {
    return { part, health: 'works', detail: `${sent} came back after ${formatDuration(heardMs - sentMs)}` };
  }
  if (nowMs - sentMs <= mostMs) return { part, health: 'unknown', detail: `${sent} is still on its way` };
  return {
    part,
    health: 'broken',
    detail: `${sent} never came back: see the trail, the rule and the log of the function`,
  };
}
