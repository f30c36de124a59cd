import { timestamp } from '../../base/clock.ts';
import type { RecordStore } from '../../storage/index.ts';
import { folderPath } from '../entries/folder-path.ts';
import { afterCursor, type Page } from '../entries/paging.ts';
import { entryView } from '../entries/views.ts';
import type { DriveAccess } from '../keys/access.ts';
import { trashOf, type EntryRow } from '../records.ts';
import type { TrashList } from '../wire.ts';

/** What lies in the trash itself, in order of its creation, with the path that each thing had. */
export async function listTrash(
  deps: { readonly records: RecordStore; readonly maxFolderDepth: number },
  access: DriveAccess,
  page: Page,
): Promise<TrashList> {
  const folderId = trashOf(access.driveId);
  const prefix = 'entry#';
  const found = await deps.records.query<EntryRow>(`folder#${folderId}`, {
    prefix,
    limit: page.limit ?? 100,
    ...afterCursor(prefix, page),
  });
  const paths = new Map<string, Promise<string | null>>();
  const pathOf = (id: string): Promise<string | null> => {
    const known = paths.get(id) ?? folderPath(deps, access, id);
    paths.set(id, known);
    return known;
  };
  const items = found.items.flatMap(({ sk, value, revision }) => {
    const { trashed } = value;
    return trashed ? [{ entry: { entryId: sk.slice(prefix.length), folderId, row: value, revision }, trashed }] : [];
  });
  return {
    entries: await Promise.all(
      items.map(async ({ entry, trashed }) => ({
        entry: await entryView(deps.records, access, entry),
        trashedTime: timestamp(trashed.atMs),
        purgeTime: timestamp(trashed.dueMs),
        fromFolderId: trashed.fromFolderId,
        fromPath: await pathOf(trashed.fromFolderId),
      })),
    ),
    ...(found.next === undefined ? {} : { next: found.next.slice(prefix.length) }),
  };
}
