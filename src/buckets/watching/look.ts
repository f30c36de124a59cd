/** One look at a place: what is there now is held against what is known of it, and what changed is told. */
import { hasCode } from '../../base/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { bucketErrors } from '../errors.ts';
import { eachAtOnce } from '../facts/gather.ts';
import type { ObjectEvent } from '../notices/events/object-event.ts';
import type { Place } from '../notices/switching/switch.ts';
import type { BucketsSettings } from '../settings.ts';
import { askAcls } from './ask-acls.ts';
import { accessChange, bucketGone, bucketMade, keptAccess, type KeptAccess, type ReadAccess } from './bucket-access.ts';
import { aclChange, deleted, written, type Around } from './changes.ts';
import type { KeptObject, KnownObjects, Slot } from './known-objects.ts';
import { wasRead, type SeenAcl } from './seen-acl.ts';
import type { Deletion, Owner, WatchedStore } from './watched-store.ts';

export interface LookDeps {
  readonly store: WatchedStore;
  readonly access: ReadAccess;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Takes some events at a time. */
  readonly tell: (events: readonly ObjectEvent[]) => Promise<void>;
}

export interface KnownPlace {
  readonly place: Place;
  readonly objects: KnownObjects;
  /** Who gets in; `null`: nobody has looked yet. */
  access: KeptAccess | null;
  /** Whom its tag names as owner, as it was read last; `null`: nobody. */
  ownerTag: string | null;
  /** The store said so: it is not asked again. */
  hasNoAcls: boolean;
  /** It was made since the last look: nothing in it was there before. */
  readonly isNew: boolean;
}

export interface Looked {
  /** What a journal has to take in. */
  readonly changed: ReadonlySet<Slot>;
  readonly gone: readonly string[];
  /** Why it was not listed to its end; `null`: it was. */
  readonly unlisted: Error | null;
  /** What could not be looked at; the next look tries again. */
  readonly troubles: readonly Error[];
  /** What of who gets into the bucket as a whole could not be read or judged. */
  readonly unknowns: readonly string[];
  /** `off`: the bucket takes no account of ACLs; `none`: the store has none. */
  readonly acls: 'read' | 'off' | 'none';
}

/** Events at a time. */
const AT_ONCE = 500;

interface Change {
  readonly slot: Slot;
  readonly was: 'new' | 'touched' | 'changed';
  readonly owner: Owner | null;
}

/** `isFirst`: nothing is known yet, so nothing is told. Throws what is no trouble of a store. */
export async function lookAt(known: KnownPlace, isFirst: boolean, deps: LookDeps): Promise<Looked> {
  const { place, objects } = known;
  const { settings, clock, signal, tell } = deps;
  const { bucket } = place;
  const atMs = clock();
  const access = await deps.access(bucket, signal);
  const around: Around = { bucket, atMs, ownerId: access.ownerId };
  if (access.ownerTag.known) known.ownerTag = access.ownerTag.value;
  const isMade = known.isNew && known.access === null;
  const ofBucket = isMade ? bucketMade(bucket, access, atMs) : accessChange(bucket, known.access, access, atMs);
  known.access = keptAccess(known.access, access);
  if (ofBucket !== null) await tell([ofBucket]);

  const { changes, trouble } = await list(known, isFirst, deps);
  // What could not be listed to its end is not gone.
  const gone = trouble === null ? objects.unseen() : [];
  // A store that gives no list is not asked for more.
  const mayAsk = trouble === null && !access.hasNoAcls && !known.hasNoAcls;
  const asked = mayAsk ? await askInTurn(changes, known, deps) : null;
  if (asked?.hasNone === true) known.hasNoAcls = true;
  const acls = asked?.seen ?? new Map<Slot, SeenAcl>();

  const changed = new Set([...changes.map(({ slot }) => slot), ...acls.keys()]);
  const hasAcls = !access.hasNoAcls && !known.hasNoAcls;
  if (!isFirst) await tellInParts(eventsOf(changes, { acls, hasAcls, objects }, around), tell);
  for (const [slot, { digest }] of acls) objects.setAcl(slot, digest);
  const goneObjects = gone.map((slot) => objects.get(slot));
  for (const slot of gone) {
    objects.remove(slot);
    changed.delete(slot);
  }
  const markers = access.isVersioned
    ? await deletionsOf(goneObjects.slice(0, settings.objectsAskedARound), place, deps)
    : new Map();
  await tellInParts(deletionEvents(goneObjects, markers, around), tell);
  return {
    ...{ changed, gone: goneObjects.map(({ key }) => key), unlisted: trouble, unknowns: access.unknowns },
    troubles: [trouble, asked?.trouble ?? null].filter((each) => each !== null),
    acls: access.hasNoAcls ? 'off' : known.hasNoAcls ? 'none' : 'read',
  };
}

/** Of a bucket that is gone. */
export async function tellGone(
  { place: { bucket }, objects }: KnownPlace,
  { clock, tell }: Pick<LookDeps, 'clock' | 'tell'>,
): Promise<void> {
  const atMs = clock();
  function* events(): Generator<ObjectEvent> {
    for (const slot of objects.slots()) yield deleted(objects.get(slot), null, { bucket, atMs, ownerId: null });
    yield bucketGone(bucket, atMs);
  }
  await tellInParts(events(), tell);
}

async function list(
  { place, objects }: KnownPlace,
  isFirst: boolean,
  { store, settings, signal }: LookDeps,
): Promise<{ readonly changes: readonly Change[]; readonly trouble: Error | null }> {
  const changes: Change[] = [];
  let listed = 0;
  objects.begin();
  try {
    for await (const object of store.list(place, signal)) {
      const { slot, was } = objects.see(object, isFirst);
      if (was !== 'same') changes.push({ slot, was, owner: object.owner });
      listed += 1;
      // What is gone counts no more, which only the end of the list shows.
      if (listed > settings.objectsWatched) {
        const attempted = `Watch ${place.bucket}/${place.prefix}`;
        throw bucketErrors('bucket_objects_many', { attempted, detail: `more than ${settings.objectsWatched}` });
      }
    }
    return { changes, trouble: null };
  } catch (error) {
    if (signal.aborted || !hasCode(error, 'bucket_objects_unlisted', 'bucket_objects_many')) throw error;
    if (!hasCode(error, 'bucket_objects_many')) return { changes, trouble: error };
    const added = changes.filter(({ was }) => was === 'new');
    for (const { slot } of added) objects.remove(slot);
    return { changes: changes.filter(({ was }) => was !== 'new'), trouble: error };
  }
}

/** ACLs of what changed, and of others in their turn. */
async function askInTurn(changes: readonly Change[], { place, objects }: KnownPlace, deps: LookDeps) {
  const most = deps.settings.objectsAskedARound;
  const slots = new Set([...changes.slice(0, most).map(({ slot }) => slot), ...objects.next(most)]);
  return await askAcls([...slots], { ...deps, bucket: place.bucket, objects });
}

interface AclsSeen {
  readonly acls: ReadonlyMap<Slot, SeenAcl>;
  /** Objects have ACLs there. */
  readonly hasAcls: boolean;
  readonly objects: KnownObjects;
}

function* eventsOf(
  changes: readonly Change[],
  { acls, hasAcls, objects }: AclsSeen,
  around: Around,
): Generator<ObjectEvent> {
  const changeOf = (slot: Slot): ObjectEvent | null => {
    const acl = acls.get(slot);
    return acl === undefined ? null : aclChange(objects.get(slot), acl, around);
  };
  for (const change of changes) {
    // Ceph takes a change of an ACL for a change of the object.
    if (change.was === 'touched' && changeOf(change.slot) !== null) continue;
    const object = objects.get(change.slot);
    const isSure = !hasAcls || (acls.has(change.slot) && wasRead(object.acl));
    yield written(object, { ...change, was: change.was === 'touched' && !isSure ? 'perhaps' : change.was }, around);
  }
  for (const slot of acls.keys()) {
    const event = changeOf(slot);
    if (event !== null) yield event;
  }
}

function* deletionEvents(
  gone: readonly KeptObject[],
  markers: ReadonlyMap<string, Deletion>,
  around: Around,
): Generator<ObjectEvent> {
  for (const object of gone) yield deleted(object, markers.get(object.key) ?? null, around);
}

/** Who deleted, as far as the bucket's delete markers say. */
async function deletionsOf(
  gone: readonly KeptObject[],
  { bucket }: Place,
  { store, settings, signal }: LookDeps,
): Promise<ReadonlyMap<string, Deletion>> {
  const ask = async ({ key }: KeptObject) => [key, await store.deletion(bucket, key, signal)] as const;
  const found = new Map<string, Deletion>();
  for await (const [key, fact] of eachAtOnce(gone, settings.bucketsRequests, ask)) {
    if (fact.known && fact.value !== null) found.set(key, fact.value);
    // Whoever may not see versions may not see those of the next key, and who is asked to slow down does.
    if (!fact.known && fact.reason !== 'gone') break;
  }
  return found;
}

async function tellInParts(events: Iterable<ObjectEvent>, tell: LookDeps['tell']): Promise<void> {
  let part: ObjectEvent[] = [];
  for (const event of events) {
    part.push(event);
    if (part.length < AT_ONCE) continue;
    await tell(part);
    part = [];
  }
  if (part.length > 0) await tell(part);
}
