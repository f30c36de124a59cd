import type { Session } from '../accounts/index.ts';
import { hasCode } from '../base/errors.ts';
import { timestamp } from '../base/clock.ts';
import { locate, nameOf } from './entries/entries.ts';
import { folderPath, pathIn } from './entries/folder-path.ts';
import { listFolder } from './entries/folders.ts';
import { entryLog, type HistoryDeps } from './entries/history.ts';
import type { Page } from './entries/paging.ts';
import { entryView } from './entries/views.ts';
import { fileErrors } from './errors.ts';
import type { DriveAccess, Need } from './keys/access.ts';
import type { Listing } from './listing/listing.ts';
import { startPace } from './listing/pace.ts';
import type { Sort } from './listing/order.ts';
import type { FavouriteList, FindRequest, FoundList, ListQuery, LogList, RecentList } from './listing/wire.ts';
import { addFavourite, favouritesOf, removeFavourite, type EntryId } from './personal/favourites.ts';
import { recentFiles, type RecentDeps } from './personal/recent.ts';
import { trashOf } from './records.ts';
import type { EntryList, EntryView } from './wire.ts';

export interface ListRequest extends Page {
  /** Default: in order of creation, files and folders mixed. */
  readonly sort?: Sort | undefined;
  readonly order?: ListQuery['order'] | undefined;
}

/** Everything that looks for files and changes none. */
export interface BrowseActs {
  /** In order of creation, or sorted. */
  list(session: Session, driveId: string, folderId: string, query: ListRequest): Promise<EntryList>;
  /** By name, in a folder and all folders below it. */
  find(session: Session, driveId: string, request: FindRequest): Promise<FoundList>;
  /** Who did what to a file or folder, newest first. */
  log(session: Session, driveId: string, entryId: string, page: Page): Promise<LogList>;
  favourites(session: Session): Promise<FavouriteList>;
  addFavourite(session: Session, driveId: string, entryId: string): Promise<EntryView>;
  /** Also of something that is gone. */
  removeFavourite(session: Session, driveId: string, entryId: string): Promise<void>;
  recent(session: Session, limit: number): Promise<RecentList>;
}

export interface BrowseDeps extends HistoryDeps, RecentDeps {
  readonly listing: Listing;
  readonly enter: (session: Session, driveId: string, need: Need) => Promise<DriveAccess>;
}

export function browseActs(deps: BrowseDeps): BrowseActs {
  const { records, listing, enter } = deps;

  /** `null` for what is gone, in the trash, or in a drive that is no longer open to this person. */
  const placed = async (session: Session, at: EntryId): Promise<{ entry: EntryView; path: string } | null> => {
    try {
      const access = await enter(session, at.driveId, 'view');
      const entry = await locate(records, access, at.entryId);
      if (entry.folderId === trashOf(access.driveId)) return null;
      const isRoot = entry.entryId === access.drive.rootId;
      const folder = isRoot ? '/' : await folderPath(deps, access, entry.folderId);
      if (folder === null) return null;
      const path = isRoot ? '/' : pathIn(folder, nameOf(access, entry));
      return { entry: await entryView(records, access, entry), path };
    } catch (error) {
      if (hasCode(error, 'drive_not_found', 'entry_not_found')) return null;
      throw error;
    }
  };

  return {
    async list(session, driveId, folderId, { sort, order, ...page }) {
      const access = await enter(session, driveId, 'view');
      const { entries, next } =
        sort === undefined
          ? await listFolder(records, access, folderId, page)
          : await listing.list(access, folderId, { ...page, sort, descending: order === 'descending' });
      const views = await inTurns(entries, (entry) => entryView(records, access, entry));
      return { entries: views, ...(next === undefined ? {} : { next }) };
    },

    async find(session, driveId, { folderId = 'root', ...request }) {
      const access = await enter(session, driveId, 'view');
      const above = await folderPath(deps, access, folderId);
      if (above === null) throw fileErrors('folder_not_found');
      const { found, looked, isComplete } = await listing.find(access, folderId, request);
      return {
        found: await inTurns(found, async ({ path, entry }) => ({
          entry: await entryView(records, access, entry),
          path: pathIn(above, path),
        })),
        looked,
        complete: isComplete,
      };
    },

    async log(session, driveId, entryId, page) {
      const access = await enter(session, driveId, 'view');
      const entry = await locate(records, access, entryId);
      return entryLog(deps, access, entry.entryId, page);
    },

    async favourites(session) {
      const found = await favouritesOf(records, session.accountId);
      const entries = await Promise.all(found.map((at) => placed(session, at)));
      return { entries: entries.filter((entry) => entry !== null) };
    },

    async addFavourite(session, driveId, entryId) {
      const access = await enter(session, driveId, 'view');
      const entry = await locate(records, access, entryId);
      await addFavourite(deps, session.accountId, { driveId, entryId: entry.entryId });
      return entryView(records, access, entry);
    },

    async removeFavourite(session, driveId, entryId) {
      const access = await enter(session, driveId, 'view');
      const id = entryId === 'root' ? access.drive.rootId : entryId;
      await removeFavourite(records, session.accountId, { driveId, entryId: id });
    },

    async recent(session, limit) {
      const entries: RecentList['entries'] = [];
      for await (const { atMs, ...at } of recentFiles(records, session.accountId)) {
        const found = await placed(session, at);
        if (found) entries.push({ ...found, time: timestamp(atMs) });
        if (entries.length >= limit) break;
      }
      return { entries };
    },
  };
}

/** Some at a time: to open a thousand at once would hold the event loop up. */
async function inTurns<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const pace = startPace();
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += 50) {
    results.push(...(await Promise.all(items.slice(at, at + 50).map(act))));
    await pace();
  }
  return results;
}
