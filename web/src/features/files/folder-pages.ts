/**
 * Keeps the loaded pages of a folder right after an act of our own. A short list is simply fetched again; in a long one the
 * entries are changed where they stand, because hundreds of pages would have to come again.
 */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { EntryList, EntryView } from '../../../../src/files/wire.ts';
import { folderKey, isShort } from './api.ts';

type Pages = InfiniteData<EntryList, string>;

export function withoutEntries(pages: Pages, ids: ReadonlySet<string>): Pages {
  const kept = (page: EntryList): EntryList => ({ ...page, entries: page.entries.filter(({ id }) => !ids.has(id)) });
  return { ...pages, pages: pages.pages.map(kept) };
}

/** In its place if it is loaded; else on top, where it is seen. */
export function withEntry(pages: Pages, entry: EntryView): Pages {
  if (pages.pages.some(({ entries }) => entries.some(({ id }) => id === entry.id))) {
    const swapped = (page: EntryList): EntryList => ({
      ...page,
      entries: page.entries.map((each) => (each.id === entry.id ? entry : each)),
    });
    return { ...pages, pages: pages.pages.map(swapped) };
  }
  const [first, ...rest] = pages.pages;
  if (!first) return pages;
  return { ...pages, pages: [{ ...first, entries: [entry, ...first.entries] }, ...rest] };
}

const isList = (pages: unknown): pages is Pages => typeof pages === 'object' && pages !== null && 'pages' in pages;

export function changeFolder(
  queries: QueryClient,
  { driveId, folderId }: { readonly driveId: string; readonly folderId: string },
  change: (pages: Pages) => Pages,
): void {
  const queryKey = folderKey(driveId, folderId);
  queries.setQueriesData<unknown>({ queryKey }, (pages: unknown) => (isList(pages) ? change(pages) : pages));
  fetchShort(queries, queryKey);
}

/** Everywhere, or in one drive. */
export function lookAgainWhereShort(queries: QueryClient, driveId?: string): void {
  fetchShort(queries, driveId === undefined ? ['folder'] : ['folder', driveId]);
}

/** Not where so many pages are loaded that all of them would have to come again. */
export function fetchShort(queries: QueryClient, queryKey: readonly string[]): void {
  void queries.invalidateQueries({
    queryKey,
    predicate: ({ state: { data } }) => !isList(data) || isShort(data.pages.length),
  });
}
