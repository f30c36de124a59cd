/** A watch over a store in memory, for tests: each round says what is there then. */
import { settingsOf } from '../../base/settings.ts';
import { ALL_USERS } from '../exposure/facts.ts';
import { known, type Fact, type UnreadReason, unread } from '../facts/fact.ts';
import type { NoticeLetter } from '../notices/rows.ts';
import { readOwners } from '../notices/sending/owner.ts';
import { subjectOf, textOf } from '../notices/events/words.ts';
import { bucketsSettings, type BucketsSettings } from '../settings.ts';
import { openStateFiles } from '../state/state-files.ts';
import type { BucketAccess } from './bucket-access.ts';
import { openWatchJournal } from './journal.ts';
import { watchBuckets, type ReadyPlace } from './watch.ts';
import { everyBucket, namedPlaces } from './watchlist.ts';
import type { WatchedStore } from './watched-store.ts';

export interface TestObject {
  readonly body: string;
  readonly modifiedMs?: number;
  readonly owner?: string;
  /** Who may read it beside its owner; `*`: everyone. */
  readonly readers?: readonly string[];
}

export interface TestRound {
  /** By key, `BUCKET/KEY` where every bucket is watched; an error: it cannot be listed. */
  readonly objects: Readonly<Record<string, TestObject>> | Error;
  /** Every bucket there is; an error: they cannot be listed. */
  readonly buckets?: readonly string[] | Error;
  /** Not in the list, and there all the same. */
  readonly unnamed?: readonly string[];
  /** Who deleted a key. */
  readonly deleted?: Readonly<Record<string, string>>;
  readonly access?: Partial<BucketAccess>;
  /** Why no ACL can be read. */
  readonly noAcls?: UnreadReason;
}

export interface Watched {
  readonly told: readonly { readonly subject: string; readonly text: string; readonly letter: NoticeLetter }[];
  readonly troubles: readonly string[];
  readonly notes: readonly string[];
  readonly ready: readonly ReadyPlace[];
  /** Keys whose ACLs were asked for, by round. */
  readonly asked: readonly (readonly string[])[];
}

export const OWNER = 'owner';

export interface TestWatchOptions {
  readonly settings?: Partial<BucketsSettings>;
  /** Of its journal; a folder where every bucket is watched. */
  readonly path: string;
  /** Every bucket is watched. */
  readonly all?: true;
  /** The map of owners, where `it@example.org` owns what is nobody's. */
  readonly owners?: string;
  /** When the first look is. */
  readonly startMs?: number;
  /** Called when the watch says that it has begun. */
  readonly atReady?: () => void;
}

export async function watchTest(rounds: readonly TestRound[], options: TestWatchOptions): Promise<Watched> {
  const settings = settingsOf(bucketsSettings, options.settings ?? {});
  const stopping = new AbortController();
  const { signal } = stopping;
  const [told, troubles, notes, asked]: [Watched['told'][number][], string[], string[], string[][]] = [
    [],
    [],
    [],
    [[]],
  ];
  let ready: readonly ReadyPlace[] = [];
  let nowMs = options.startMs ?? Date.UTC(2026, 10, 28);
  let at = 0;
  const now = (): TestRound => rounds[at] ?? { objects: {} };
  const objectsNow = (): Readonly<Record<string, TestObject>> => {
    const { objects } = now();
    if (objects instanceof Error) throw objects;
    return objects;
  };
  const access: BucketAccess = {
    ...{
      verdict: 'private',
      summary: 'Only the owner.',
      unknowns: [],
      ownerId: OWNER,
      ownerTag: known(null),
      isVersioned: true,
      hasNoAcls: false,
    },
    parts: { acl: 'a', policy: 'none', publicAccessBlock: 'none', ownership: 'none' },
  };
  const store: WatchedStore = {
    slowed: 0,
    async *list({ bucket }) {
      for (const [name, { body, modifiedMs, owner = OWNER }] of Object.entries(objectsNow())) {
        const key = options.all ? name.slice(bucket.length + 1) : name;
        if (options.all && !name.startsWith(`${bucket}/`)) continue;
        yield { key, etag: body, size: body.length, modifiedMs: modifiedMs ?? null, owner: { id: owner, name: null } };
      }
    },
    async acl(bucket, name) {
      const key = options.all ? `${bucket}/${name}` : name;
      asked[at]?.push(key);
      const { noAcls } = now();
      if (noAcls !== undefined) return unread(noAcls);
      const { owner = OWNER, readers = [] } = objectsNow()[key] ?? {};
      const Grants = [owner, ...readers].map((ID) => ({
        Grantee: ID === '*' ? { URI: ALL_USERS } : { ID },
        Permission: ID === owner ? 'FULL_CONTROL' : 'READ',
      }));
      return known({ Owner: { ID: owner }, Grants });
    },
    async deletion(_bucket, key): Promise<Fact<{ owner: { id: string; name: null }; atMs: number } | null>> {
      const who = now().deleted?.[key];
      return known(who === undefined ? null : { owner: { id: who, name: null }, atMs: nowMs });
    },
    async [Symbol.asyncDispose]() {},
  };
  const files = openStateFiles(options.path);
  const every = everyBucket({
    reader: {
      async *list() {
        const { buckets = [] } = now();
        if (buckets instanceof Error) throw buckets;
        for (const name of buckets) yield { name, region: null };
      },
      holder: async (name) => known(now().unnamed?.includes(name) ? 'us' : 'nobody'),
    },
    names: () => files.watchedNames('test'),
    keepNames: (names) => files.keepWatchedNames('test', names),
  });
  const plans = namedPlaces([{ bucket: 'plans', prefix: '' }]);
  const watching = watchBuckets(options.all ? every : plans, {
    ...{ store, settings, clock: () => nowMs, signal },
    owners: readOwners(options.owners ?? '', 'it@example.org'),
    access: async () => ({ ...access, ...now().access }),
    openJournal: ({ bucket, prefix }, objects) =>
      openWatchJournal(options.all ? files.watchPath('test', bucket, prefix) : options.path, objects),
    onTrouble: ({ message }) => void troubles.push(message),
    onNote: (line) => void notes.push(line),
    onReady(places) {
      ready = places;
      options.atReady?.();
    },
    async wait() {
      nowMs += 60_000;
      at += 1;
      asked.push([]);
      if (at >= rounds.length) stopping.abort();
      signal.throwIfAborted();
    },
  });
  try {
    for await (const letter of watching) {
      told.push({ letter, subject: subjectOf(letter, settings), text: textOf(letter, settings) });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return { told, troubles, notes, ready, asked };
}
