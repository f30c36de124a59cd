/** What the workspace tells in a room so that somebody does something about it: a message with actions. */
import type { RoomEvent } from '../messages/content.ts';

/** Something that an alert is about and that can be decided on: a finding, and how bad that is where it is known. */
export type AlertSubject = {
  readonly id: string;
  readonly title: string;
  readonly weight?: Weight;
};

export const weights = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Weight = (typeof weights)[number];

export type Alert = {
  /** Kind of the notice that it comes from. */
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** How often it happened since the message was posted. */
  readonly count: number;
  /** How many things it tells of, whatever of them happened again; missing: as many as `count` says. */
  readonly things?: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly details: readonly string[];
  /** Worst first. */
  readonly about: readonly AlertSubject[];
  /** Absolute; `null`: nowhere. */
  readonly link: string | null;
};

/** acknowledge: somebody looks after it. accept: to live with a finding, as its own page does. */
export type Verb = 'acknowledge' | 'accept';

export interface Action {
  readonly actionId: string;
  readonly verb: Verb;
  /** `null`: the alert as a whole. */
  readonly findingId: string | null;
}

/** Of what repeats are told by. */
const MOST = 5;
const ORDER = ['info', 'warning', 'critical'] as const;

/** The alert that a message is, as it is now; `null` for every other message. */
export function alertOf({ content, changes }: RoomEvent): Alert | null {
  if (content?.kind !== 'message' || content.removed || changes?.removed || changes?.hidden) return null;
  return changes?.alert ?? content.alert ?? null;
}

export function actionsOf({ about }: Alert): Action[] {
  return [
    { actionId: 'acknowledge', verb: 'acknowledge', findingId: null },
    ...about.map(({ id }): Action => ({ actionId: `accept.${id}`, verb: 'accept', findingId: id })),
  ];
}

/**
 * What an alert tells of, each by a name that is the same when it happens again. What is critical is told by its details as
 * well: one that was not there before is another break-in. Of anything else details may say what changes each time.
 */
export function thingsOf({ about, details, severity }: Alert): readonly string[] {
  const things = [...about.map(({ id }) => `about ${id}`), ...(severity === 'critical' ? details : [])];
  return things.length === 0 ? [''] : [...new Set(things)];
}

/** Whether an alert tells nothing that the one before does not tell, and nothing of it is worse by now. */
export function isRepeat(before: Alert, again: Alert): boolean {
  if (ORDER.indexOf(again.severity) > ORDER.indexOf(before.severity)) return false;
  const weightOf = ({ weight = 'info' }: AlertSubject): number => weights.indexOf(weight);
  const weightBefore = new Map(before.about.map((each) => [each.id, weightOf(each)]));
  if (again.about.some((each) => weightOf(each) > (weightBefore.get(each.id) ?? 0))) return false;
  const known = new Set(thingsOf(before));
  return thingsOf(again).every((thing) => known.has(thing));
}

/** The same thing again: how often by now, and what was told last of it. */
export function folded(before: Alert, again: Alert): Alert {
  return {
    ...again,
    severity: before.severity,
    count: before.count + again.count,
    things: Math.max(thingCount(before), thingCount(again)),
    firstMs: Math.min(before.firstMs, again.firstMs),
    lastMs: Math.max(before.lastMs, again.lastMs),
    details: [...new Set([...before.details, ...again.details])].slice(-MOST),
    // None is new: it keeps all that can be decided on in it.
    about: before.about,
  };
}

/** How many things it tells of. */
export function thingCount({ things, count }: Alert): number {
  return things ?? count;
}
