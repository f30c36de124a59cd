/**
 * Where chat lies in the RecordStore. What people wrote is encrypted under the key of its room, which is wrapped under
 * the workspace key.
 *
 *     chat-rooms               <room id>               RoomRow
 *     chat-room-names          <keyed hash of a name>  { roomId }: makes names unique
 *     chat-workspace           general                 { roomId }: the room that is there from the start
 *     chat-room#<room>         head                    HeadRow: the last sequence that was given
 *     chat-room#<room>         m#<last sequence>       RunRow: consecutive events, one or many
 *     chat-members#<room>      <account id>            MemberRow
 *     chat-rooms-of#<account>  <room id>               {}: rooms that somebody is a member of
 *     chat-sent#<room>         <client's id>#<account> SentRow: a message that was sent, for ever
 */
import type { RoomRole } from './rooms/roles.ts';

export type RoomKind = 'public' | 'private';

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

/** The event with the last sequence of the row's key is the last one; those before it count back from there. */
export type RunRow = { readonly events: readonly SealedEvent[] };

export type SealedEvent = {
  /** Account id, or {@link VISITOR}. */
  readonly by: string;
  readonly atMs: number;
  readonly sealed: string;
};

export type MemberRow = { readonly role: RoomRole; readonly sinceMs: number; readonly mac: string };

export type SentRow = { readonly sequence: number };

/** Stands for the author of what somebody without an account said; the name they gave is encrypted. */
export const VISITOR = 'visitor';

export const ROOMS = 'chat-rooms';

export const keys = {
  room: (roomId: string) => ({ pk: ROOMS, sk: roomId }),
  name: (hash: string) => ({ pk: 'chat-room-names', sk: hash }),
  general: { pk: 'chat-workspace', sk: 'general' },
  head: (roomId: string) => ({ pk: logOf(roomId), sk: 'head' }),
  run: (roomId: string, last: number) => ({ pk: logOf(roomId), sk: runAt(last) }),
  member: (roomId: string, accountId: string) => ({ pk: membersOf(roomId), sk: accountId }),
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

export const RUNS = 'm#';
/** Sequences as text that sorts. */
export const runAt = (last: number): string => RUNS + String(last).padStart(15, '0');
export const lastOf = (sk: string): number => Number(sk.slice(RUNS.length));

/** Where servers tell each other that something is to be looked at. */
export const topics = {
  /** A room has events up to `sequence`. */
  written: (roomId: string): string => `chat#${roomId}`,
  /** Its name, topic or members are others. */
  changed: (roomId: string): string => `chat-room#${roomId}`,
} as const;
