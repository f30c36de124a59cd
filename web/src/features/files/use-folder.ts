import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { drivesOptions, type DriveView, type EntryView, entryOptions, folderOptions, type Sorting } from './api.ts';

/** The drive of an address; without one the personal drive. */
export function useDrive(driveId: string | undefined): {
  readonly drive: DriveView | undefined;
  readonly error: unknown;
  readonly loaded: boolean;
  readonly retry: () => void;
} {
  const { data, error, refetch } = useQuery(drivesOptions);
  const drive = data?.drives.find(({ id, kind }) => (driveId === undefined ? kind === 'personal' : id === driveId));
  return { drive, error, loaded: data !== undefined, retry: () => void refetch() };
}

/** What a folder holds, page by page. */
export function useFolder(drive: DriveView | undefined, folderId: string, sorting: Sorting) {
  const query = useInfiniteQuery({
    ...folderOptions(drive?.id ?? '', folderId, sorting),
    enabled: drive !== undefined,
  });
  const entries = useMemo(() => query.data?.pages.flatMap((page) => page.entries) ?? [], [query.data]);
  return { ...query, entries };
}

/** The folders from the drive down to this one; the drive's own folder is not among them. */
export function useAncestors(drive: DriveView | undefined, folderId: string): readonly EntryView[] | undefined {
  const queries = useQueryClient();
  return useQuery({
    queryKey: ['ancestors', drive?.id, folderId],
    enabled: drive !== undefined,
    queryFn: async () => {
      const way: EntryView[] = [];
      let at: string | null = folderId;
      while (drive && at !== null && at !== drive.rootId) {
        const entry: EntryView = await queries.query({ ...entryOptions(drive.id, at), staleTime: 30_000 });
        way.unshift(entry);
        at = entry.folderId;
      }
      return way;
    },
  }).data;
}
