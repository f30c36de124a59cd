/** What changed in a place from one look to the next, as events. Pure. */
import { newId } from '../../base/ids.ts';
import type { ObjectEvent } from '../notices/events/object-event.ts';
import type { KeptObject } from './known-objects.ts';
import { isOpen, NEVER_READ, NEW_UNREAD, type SeenAcl } from './seen-acl.ts';
import type { Deletion, Owner } from './watched-store.ts';

export interface Around {
  readonly bucket: string;
  /** When it was looked. */
  readonly atMs: number;
  /** Id of the owner of the bucket; `null`: not known. */
  readonly ownerId: string | null;
}

/** `perhaps`: the same bytes at another time, and nobody can say whether its ACL is the same. */
const WRITTEN = {
  new: 'seen for the first time',
  touched: 'written again, the same bytes',
  perhaps: 'the same bytes, written again or given another ACL',
  changed: 'changed',
} as const;

export function written(
  object: KeptObject,
  { was, owner }: { readonly was: keyof typeof WRITTEN; readonly owner: Owner | null },
  around: Around,
): ObjectEvent {
  return {
    ...eventOf(object, named(WRITTEN[was], was === 'changed' ? '' : ', written', owner, around), around),
    happened: 'written',
    atMs: object.modifiedMs < 0 ? around.atMs : object.modifiedMs,
    size: object.size,
    ...{ isThereAfterwards: true, wasThereBefore: was !== 'new' },
  };
}

/** `deletion` is `null` where the store tells nothing of it. */
export function deleted(object: KeptObject, deletion: Deletion | null, around: Around): ObjectEvent {
  const name = deletion === null ? 'gone' : 'deleted';
  return {
    ...eventOf(object, named(name, '', deletion?.owner ?? null, around), around),
    happened: 'deleted',
    atMs: deletion?.atMs ?? around.atMs,
    size: object.size,
    ...{ isThereAfterwards: false, wasThereBefore: true },
  };
}

/** `object` is as it was known before. `null`: nothing that is told. */
export function aclChange(object: KeptObject, { digest, words }: SeenAcl, around: Around): ObjectEvent | null {
  const { acl: before } = object;
  const isOpened = isOpen(digest) && !isOpen(before);
  // What was so when the watch began is no change; of a new object it is told that everyone gets in, and nothing else.
  if (before === NEVER_READ || before === digest || (before === NEW_UNREAD && !isOpened)) return null;
  return {
    ...eventOf(object, { name: `by its ACL ${words}`, who: null }, around),
    happened: isOpened ? 'opened' : 'acl',
    ...{ atMs: around.atMs, size: object.size, isThereAfterwards: null, wasThereBefore: null },
  };
}

function eventOf(
  { key }: KeptObject,
  { name, who }: { readonly name: string; readonly who: string | null },
  around: Around,
) {
  return { eventId: newId(), name, who, bucket: around.bucket, key, sequencer: null, address: null };
}

/**
 * An owner other than that of the bucket is who wrote it. The bucket's own may be who wrote, or stand for everybody, as
 * where ACLs are switched off; so no more is said than that it is the owner.
 */
function named(name: string, more: string, owner: Owner | null, { ownerId }: Around) {
  if (owner === null) return { name, who: null };
  const text = owner.name === null || owner.name === owner.id ? owner.id : `${owner.name} (${owner.id})`;
  if (ownerId === null || owner.id === ownerId) return { name: `${name}, owner ${text},`, who: null };
  return { name: `${name}${more}`, who: text };
}
