/** What notices are made of: the kinds that the features have, and the events that they are made from. */

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** When a notice leaves by a channel: at once, or together with others. */
export const timings = ['immediate', 'hourly', 'daily', 'off'] as const;
export type Timing = (typeof timings)[number];

/** One kind of notice. Everything said of it here is the same for every notice of the kind, and names nothing. */
export interface NoticeKind {
  /** `login_new`: stable, for rules and for programs. */
  readonly name: string;
  readonly severity: Severity;
  /** May be an attack: it is always in the feed, and a critical one leaves in quiet hours too. */
  readonly security: boolean;
  /** Who hears of it: the person that the event names, or every admin. */
  readonly audience: 'person' | 'admins';
  /**
   * What its details may be. `none`: nothing, as for people's files, rooms and messages. `own`: facts about the reader's
   * own account. `resource`: what a guard looks at; left out while the setting `guard-notice-names` is off.
   */
  readonly names: 'none' | 'own' | 'resource';
  /** Whoever saw it has mailed it already: it is in the feed and leaves by any channel but those that mail. */
  readonly mailedElsewhere?: true;
  /** When it leaves by a channel for which the reader made no rule. */
  readonly usual: Exclude<Timing, 'off'>;
  /** `New login`, `3 new logins`. */
  readonly title: (count: number) => string;
  /** What to do now. */
  readonly advice: string;
  /** Where in the web app, or `null`. */
  readonly path: string | null;
}

/** How bad a thing is that a notice is about, as whoever found it says: finer than what a notice is. */
const weights = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Weight = (typeof weights)[number];

/** Something that a notice is about: its id, what people call it, and how bad it is where that is known. */
export type NoticeSubject = { readonly id: string; readonly title: string; readonly weight?: Weight };

/** Something happened that somebody is to be told. */
export interface NoticeEvent {
  /** Name of a kind that is registered. */
  readonly kind: string;
  /** Whom it concerns, at most 500 for kinds whose audience is a person; else `null`. */
  readonly accountId: string | readonly string[] | null;
  /** Events of one kind and subject are one notice with a count. At most 256 characters; shown to nobody. */
  readonly subject: string;
  /** In place of the kind's. */
  readonly severity?: Severity;
  /** How often it happened: 1 to 10,000, default 1. */
  readonly count?: number;
  /** Things with ids that can be decided on, such as findings; the worst {@link MAX_DETAILS} are kept. For kinds that name resources. */
  readonly about?: readonly NoticeSubject[];
  /** What exactly, one line each; the last {@link MAX_DETAILS} are kept. Dropped where the kind carries no names. */
  readonly details?: readonly string[];
}

export const MAX_DETAILS = 5;
export const MAX_DETAIL_CHARACTERS = 300;

/** The worse of the two. */
export function worse(one: Severity, other: Severity): Severity {
  return severities.indexOf(one) > severities.indexOf(other) ? one : other;
}

/** The worst few, each once as it is by now: worst first, and of the same weight in the order in which they came. */
export function worstAbout(older: readonly NoticeSubject[], newer: readonly NoticeSubject[]): NoticeSubject[] {
  const byId = new Map([...older, ...newer].map((each) => [each.id, each]));
  const rank = ({ weight = 'info' }: NoticeSubject): number => weights.indexOf(weight);
  return [...byId.values()].toSorted((a, b) => rank(b) - rank(a)).slice(0, MAX_DETAILS);
}

/** The last few, each once. */
export function lastDetails(older: readonly string[], newer: readonly string[]): string[] {
  const cut = newer.map((detail) =>
    detail.length > MAX_DETAIL_CHARACTERS ? `${detail.slice(0, MAX_DETAIL_CHARACTERS - 1)}…` : detail,
  );
  return [...new Set([...cut.toReversed(), ...older.toReversed()])].slice(0, MAX_DETAILS).toReversed();
}

/** By name. Throws `TypeError` for a name that is taken or malformed: both are mistakes of this program. */
export function kindsByName(kinds: readonly NoticeKind[]): ReadonlyMap<string, NoticeKind> {
  const byName = new Map<string, NoticeKind>();
  for (const kind of kinds) {
    if (!/^[a-z][a-z_]{1,39}$/.test(kind.name)) throw new TypeError(`“${kind.name}” is no name of a kind of notice`);
    if (byName.has(kind.name)) throw new TypeError(`Two kinds of notice are called “${kind.name}”`);
    byName.set(kind.name, kind);
  }
  return byName;
}
