/** Everything about files that the pages ask of the server, and how long what it answered is good. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  DriveList,
  DriveView,
  EntryList,
  EntryView,
  FileView,
  MovedView,
  StoredView,
  TrashList,
  UsageView,
  VersionList,
  VersionView,
} from '../../../../src/files/wire.ts';
import type { ShareList, ShareView } from '../../../../src/files/shares/wire.ts';
import type { FoundList, RecentList } from '../../../../src/files/listing/wire.ts';
import { newIdempotencyKey, request } from '../../base/requests/api.ts';

export type { DriveView, EntryView, ShareView, FileView, FoundList, MovedView, StoredView, VersionView };

export type SortKey = 'name' | 'size' | 'modified' | 'created';
export interface Sorting {
  readonly key: SortKey;
  readonly down: boolean;
}

/** One folder in one order. Large enough that a page fills the highest screen, small enough to come at once. */
export const PAGE = 500;

const base = (driveId: string): string => `/drives/${driveId}`;

export const drivesOptions = queryOptions({
  queryKey: ['drives'],
  queryFn: ({ signal }) => request<DriveList>('GET', '/drives', { signal }),
  staleTime: 60_000,
});

export const entryOptions = (driveId: string, entryId: string) =>
  queryOptions({
    queryKey: ['entry', driveId, entryId],
    queryFn: ({ signal }) => request<EntryView>('GET', `${base(driveId)}/entries/${entryId}`, { signal }),
  });

export const folderKey = (driveId: string, folderId: string) => ['folder', driveId, folderId] as const;

export const folderOptions = (driveId: string, folderId: string, sorting: Sorting) =>
  infiniteQueryOptions({
    queryKey: [...folderKey(driveId, folderId), sorting.key, sorting.down],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        sort: sorting.key,
        order: sorting.down ? 'descending' : 'ascending',
        ...(pageParam === '' ? {} : { after: pageParam }),
      });
      return request<EntryList>('GET', `${base(driveId)}/folders/${folderId}/entries?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (page: EntryList) => page.next,
    // Looking again at hundreds of pages would be slower than scrolling was; see folder-pages.ts.
    refetchOnWindowFocus: ({ state }) => isShort(state.data?.pages.length),
    refetchOnMount: ({ state }) => isShort(state.data?.pages.length),
    refetchInterval: ({ state }) =>
      isShort(state.data?.pages.length) && copiesAreMade(state.data?.pages) ? 3000 : false,
  });

/** Whether looking at all loaded pages again is cheap. */
export function isShort(pages: number | undefined): boolean {
  return (pages ?? 0) <= 4;
}

/** While a second copy is on its way, the shields are looked at again. */
function copiesAreMade(pages: readonly EntryList[] | undefined): boolean {
  return (pages ?? []).some(({ entries }) =>
    entries.some((entry) => entry.kind === 'file' && [entry.copies.primary, entry.copies.backup].includes('pending')),
  );
}

/** Only the folders of a folder come first, so that choosing one needs no more than these pages. */
export const foldersOptions = (driveId: string, folderId: string) =>
  queryOptions({
    queryKey: [...folderKey(driveId, folderId), 'folders'],
    queryFn: ({ signal }) =>
      request<EntryList>('GET', `${base(driveId)}/folders/${folderId}/entries?limit=1000&sort=name`, { signal }),
  });

export const trashOptions = (driveId: string) =>
  infiniteQueryOptions({
    queryKey: ['trash', driveId],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '200', ...(pageParam === '' ? {} : { after: pageParam }) });
      return request<TrashList>('GET', `${base(driveId)}/trash?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (page: TrashList) => page.next,
  });

export const versionsOptions = (driveId: string, entryId: string) =>
  infiniteQueryOptions({
    queryKey: ['versions', driveId, entryId],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '100', ...(pageParam === '' ? {} : { after: pageParam }) });
      return request<VersionList>('GET', `${base(driveId)}/files/${entryId}/versions?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (page: VersionList) => page.next,
  });

/** Who else may open versions of a file. */
export const sharesOptions = ({ driveId, id }: Pick<FileView, 'driveId' | 'id'>) =>
  infiniteQueryOptions({
    queryKey: ['shares', driveId, id],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '100', ...(pageParam === '' ? {} : { after: pageParam }) });
      return request<ShareList>('GET', `${base(driveId)}/files/${id}/shares?${query}`, { signal });
    },
    initialPageParam: '',
    getNextPageParam: (page: ShareList) => page.next,
  });

export function endShare({ driveId, id }: Pick<FileView, 'driveId' | 'id'>, shareId: string): Promise<void> {
  return request('DELETE', `${base(driveId)}/files/${id}/shares/${shareId}`);
}

export const usageOptions = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => request<UsageView>('GET', '/account/usage', { signal }),
});

export const recentOptions = queryOptions({
  queryKey: ['recent'],
  queryFn: ({ signal }) => request<RecentList>('GET', '/recent?limit=20', { signal }),
});

/** A POST: what somebody looks for never stands in an address. */
export const findOptions = (driveId: string, pattern: string, limit: number) =>
  queryOptions({
    queryKey: ['find', driveId, pattern, limit],
    queryFn: ({ signal }) => request<FoundList>('POST', `${base(driveId)}/find`, { json: { pattern, limit }, signal }),
    enabled: pattern !== '',
  });

export function makeFolder(driveId: string, folderId: string, name: string): Promise<EntryView> {
  return request('POST', `${base(driveId)}/folders/${folderId}/folders`, { json: { name }, headers: once() });
}

/** Rename or move; what is left out stays as it is. */
export function moveEntry(
  { driveId, id }: EntryView,
  to: { readonly folderId?: string; readonly name?: string },
): Promise<MovedView> {
  return request('POST', `${base(driveId)}/entries/${id}/move`, { json: to });
}

export function trashEntry({ driveId, id }: EntryView): Promise<EntryView> {
  return request('POST', `${base(driveId)}/entries/${id}/trash`, {});
}

export function restoreEntry(
  { driveId, id }: Pick<EntryView, 'driveId' | 'id'>,
  to: { readonly folderId?: string; readonly name?: string } = {},
): Promise<MovedView> {
  return request('POST', `${base(driveId)}/trash/${id}/restore`, { json: to });
}

export function purgeEntry({ driveId, id }: Pick<EntryView, 'driveId' | 'id'>): Promise<void> {
  return request('DELETE', `${base(driveId)}/trash/${id}`);
}

export function emptyTrash(driveId: string): Promise<{ readonly purged: number }> {
  return request('DELETE', `${base(driveId)}/trash`);
}

export function restoreVersion({ driveId, id }: FileView, versionId: string): Promise<StoredView> {
  return request('POST', `${base(driveId)}/files/${id}/versions/${versionId}/restore`, { headers: once() });
}

/** Addresses of plain links: the browser saves what is there, with the session's cookie. */
export function contentUrl({ driveId, id }: Pick<EntryView, 'driveId' | 'id'>): string {
  return `/api/v1${base(driveId)}/files/${id}/content`;
}

export function versionUrl({ driveId, id }: Pick<EntryView, 'driveId' | 'id'>, versionId: string): string {
  return `/api/v1${base(driveId)}/files/${id}/versions/${versionId}/content`;
}

export function zipUrl({ driveId, id }: Pick<EntryView, 'driveId' | 'id'>): string {
  return `/api/v1${base(driveId)}/folders/${id}/zip`;
}

function once(): Record<string, string> {
  return { 'idempotency-key': newIdempotencyKey() };
}
