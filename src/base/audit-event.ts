/**
 * What features tell the audit trail, without knowing it. An event says who did what to what, in ids: names, paths,
 * e-mail addresses and secrets never stand in one, because the trail is kept for ever and read by admins.
 */
export type AuditEvent = {
  /** What was done, as `noun.participle`: `version.stored`, `session.ended`. */
  readonly act: `${string}.${string}`;
  /** The account that did it; `null` when nobody was signed in, or when the server did it by itself. */
  readonly actorId: string | null;
  /** The login session (or app password) it was done with. */
  readonly sessionId: string | null;
  /** Ids of what it was done to. The history of each of them lists the event. */
  readonly subjectIds: readonly string[];
  /** Other ids, counts, sizes, codes and addresses that tell what was done: at most 16, texts of at most 256 characters. */
  readonly facts?: AuditFacts;
};

export type AuditFacts = { readonly [name: string]: string | number | boolean | null };

/**
 * The audit trail as the features get it handed in. `Operation` is what their transactions are made of, which is none
 * of this file's business.
 */
export interface AuditTrail<Operation> {
  /**
   * The records to add to the act's own transaction: the act and its event are there together or not at all. At most
   * one more than the event has subjects. Throws `TypeError` for an event that breaks the rules above.
   */
  operations(event: AuditEvent): readonly Operation[];
  /**
   * For what changes nothing (reads, refusals): kept in memory and written a moment later, so a crash may lose the last
   * second. With `seldom` an event that is the same as one of the last minutes is left out.
   */
  note(event: AuditEvent, options?: { readonly seldom?: boolean }): void;
}

/** Who acts, out of a session. */
export function actorOf(session: { readonly accountId: string; readonly sessionId: string }): {
  readonly actorId: string;
  readonly sessionId: string;
} {
  return { actorId: session.accountId, sessionId: session.sessionId };
}
