/**
 * What notices of objects keep in a RecordStore: in an account a table of their own, elsewhere memory.
 *
 *     object#<hash>     state          ObjectRow: what was heard of one object; goes by itself
 *     object#<hash>     seen-<n>       SeenRow: what was heard before, where that is much
 *     object-notices    open-<shard>   OpenRow: what is to be told
 *     object-notices    turns          TurnsRow: when whom
 *     object-notices    leaving        LeavingRow: what is on its way
 *     object-notices    unreached      UnreachedRow: what somebody should have been told who is not reached
 *     object-notices    turned         TurnedRow: when that was last looked after, for the doctor
 *     notices-wanted    <bucket>       WantedRow: whose objects are told of
 *     buckets-deleted   <bucket>       DeletedRow: that it was, lately
 *     notices-owner     <hash>         OwnerRow: the subscription of somebody
 *     notices-texted    <hash>-<of>    when somebody got a text message, of an alarm or of a change
 */
import { createHash } from 'node:crypto';
import type { Burst, Recent, ToldBursts } from './events/bursts.ts';
import type { Digest } from './events/digest.ts';

export const keys = {
  object: (bucket: string, key: string) => ({ pk: `object#${hashOf(`${bucket}/${key}`)}`, sk: 'state' }),
  open: (shard: number) => ({ pk: 'object-notices', sk: `open-${shard}` }),
  turns: { pk: 'object-notices', sk: 'turns' },
  leaving: { pk: 'object-notices', sk: 'leaving' },
  unreached: { pk: 'object-notices', sk: 'unreached' },
  turned: { pk: 'object-notices', sk: 'turned' },
  wanted: (bucket: string) => ({ pk: WANTED, sk: bucket }),
  deleted: (bucket: string) => ({ pk: 'buckets-deleted', sk: bucket }),
  owner: (address: string) => ({ pk: 'notices-owner', sk: hashOf(address) }),
  texted: (owner: string, of: 'alarm' | 'change') => ({ pk: 'notices-texted', sk: `${hashOf(owner)}-${of}` }),
} as const;

export const WANTED = 'notices-wanted';

export type ObjectRow = {
  /** Ids of the last events, newest last. */
  readonly seen: readonly string[];
  /** How many rows older ids were moved to, which lie in turn in so many places as are kept. Missing: none. */
  readonly moved?: number;
  /** Sequencer of the latest event; `null`: none had one. */
  readonly latest: string | null;
  /** Whether something is under the key; `null`: nobody can say. */
  readonly isThere: boolean | null;
};

/** Ids of events of an object that changes often, which were heard before those in its own row. */
export type SeenRow = { readonly ids: readonly string[] };

/** Functions that take events at the same time write to rows of their own, mostly. */
export const SHARDS = 4;

export type OpenRow = {
  readonly digests: { readonly [owner: string]: Digest };
  readonly recent: Recent;
};

export type TurnsRow = {
  /** When the next mail may go to an owner, and how far the last two lay apart. */
  readonly turns: { readonly [owner: string]: { readonly dueMs: number; readonly gapMs: number } };
  readonly bursts: ToldBursts;
};

/** One mail, to one owner. */
export type NoticeLetter = {
  readonly id: string;
  readonly owner: string;
  readonly digest: Digest;
  readonly bursts: readonly Burst[];
  readonly atMs: number;
  /** What the account is told instead of owners who are not reached. Missing: nothing. */
  readonly unreached?: UnreachedRow;
};

/** It waits for the turn of the account, so that many who are not reached are one mail, and not one each. */
export type UnreachedRow = {
  readonly owners: readonly string[];
  /** There are more of them than are named. */
  readonly hasMore: boolean;
  readonly digest: Digest;
};

export type LeavingRow = { readonly letters: readonly NoticeLetter[] };

export type TurnedRow = { readonly atMs: number };

export type WantedRow = {
  /** Of keys; one that is empty: all of them. */
  readonly prefixes: readonly string[];
  /** EventBridge was switched on for it by the notices, and goes with them. */
  readonly addedEventBridge: boolean;
};

/** When the last deletion of a bucket that was heard of was made. */
export type DeletedRow = { readonly atMs: number };

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}
