import type { Clock } from '../../base/clock.ts';
import { codeOf } from '../../base/error-facts.ts';
import type { Log } from '../../base/log.ts';
import type { RecordStore } from '../../storage/index.ts';
import { locateFolder, type Located } from '../entries/entries.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { FilesSettings } from '../settings.ts';
import { compactIndex } from './compact.ts';
import { findNames, type FindRequest, type FindResult } from './find.ts';
import { withFolderIndex, type FolderIndex } from './folder-index.ts';
import { openIndexCache } from './index-cache.ts';
import { startPace } from './pace.ts';
import { entriesIn } from './scan.ts';
import { sortedPage, type SortedRequest } from './sorted-page.ts';

/** Sorted lists and searches that stay quick in folders of any size. Owns opened names and the making of indexes. */
export interface Listing extends AsyncDisposable {
  /** Throws `folder_not_found`, `not_a_folder`, `cursor_invalid`. */
  list(
    access: DriveAccess,
    folderId: string,
    request: SortedRequest,
  ): Promise<{ readonly entries: readonly Located[]; readonly next?: string }>;
  /** Throws `folder_not_found`, `not_a_folder`, `name_pattern_invalid`. */
  find(access: DriveAccess, folderId: string, request: FindRequest): Promise<FindResult>;
  /** An entry of this folder was written; after some hundred the index takes them in. */
  wrote(access: DriveAccess, folderId: string): void;
  forgetSession(sessionId: string): void;
  forgetAccount(accountId: string): void;
  /** Resolves when no index is being made. */
  settled(): Promise<void>;
}

export interface ListingDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<FilesSettings, 'driveKeysIdleMs' | 'listCacheBytes' | 'listIndexedFrom' | 'findMaxNames'>;
  /** Whether people wait for something else just now. */
  readonly isBusy: () => boolean;
}

/** An index takes changes in once they are this part of it: so each change costs the same, whatever the size. */
const CHANGED_PART = 1 / 100;
const MIN_CHANGED = 256;
/** So many times as many changes wait while people wait for other things: who stores a thousand files needs no index in between. */
const PATIENCE = 4;
/** Indexes that are made at once, and that may wait for it. */
const AT_ONCE = 2;
const MAX_WAITING = 5000;
/** Folders that are counted at once; more, and all counts start anew. */
const MAX_COUNTED = 10_000;

function dueAt(count: number): number {
  return Math.max(MIN_CHANGED, Math.floor(count * CHANGED_PART));
}

export function openListing({ records, clock, log, settings, isBusy }: ListingDeps): Listing {
  const cache = openIndexCache({ clock, idleMs: settings.driveKeysIdleMs, maxBytes: settings.listCacheBytes });
  const deps = { records, cache, clock, findMaxNames: settings.findMaxNames };
  const stopping = new AbortController();
  const making = new Map<string, Promise<void>>();
  /** Written since this process last made the index, and how many it waits for; other servers count for themselves. */
  const written = new Map<string, { count: number; due: number }>();
  const tooLarge = new Set<string>();

  /** Folders that wait for theirs: a search may come upon many at once. */
  const waiting = new Map<string, DriveAccess>();

  const make = (access: DriveAccess, folderId: string): void => {
    if (making.has(folderId) || tooLarge.has(folderId) || stopping.signal.aborted) return;
    if (making.size >= AT_ONCE) {
      if (waiting.size < MAX_WAITING) waiting.set(folderId, access);
      return;
    }
    waiting.delete(folderId);
    const work = compactIndex(deps, access, folderId, startPace(stopping.signal))
      .then(({ outcome, count }) => {
        const counted = written.get(folderId);
        if (counted) counted.due = dueAt(count);
        if (outcome !== 'too_large') return;
        tooLarge.add(folderId);
        log.warn({ folderId }, 'a folder holds more than an index can; its sorted lists take long');
      })
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ folderId, code: codeOf(error) }, 'the index of a folder was not made');
      })
      .finally(() => {
        making.delete(folderId);
        for (const [next, theirs] of waiting) {
          make(theirs, next);
          break;
        }
      });
    making.set(folderId, work);
  };
  /** Who is gone makes no more indexes. */
  const dropWaiting = (isGone: (access: DriveAccess) => boolean): void => {
    for (const [folderId, access] of waiting) if (isGone(access)) waiting.delete(folderId);
  };

  const look = (
    access: DriveAccess,
    folderId: string,
    index: Pick<FolderIndex, 'count' | 'scanned'> & { changes: number },
  ): void => {
    const isDue = index.scanned ? index.count >= settings.listIndexedFrom : index.changes > dueAt(index.count);
    if (isDue) make(access, folderId);
  };

  return {
    async list(access, folderId, request) {
      const folder = await locateFolder(records, access, folderId);
      const pace = startPace();
      const detail = request.sort === 'modified' ? 'all' : 'names';
      const { items, next } = await withFolderIndex(deps, access, folder.entryId, detail, pace, async (index) => {
        look(access, folder.entryId, { ...index, changes: index.changed.size });
        return sortedPage(access, folder.entryId, index, request, pace);
      });
      const ids = items.map(({ entryId }) => entryId);
      const entries = await entriesIn(records, access, folder.entryId, ids, pace);
      return { entries, ...(next === undefined ? {} : { next }) };
    },

    async find(access, folderId, request) {
      const folder = await locateFolder(records, access, folderId);
      const pace = startPace();
      return findNames(deps, access, folder.entryId, request, pace, (id, index) =>
        look(access, id, { ...index, changes: 0 }),
      );
    },

    wrote(access, folderId) {
      const counted = written.get(folderId) ?? { count: 0, due: MIN_CHANGED };
      counted.count += 1;
      if (written.size >= MAX_COUNTED) written.clear();
      written.set(folderId, counted);
      if (counted.count < counted.due * (isBusy() ? PATIENCE : 1)) return;
      counted.count = 0;
      make(access, folderId);
    },

    forgetSession(sessionId) {
      dropWaiting(({ session }) => session.sessionId === sessionId);
      cache.forgetSession(sessionId);
    },
    forgetAccount(accountId) {
      dropWaiting(({ session }) => session.accountId === accountId);
      cache.forgetAccount(accountId);
    },

    async settled() {
      while (making.size > 0) await Promise.all(making.values());
    },

    async [Symbol.asyncDispose]() {
      stopping.abort();
      waiting.clear();
      await Promise.all(making.values());
      cache[Symbol.dispose]();
    },
  };
}
