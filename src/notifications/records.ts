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
 *     notice-preferences#<r> preferences                SealedRow of Preferences: rules, hours, addresses
 *     notice-confirmations   <hash of a token>          ConfirmationRow: an address that is to be confirmed
 *     notice-asked           <keyed hash>               an address that was asked just now
 *     notice-channels        <channel id>               ChannelRow
 *     notice-mailboxes#<r>   <channel id>               MailboxRow: what waits for a reader on a channel
 *     notices-due            <due, 15 digits>#<r>#<ch>  mailboxes in which something is due
 *     notice-health          <channel id>               Health: how deliveries went lately
 *     notice-push#<account>  <subscription id>          PushRow: a browser in which somebody is told
 *     notice-push-endpoints  <keyed hash>               PushEndpointRow: whose a browser is just now
 *     notice-push-key        key                        SealedRow: what pushes are signed with
 *     notice-dead            <letter id>                SealedRow of DeadContent: letters that were given up
 */
import type { JsonObject } from '../storage/index.ts';
import type { Letter } from './channels/index.ts';
import type { NoticeSubject, Severity } from './kind.ts';

export const EVENTS = 'notice-events';
export const BATCHES = 'notice-batches';
export const CHANNELS = 'notice-channels';
export const HEALTH = 'notice-health';
export const DEAD = 'notice-dead';
export const DUE = 'notices-due';

/** The id of the channel that is everybody's browsers: it is there without being set up. */
export const PUSH_CHANNEL = 'push';
/** The same of the workspace's own room for alerts. */
export const ALERTS_CHANNEL = 'alerts';

export const keys = {
  event: (eventId: string) => ({ pk: EVENTS, sk: eventId }),
  batch: (batchId: string) => ({ pk: BATCHES, sk: batchId }),
  notice: (accountId: string, noticeId: string) => ({ pk: feedOf(accountId), sk: noticeId }),
  unread: (accountId: string, noticeId: string) => ({ pk: unreadOf(accountId), sk: noticeId }),
  told: (state: string) => ({ pk: 'notice-told', sk: state }),
  preferences: (accountId: string) => ({ pk: `notice-preferences#${accountId}`, sk: 'preferences' }),
  confirmation: (hash: string) => ({ pk: 'notice-confirmations', sk: hash }),
  asked: (hash: string) => ({ pk: 'notice-asked', sk: hash }),
  channel: (channelId: string) => ({ pk: CHANNELS, sk: channelId }),
  mailbox: (readerId: string, channelId: string) => ({ pk: mailboxesOf(readerId), sk: channelId }),
  due: (dueMs: number, readerId: string, channelId: string) => ({
    pk: DUE,
    sk: `${dueBefore(dueMs)}#${readerId}#${channelId}`,
  }),
  health: (channelId: string) => ({ pk: HEALTH, sk: channelId }),
  dead: (letterId: string) => ({ pk: DEAD, sk: letterId }),
  push: (accountId: string, subscriptionId: string) => ({ pk: pushOf(accountId), sk: subscriptionId }),
  pushEndpoint: (hash: string) => ({ pk: 'notice-push-endpoints', sk: hash }),
  pushKey: { pk: 'notice-push-key', sk: 'key' },
  fold: (accountId: string, hash: string) => ({ pk: foldsOf(accountId), sk: hash }),
} as const;

export const feedOf = (accountId: string): string => `notices#${accountId}`;
export const unreadOf = (accountId: string): string => `notices-unread#${accountId}`;
export const foldsOf = (accountId: string): string => `notices-folds#${accountId}`;

export const pushOf = (accountId: string): string => `notice-push#${accountId}`;
export const mailboxesOf = (readerId: string): string => `notice-mailboxes#${readerId}`;
/** Milliseconds as text that sorts. */
export const dueBefore = (dueMs: number): string => String(dueMs).padStart(15, '0');

/** See vault.ts. */
export type SealedRow = { readonly sealed: string };

/** What happened, once or often. */
type Happened = {
  readonly kind: string;
  /** `null`: every admin. */
  readonly accountId: string | readonly string[] | null;
  readonly subject: string;
  readonly severity: Severity;
  readonly count: number;
  readonly details: readonly string[];
  /** What can be decided on; rows of before have none. */
  readonly about?: readonly NoticeSubject[];
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

export type ConfirmationRow = SealedRow;

export type PushRow = SealedRow & { readonly madeMs: number };

export type PushEndpointRow = { readonly accountId: string; readonly subscriptionId: string };

export type ChannelRow = SealedRow & {
  /** What admins call it. */
  readonly name: string;
  readonly kind: string;
  readonly madeMs: number;
};

export type ChannelContent = {
  /** What the kind is set up with, secrets included. */
  readonly config: JsonObject;
  /** Of a channel that is one place and may be told which; else empty. */
  readonly destination: string;
  /** Which kinds of notices go there; `null`: all that admins hear. Of channels that are one place. */
  readonly kinds: readonly string[] | null;
};

export type MailboxRow = SealedRow & {
  /** Where it stands in DUE; `null`: nowhere. */
  readonly dueMs: number | null;
};

/** A letter as a value of records. */
export type StoredLetter = { readonly [Field in keyof Letter]: Letter[Field] };

export type DeadContent = {
  readonly readerId: string;
  readonly channelId: string;
  readonly letter: StoredLetter;
  readonly destination: string;
  readonly attempts: number;
  readonly code: string;
  readonly detail: string;
  readonly atMs: number;
};
