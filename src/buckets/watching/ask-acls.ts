/**
 * Looks at ACLs of objects, a bounded number in each round: at those of objects that are new or changed, and at all others
 * in turn, so that each one is looked at again within a time that can be told.
 */
import { bucketErrors } from '../errors.ts';
import { whyUnread, type Fact } from '../facts/fact.ts';
import type { Acl } from '../facts/bucket-facts.ts';
import { eachAtOnce } from '../facts/gather.ts';
import type { BucketsSettings } from '../settings.ts';
import type { KnownObjects, Slot } from './known-objects.ts';
import { seenAcl, type SeenAcl } from './seen-acl.ts';
import type { WatchedStore } from './watched-store.ts';

export interface AclAsking {
  readonly bucket: string;
  readonly objects: KnownObjects;
  readonly store: WatchedStore;
  readonly settings: BucketsSettings;
  readonly signal: AbortSignal;
}

export interface AskedAcls {
  readonly seen: ReadonlyMap<Slot, SeenAcl>;
  /** Why not all of them were read; `null`: they were. */
  readonly trouble: Error | null;
  /** The store has no ACLs of objects. */
  readonly hasNone: boolean;
}

/** So many refusals and nothing else: the others are not asked for in this round. */
const REFUSED_ALL = 20;

export async function askAcls(slots: readonly Slot[], asking: AclAsking): Promise<AskedAcls> {
  const { bucket, objects, store, settings, signal } = asking;
  const seen = new Map<Slot, SeenAcl>();
  let refused = 0;
  let reason: Fact<Acl> | null = null;
  const ask = async (slot: Slot) => [slot, await store.acl(bucket, objects.get(slot).key, signal)] as const;
  for await (const [slot, fact] of eachAtOnce(slots, settings.bucketsRequests, ask)) {
    if (fact.known) {
      seen.set(slot, seenAcl(fact.value));
      continue;
    }
    if (fact.reason === 'not_implemented') return { seen, trouble: null, hasNone: true };
    // Deleted since it was listed: the next list says so.
    if (fact.reason === 'gone' || fact.detail.startsWith('NoSuchKey')) continue;
    reason = fact;
    refused += 1;
    // What asks to slow down is asked no more in this round.
    if (fact.reason !== 'denied' || (refused >= REFUSED_ALL && seen.size === 0)) break;
  }
  if (reason === null || reason.known) return { seen, trouble: null, hasNone: false };
  const attempted = `Look at the ACLs of ${bucket}`;
  const trouble = bucketErrors('bucket_acls_unread', { attempted, detail: whyUnread(reason) });
  return { seen, trouble, hasNone: false };
}
