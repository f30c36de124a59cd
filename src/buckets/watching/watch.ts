/**
 * Tells of objects from a process that stays, where no store sends events: it lists the buckets again and again, and looks
 * at ACLs in turn. What it says is made of the same digests as the mails of a guard in an account.
 */
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { count } from '../../base/text/quantities.ts';
import { memoryRecordStore } from '../../storage/index.ts';
import { changesIn } from '../notices/events/digest.ts';
import type { NoticeLetter } from '../notices/rows.ts';
import { ownerOfBucket, type Owners } from '../notices/sending/owner.ts';
import { sendDue } from '../notices/sending/send.ts';
import type { Place } from '../notices/switching/switch.ts';
import { ACCOUNT_OWNER, takeEvents } from '../notices/take.ts';
import type { BucketsSettings } from '../settings.ts';
import type { ReadAccess } from './bucket-access.ts';
import type { WatchJournal } from './journal.ts';
import { openKnownObjects, type KnownObjects } from './known-objects.ts';
import { lookAt, tellGone, type KnownPlace, type LookDeps, type Looked } from './look.ts';
import { isOpen, wasRead } from './seen-acl.ts';
import type { WatchedStore } from './watched-store.ts';
import type { AddedPlace, Watchlist } from './watchlist.ts';

export interface Watching {
  readonly store: WatchedStore;
  readonly access: ReadAccess;
  /** Whose buckets are whose: a letter is for one of them, or for whoever owns what is nobody's. */
  readonly owners: Owners;
  readonly settings: BucketsSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Opens what is kept of a place between two runs, into `objects`. */
  readonly openJournal: (place: Place, objects: KnownObjects) => Promise<WatchJournal>;
  /** Until the next look; throws when `signal` aborts. */
  readonly wait: () => Promise<void>;
  /** Something could not be looked at, or kept; it is tried again. */
  readonly onTrouble: (error: Error) => void;
  /** For people: what the store does not tell, and how far the watch is. */
  readonly onNote: (line: string) => void;
  /** After the first look: from here on everything is seen. */
  readonly onReady: (places: readonly ReadyPlace[]) => void;
}

export interface ReadyPlace {
  readonly place: Place;
  readonly objects: number;
  readonly acls: Looked['acls'];
  /** ACLs of it that each look asks for. */
  readonly asked: number;
  /** When an earlier run looked last; `null`: this one begins. */
  readonly sinceMs: number | null;
}

/** Whoever reads along is told at once, whatever the pace of mails is; and each change is seen once. */
const AT_ONCE = { objectNoticesEveryMs: 1, objectNoticesSlowestMs: 1, objectNoticesRememberMs: 1 };
const FORGOTTEN_AT_ONCE = 10_000;
const MOST_NAMED = 3;

interface WatchedPlace extends KnownPlace {
  readonly journal: WatchJournal;
  lastLookMs: number | null;
  /** What was said of it, so that it is said once. */
  readonly said: Set<string>;
}

interface LookedAt {
  readonly each: WatchedPlace;
  readonly found: Looked;
  readonly atMs: number;
  readonly slowed: number;
}

/** Goes on until `signal` aborts. The first look at places that were named has to work: it throws what that throws. */
export async function* watchBuckets(watchlist: Watchlist, watching: Watching): AsyncGenerator<NoticeLetter> {
  const { clock, wait, onReady, signal } = watching;
  const settings = { ...watching.settings, ...AT_ONCE };
  await using stack = new AsyncDisposableStack();
  const records = stack.use(memoryRecordStore({ clock }));
  let watched: WatchedPlace[] = [];
  const saidOfList = new Set<string>();
  const ownerOf = async (bucket: string): Promise<string> => {
    const tag = watched.find(({ place }) => place.bucket === bucket)?.ownerTag ?? undefined;
    return ownerOfBucket(bucket, tag, watching.owners)?.email ?? ACCOUNT_OWNER;
  };
  const tell: LookDeps['tell'] = async (events) => {
    await takeEvents(events, { records, settings, clock, ownerOf });
    // However many there are in one look, few are in memory at a time.
    await records.removeExpired(FORGOTTEN_AT_ONCE);
  };
  for (let isFirst = true; ; isFirst = false) {
    const { added, gone, trouble } = await watchlist.next(signal);
    if (trouble !== null) watching.onTrouble(trouble);
    for (const place of added) watched.push(await openPlace(place, watching, stack));
    let inAll = watched.reduce((sum, { objects }) => sum + objects.size, 0);
    const share = (each: WatchedPlace): BucketsSettings =>
      watchlist.isWhole ? shareOf(settings, watched.length, inAll - each.objects.size) : settings;
    const sinceMs = watched.map(({ lastLookMs }) => lastLookMs);
    const names = new Set(gone.map(({ bucket }) => bucket));
    const isGone = ({ place }: WatchedPlace): boolean => names.has(place.bucket);
    const looked: LookedAt[] = [];
    for (const each of watched) {
      if (isGone(each)) {
        await tellGone(each, { clock, tell });
        continue;
      }
      const [atMs, sizeBefore] = [clock(), each.objects.size];
      const slowedBefore = watching.store.slowed;
      const isUnknown = each.lastLookMs === null && !each.isNew;
      const found = await lookAt(each, isUnknown, { ...watching, settings: share(each), tell });
      inAll += each.objects.size - sizeBefore;
      if (isFirst && !watchlist.isWhole && found.unlisted !== null) throw found.unlisted;
      looked.push({ each, found, atMs, slowed: watching.store.slowed - slowedBefore });
    }
    const kept: LookedAt[] = [];
    if (isFirst) {
      const ready = looked.map(({ each, found: { acls } }) => ({
        ...{ place: each.place, acls, objects: each.objects.size, sinceMs: each.lastLookMs },
        asked: share(each).objectsAskedARound,
      }));
      // Of what was never looked at nothing is told, so it is kept at once: whoever is killed after this goes on from here.
      for (const one of looked.filter(({ each }) => each.lastLookMs === null && !each.isNew)) {
        await keep(one.each, { ...one.found, atMs: one.atMs }, watching);
        kept.push(one);
      }
      onReady(ready);
    }
    for (const { each, found, slowed } of looked)
      sayOnce(each, found, { slowed, isWhole: watchlist.isWhole }, watching);
    const letters: NoticeLetter[] = [];
    const withinMs = clock() - Math.min(...sinceMs.map((ms) => ms ?? clock()));
    const deliver = async (letter: NoticeLetter): Promise<'told'> => {
      // They happened since the last look, which may lie further back than an alarm usually means.
      const bursts = letter.bursts.map((burst) => ({
        ...burst,
        withinMs: Math.max(withinMs, settings.objectNoticesBurstMs),
      }));
      letters.push({ ...letter, bursts });
      return 'told';
    };
    await sendDue({ records, settings, clock, log: silentLog, ownerOf, deliver });
    yield* alarmedOnce(letters);
    // What was told is kept after it was told: rather told twice than never.
    for (const one of looked) {
      if (!kept.includes(one)) await keep(one.each, { ...one.found, atMs: one.atMs }, watching);
    }
    for (const { journal, said } of watched.filter(isGone)) await orSay(() => journal.remove(), said, watching);
    watched = watched.filter((each) => !isGone(each));
    await orSay(() => watchlist.keep(), saidOfList, watching);
    await wait();
  }
}

async function openPlace(
  { place, isNew }: AddedPlace,
  { openJournal }: Watching,
  stack: AsyncDisposableStack,
): Promise<WatchedPlace> {
  const objects = openKnownObjects();
  const journal = stack.use(await openJournal(place, objects));
  const { last } = journal;
  return {
    ...{ place, objects, journal, isNew, ownerTag: null, hasNoAcls: false, said: new Set() },
    access: last?.access ?? null,
    lastLookMs: last?.atMs ?? null,
  };
}

/** Of limits that are meant for one place, where nobody has said how many places there are. */
function shareOf(settings: BucketsSettings, places: number, objectsElsewhere: number): BucketsSettings {
  const { objectsAskedARound, objectsWatched } = settings;
  return {
    ...settings,
    objectsAskedARound: objectsAskedARound && Math.max(1, Math.floor(objectsAskedARound / places)),
    objectsWatched: Math.max(0, objectsWatched - objectsElsewhere),
  };
}

/** An alarm is for the owner and for whoever owns what is nobody's, which are one reader here. */
function alarmedOnce(letters: readonly NoticeLetter[]): readonly NoticeLetter[] {
  const nameOf = ({ change, bucket }: NoticeLetter['bursts'][number]): string => `${change} ${bucket}`;
  const owners = letters.filter(({ owner }) => owner !== ACCOUNT_OWNER);
  const alarmed = new Set(owners.flatMap(({ bursts }) => bursts.map(nameOf)));
  return letters
    .map((letter) =>
      letter.owner === ACCOUNT_OWNER
        ? { ...letter, bursts: letter.bursts.filter((burst) => !alarmed.has(nameOf(burst))) }
        : letter,
    )
    .filter(({ bursts, digest }) => bursts.length > 0 || changesIn(digest) > 0);
}

async function keep(
  each: WatchedPlace,
  { changed, gone, unlisted, atMs }: Looked & { readonly atMs: number },
  watching: Watching,
): Promise<void> {
  if (unlisted === null) each.lastLookMs = atMs;
  const { journal, lastLookMs, access } = each;
  // Of one that was never listed to its end a later run would take all for new.
  if (lastLookMs === null) return;
  await orSay(() => journal.keep({ changed, gone, atMs: lastLookMs, access }), each.said, watching);
}

/** What cannot be kept is said when that begins. */
async function orSay(act: () => Promise<void>, said: Set<string>, { onTrouble }: Watching): Promise<void> {
  try {
    await act();
    said.delete('unkept');
  } catch (error) {
    if (!hasCode(error, 'buckets_watch_unkept')) throw error;
    if (!said.has('unkept')) onTrouble(error);
    said.add('unkept');
  }
}

/** Troubles when they begin, notes once. */
function sayOnce(
  each: WatchedPlace,
  { troubles, unlisted, acls, unknowns }: Looked,
  { slowed, isWhole }: { readonly slowed: number; readonly isWhole: boolean },
  { onTrouble, onNote }: Watching,
): void {
  const { place, objects, said } = each;
  const once = (name: string, is: boolean, say: () => void): void => {
    if (is && !said.has(name)) say();
    if (is) said.add(name);
  };
  // A list that fails is told each time, where somebody named the bucket: meanwhile nothing at all is seen.
  for (const trouble of troubles) {
    if (hasCode(trouble, 'bucket_acls_unread')) once('unread', true, () => onTrouble(trouble));
    else if (isWhole) once('unlisted', true, () => onTrouble(trouble));
    else onTrouble(trouble);
  }
  if (!troubles.some((trouble) => hasCode(trouble, 'bucket_acls_unread'))) said.delete('unread');
  if (unlisted === null) said.delete('unlisted');
  const unknownWords = `${place.bucket}: who gets in as a whole is not known, and not watched as far as that goes: ${unknowns.join('; ')}.`;
  once('unknown', unknowns.length > 0, () => onNote(unknownWords));
  if (unknowns.length === 0) said.delete('unknown');
  const slowedWords = `${place.bucket}: the store asked to slow down ${count(slowed, 'time')}; the watch does, and each look takes longer.`;
  once('slowed', slowed > 0, () => onNote(slowedWords));
  if (slowed === 0) said.delete('slowed');
  const none = { none: 'this store has no ACLs of objects', off: 'ACLs are switched off here' };
  if (acls !== 'read') return once(acls, true, () => onNote(`${place.bucket}: ${none[acls]}.`));
  if (said.has('learned') || objects.size === 0) return;
  const open: string[] = [];
  let opened = 0;
  for (const slot of objects.slots()) {
    const { acl, key } = objects.get(slot);
    if (!wasRead(acl)) return;
    if (!isOpen(acl)) continue;
    opened += 1;
    if (open.length < MOST_NAMED) open.push(key);
  }
  once('learned', true, () => {
    const named =
      opened === 0
        ? 'none lets everyone in'
        : `${opened.toLocaleString('en-US')} let everyone in, such as ${open.join(', ')}`;
    onNote(`${place.bucket}: the ACLs of all ${count(objects.size, 'object')} were read; ${named}.`);
  });
}
