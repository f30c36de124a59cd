import type { AuditFacts } from '../base/audit-event.ts';

/**
 * Where the audit trail lies in the RecordStore. Everything is in clear and holds ids only.
 *
 *     audit#pending       <eventId>             EventRow: written with the act, until it is linked
 *     audit-of#<subject>  <eventId>             EventRow: the history of one file, folder, drive or account
 *     audit#batches       <12-digit sequence>   BatchRow: the chain; events in order of linking
 *     audit#head          head                  HeadRow: the newest batch
 *
 * In both stores, create-only: `audit/heads/<12-digit sequence>-<16 hex of the hash>.json`, a {@link SignedHead}.
 */
export const keys = {
  pending: (eventId: string) => ({ pk: PENDING, sk: eventId }),
  of: (subjectId: string, eventId: string) => ({ pk: historyOf(subjectId), sk: eventId }),
  batch: (sequence: number) => ({ pk: BATCHES, sk: digits(sequence) }),
  head: { pk: 'audit#head', sk: 'head' },
} as const;

export const PENDING = 'audit#pending';
export const BATCHES = 'audit#batches';
export const HEADS_PREFIX = 'audit/heads/';

export const historyOf = (subjectId: string): string => `audit-of#${subjectId}`;

/** The first batch follows nothing. */
export const NO_HASH = '0'.repeat(64);

/** Sequences sort as text, too. */
export function digits(sequence: number): string {
  return String(sequence).padStart(12, '0');
}

/** Where a head lies in a store. */
export function headKey({ sequence, hash }: { readonly sequence: number; readonly hash: string }): string {
  return `${HEADS_PREFIX}${digits(sequence)}-${hash.slice(0, 16)}.json`;
}

/** An event as it is kept: what the feature said, with an id and the time. */
export type StoredEvent = {
  readonly eventId: string;
  readonly atMs: number;
  readonly act: string;
  readonly actorId: string | null;
  readonly sessionId: string | null;
  readonly subjectIds: readonly string[];
  readonly facts: AuditFacts;
};

/** `mac`: under the workspace key, so that nobody gets an event of his own linked by writing it into the database. */
export type EventRow = { readonly event: StoredEvent; readonly mac: string };

export type BatchRow = {
  readonly format: 'holdfast-audit-batch-1';
  /** Counts from 1, without gaps. */
  readonly sequence: number;
  /** Of the batch before; {@link NO_HASH} in the first. */
  readonly previousHash: string;
  /** Events in all batches before this one. */
  readonly eventsBefore: number;
  /** When it was linked. */
  readonly atMs: number;
  /** Generation of the workspace key that the signing key is derived from. */
  readonly keyGeneration: number;
  readonly events: readonly StoredEvent[];
  /** Ed25519 over the canonical JSON of all other fields, base64url. */
  readonly signature: string;
};

export type HeadRow = {
  readonly sequence: number;
  readonly hash: string;
  /** Events in all batches up to this one. */
  readonly events: number;
};

/** What lies in the stores, out of reach of whoever writes only the database. */
export type SignedHead = {
  readonly format: 'holdfast-audit-head-1';
  readonly workspaceId: string;
  readonly sequence: number;
  readonly hash: string;
  readonly events: number;
  readonly atMs: number;
  readonly keyGeneration: number;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  readonly signature: string;
};
