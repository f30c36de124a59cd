/**
 * Where notices lie in the RecordStore. What says anything is sealed: under the workspace key where the server goes on
 * with it, to the reader alone where it is kept.
 *
 *     notice-events          <event id>                 SealedRow of EventContent: raised, not made into notices yet
 *     notice-batches         <batch id>                 BatchRow: folded events, on their way to their readers
 *     notices#<reader>       <notice id>                NoticeRow: the feed
 *     notices-unread#<r>     <notice id>                of these, what is not read
 *     notices-folds#<r>      <keyed hash>               SealedRow of FoldContent: what the next repeat is folded into
 *     notice-told            <state>                    a state that lasts, and was told
 */
import type { Severity } from './kind.ts';

export const EVENTS = 'notice-events';
export const BATCHES = 'notice-batches';

export const keys = {
  event: (eventId: string) => ({ pk: EVENTS, sk: eventId }),
  batch: (batchId: string) => ({ pk: BATCHES, sk: batchId }),
  notice: (accountId: string, noticeId: string) => ({ pk: feedOf(accountId), sk: noticeId }),
  unread: (accountId: string, noticeId: string) => ({ pk: unreadOf(accountId), sk: noticeId }),
  told: (state: string) => ({ pk: 'notice-told', sk: state }),
  fold: (accountId: string, hash: string) => ({ pk: foldsOf(accountId), sk: hash }),
} as const;

export const feedOf = (accountId: string): string => `notices#${accountId}`;
export const unreadOf = (accountId: string): string => `notices-unread#${accountId}`;
export const foldsOf = (accountId: string): string => `notices-folds#${accountId}`;

/** See vault.ts. */
export type SealedRow = { readonly sealed: string };

/** What happened, once or often. */
type Happened = {
  readonly kind: string;
  /** `null`: every admin. */
  readonly accountId: string | null;
  readonly subject: string;
  readonly severity: Severity;
  readonly count: number;
  readonly details: readonly string[];
};

export type EventContent = Happened & { readonly atMs: number };

export type BatchContent = Happened & { readonly firstMs: number; readonly lastMs: number };

export type BatchRow = SealedRow & {
  /** Readers that have it by now. */
  readonly done: readonly string[];
};

export type FoldContent = {
  readonly noticeId: string;
  readonly firstMs: number;
  readonly severity: Severity;
  readonly count: number;
  readonly details: readonly string[];
};

export type NoticeRow = {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  /** `null`: not read. */
  readonly readMs: number | null;
  /** Base64 of an age file to the reader: NoticeBody. */
  readonly body: string;
  readonly mac: string;
};

/** What only the reader opens. */
export type NoticeBody = {
  readonly kind: string;
  readonly severity: Severity;
  readonly details: readonly string[];
};
