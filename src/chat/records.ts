/**
 * Where chat lies in the RecordStore. What people wrote is encrypted under the key of its room, which is wrapped under
 * the workspace key.
 *
 *     chat-rooms               <room id>               RoomRow
 *     chat-room-names          <keyed hash of a name>  { roomId }: makes names unique
 *     chat-workspace           general                 { roomId }: the room that is there from the start
 *     chat-workspace           alerts                  { roomId }: the workspace's own room for alerts, once there were any
 *     chat-room#<room>         head                    HeadRow: the last sequence that was given
 *     chat-room#<room>         m#<last sequence>       RunRow: consecutive events, one or many
 *     chat-room#<room>         blocks                  BlocksRow: how far older runs were put together
 *     chat-room#<room>         c#<sequence>            SealedRow of Changes: what became of a message
 *     chat-room#<room>         e#<sequence>#<number>   SealedRow: a text that was replaced
 *     chat-room#<room>         p#<sequence>            {}: a message that is pinned
 *     chat-room#<room>         t#<sequence>#<sequence> {}: a thread, and a message in it
 *     chat-room#<room>         w#<sequence>            SealedRow: whom a message told by a word that they watch for
 *     chat-members#<room>      <account id>            MemberRow
 *     chat-rooms-of#<account>  <room id>               { direct? }: rooms and conversations that somebody is in
 *     chat-conversations       <room id>               ConversationRow
 *     chat-conversation-of     <keyed hash of members> { roomId }: makes it the only one of these people
 *     chat-wraps#<account>     <room id>               WrapsRow: the key of a conversation, for a member
 *     chat-keys                <account id>            PublishedKeyRow: what others wrap for
 *     chat-sent#<room>         <client's id>#<account> SentRow: a message that was sent, for ever
 *     chat-reader#<account>    <room id>               ReaderRow: how far somebody has read, and what they want to hear
 *     chat-saved#<account>     <room id>#<sequence>    { atMs }: messages that somebody keeps for later
 *     chat-mentions#<account>  <time>#<room>#<seq>     {}: messages that name somebody
 *     chat-person#<account>    preferences             PreferencesRow
 *     chat-acts#<room>         <time>#<id>             SealedRow of an act of moderation
 *     chat-acts-on#<account>   <time>#<id>#<room>      {}: acts of moderation that concern somebody
 *     chat-alerts#<room>       <keyed hash of a fold>  SealedRow: where the last telling of the same thing stands
 *     chat-reports#<room>      <sequence>#<account>    ReportRow, for the moderators; of the room `admins`: for them
 */
import type { RoomRole } from './rooms/roles.ts';

export type RoomKind = 'public' | 'private';

/** Who may enter a room that the workspace made: admins (whoever they are by then) or everybody but guests. */
export type Audience = 'admins' | 'members';

export type ConversationRow = {
  /** Account ids, sorted; they never change. */
  readonly members: readonly string[];
  readonly createdMs: number;
  readonly mac: string;
};

/** Base64 of age files: one for the person's chat identity, or for their account's while they had none, newest first. */
export type WrapsRow = { readonly wraps: readonly string[] };

export type PublishedKeyRow = { readonly recipient: string; readonly mac: string };

export type RoomRow = {
  readonly kind: RoomKind;
  readonly archived: boolean;
  /** Name and topic, under the room's key. */
  readonly sealed: string;
  /** `<generation>.<sealed>`: the room's key under what the workspace key of that generation gives. */
  readonly wrap: string;
  readonly nameHash: string;
  readonly createdMs: number;
  /** Changes with the members, so that whoever knows the row knows who may do what. */
  readonly membersVersion: number;
  readonly memberCount: number;
  /** Missing or 0: everything is kept. */
  readonly retentionDays?: number;
  /** Everything up to this sequence is gone because of its age; missing: nothing. */
  readonly forgottenUpTo?: number;
  /** Of a room that the workspace itself made: for whom. Admins are its owners, as in a public room. */
  readonly audience?: Audience;
  /** What holds in it (moderation/rules.ts), under the room's key; a room without any has none. */
  readonly rules?: string;
  readonly mac: string;
};

export type HeadRow = {
  /** Counts from 1; 0: nothing was written yet. */
  readonly sequence: number;
  /** Another one means that sequences are not those that were given before. */
  readonly epoch: string;
  /** Time of the last event: the next one is never earlier. */
  readonly lastMs: number;
};

/**
 * Consecutive events, encrypted in one piece; the one with the sequence of the row's key is the last of them. Those that
 * were written together at first, and up to a block of them when they are older.
 */
export type RunRow = {
  /** Base64url: authors, times, and what they said. */
  readonly box: string;
  readonly count: number;
  /** Times of the first and the last one. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** Events up to `upTo` lie in full blocks. */
export type BlocksRow = { readonly upTo: number };

export type MemberRow = { readonly role: RoomRole; readonly sinceMs: number; readonly mac: string };

export type SentRow = { readonly sequence: number };

export type SealedRow = { readonly sealed: string };

/** A copy of a message, for those who decide about it. */
export type ReportRow = {
  /** Under the room's key, or under a key of its own that lies in `wraps`. */
  readonly sealed: string;
  /** That key for each admin there was, as an age file in base64. */
  readonly wraps?: { readonly [accountId: string]: string };
  readonly open: boolean;
};

export const levels = ['all', 'mentions', 'none'] as const;
export type Level = (typeof levels)[number];

export type ReaderRow = {
  /** Everything up to it is read. */
  readonly read: number;
  readonly level: Level;
};

/** Sealed: whom somebody ignores is nobody's business. */
export type PreferencesRow = SealedRow;

export const ROOMS = 'chat-rooms';
export const CONVERSATIONS = 'chat-conversations';

export const keys = {
  room: (roomId: string) => ({ pk: ROOMS, sk: roomId }),
  name: (hash: string) => ({ pk: 'chat-room-names', sk: hash }),
  conversation: (roomId: string) => ({ pk: CONVERSATIONS, sk: roomId }),
  conversationOf: (hash: string) => ({ pk: 'chat-conversation-of', sk: hash }),
  wraps: (accountId: string, roomId: string) => ({ pk: `chat-wraps#${accountId}`, sk: roomId }),
  publishedKey: (accountId: string) => ({ pk: 'chat-keys', sk: accountId }),
  general: { pk: 'chat-workspace', sk: 'general' },
  alerts: { pk: 'chat-workspace', sk: 'alerts' },
  head: (roomId: string) => ({ pk: logOf(roomId), sk: 'head' }),
  blocks: (roomId: string) => ({ pk: logOf(roomId), sk: 'blocks' }),
  run: (roomId: string, last: number) => ({ pk: logOf(roomId), sk: runAt(last) }),
  changes: (roomId: string, sequence: number) => ({ pk: logOf(roomId), sk: changesAt(sequence) }),
  edit: (roomId: string, sequence: number, number: number) => ({
    pk: logOf(roomId),
    sk: `${EDITS}${padded(sequence)}#${String(number).padStart(4, '0')}`,
  }),
  pin: (roomId: string, sequence: number) => ({ pk: logOf(roomId), sk: `${PINS}${padded(sequence)}` }),
  reply: (roomId: string, thread: number, sequence: number) => ({
    pk: logOf(roomId),
    sk: `${repliesTo(thread)}${padded(sequence)}`,
  }),
  wordMentions: (roomId: string, sequence: number) => ({ pk: logOf(roomId), sk: `${WORDS}${padded(sequence)}` }),
  reader: (accountId: string, roomId: string) => ({ pk: `chat-reader#${accountId}`, sk: roomId }),
  saved: (accountId: string, roomId: string, sequence: number) => ({
    pk: savedOf(accountId),
    sk: `${roomId}#${padded(sequence)}`,
  }),
  mention: (accountId: string, atMs: number, roomId: string, sequence: number) => ({
    pk: mentionsOf(accountId),
    sk: `${padded(atMs)}#${roomId}#${padded(sequence)}`,
  }),
  preferences: (accountId: string) => ({ pk: `chat-person#${accountId}`, sk: 'preferences' }),
  member: (roomId: string, accountId: string) => ({ pk: membersOf(roomId), sk: accountId }),
  act: (roomId: string, atMs: number, actId: string) => ({ pk: actsIn(roomId), sk: `${padded(atMs)}#${actId}` }),
  actOn: (accountId: string, atMs: number, actId: string, roomId: string) => ({
    pk: actsOn(accountId),
    sk: `${padded(atMs)}#${actId}#${roomId}`,
  }),
  alert: (roomId: string, fold: string) => ({ pk: `chat-alerts#${roomId}`, sk: fold }),
  report: (readers: string, reportId: string) => ({ pk: reportsFor(readers), sk: reportId }),
  roomOf: (accountId: string, roomId: string) => ({ pk: roomsOf(accountId), sk: roomId }),
  /** The id comes first: those made one after the other lie beside each other, which is what makes them fast to write. */
  sent: (roomId: string, accountId: string, messageId: string) => ({
    pk: `chat-sent#${roomId}`,
    sk: `${messageId}#${accountId}`,
  }),
} as const;

export const logOf = (roomId: string): string => `chat-room#${roomId}`;
export const membersOf = (roomId: string): string => `chat-members#${roomId}`;
export const roomsOf = (accountId: string): string => `chat-rooms-of#${accountId}`;

export const savedOf = (accountId: string): string => `chat-saved#${accountId}`;
export const mentionsOf = (accountId: string): string => `chat-mentions#${accountId}`;

export const actsIn = (roomId: string): string => `chat-acts#${roomId}`;
export const actsOn = (accountId: string): string => `chat-acts-on#${accountId}`;
export const reportsFor = (readers: string): string => `chat-reports#${readers}`;

/** Everything in them is one person's. */
export const ownPartitions = (accountId: string): string[] => [
  keys.wraps(accountId, '').pk,
  keys.reader(accountId, '').pk,
  savedOf(accountId),
  mentionsOf(accountId),
  actsOn(accountId),
  keys.preferences(accountId).pk,
];

export const RUNS = 'm#';
export const CHANGES = 'c#';
export const EDITS = 'e#';
export const PINS = 'p#';
export const THREADS = 't#';
export const WORDS = 'w#';
/** Sequences and times as text that sorts. */
export const padded = (number: number): string => String(number).padStart(15, '0');
export const runAt = (last: number): string => RUNS + padded(last);
export const changesAt = (sequence: number): string => CHANGES + padded(sequence);
export const editsOf = (sequence: number): string => `${EDITS}${padded(sequence)}#`;
export const repliesTo = (thread: number): string => `${THREADS}${padded(thread)}#`;
/** The last number of a key. */
export const sequenceIn = (sk: string): number => Number(sk.slice(sk.lastIndexOf('#') + 1));
export const lastOf = (sk: string): number => Number(sk.slice(RUNS.length));

/** Where servers tell each other that something is to be looked at. */
export const topics = {
  /** A room has events up to `sequence`. */
  written: (roomId: string): string => `chat#${roomId}`,
  /** Something about a person, for all devices of theirs. */
  person: (accountId: string): string => `chat-person#${accountId}`,
  /** Somebody chose otherwise whom they ignore, or which words they watch for. */
  choices: 'chat-choices',
  /** Somebody is writing just now. */
  typing: (roomId: string): string => `chat-typing#${roomId}`,
  /** Who is here: see presence/. */
  presence: 'chat-presence',
  /** Its name, topic or members are others. */
  changed: (roomId: string): string => `chat-room#${roomId}`,
} as const;
