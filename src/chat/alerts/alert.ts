/** What the workspace tells in a room so that somebody does something about it: a message with actions. */
import type { RoomEvent } from '../messages/content.ts';

/** Something that an alert is about and that can be decided on: a finding. */
export type AlertSubject = { readonly id: string; readonly title: string };

export type Alert = {
  /** Kind of the notice that it comes from. */
  readonly kind: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** How often it happened since the message was posted. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly details: readonly string[];
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

/** Of those that are folded into one; what they are about too. */
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

/** The same thing again: how often by now, the worse severity, the last of what it is about. */
export function folded(before: Alert, again: Alert): Alert {
  const ids = new Set(again.about.map(({ id }) => id));
  return {
    ...again,
    severity: ORDER.indexOf(before.severity) > ORDER.indexOf(again.severity) ? before.severity : again.severity,
    count: before.count + again.count,
    firstMs: Math.min(before.firstMs, again.firstMs),
    lastMs: Math.max(before.lastMs, again.lastMs),
    details: [...new Set([...before.details, ...again.details])].slice(-MOST),
    about: [...before.about.filter(({ id }) => !ids.has(id)), ...again.about].slice(-MOST),
  };
}
