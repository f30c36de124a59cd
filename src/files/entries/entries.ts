import { isId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { nameHash, openName } from '../keys/drive-keys.ts';
import { fileErrors } from '../errors.ts';
import { keys, type EntryRow, type FileRow, type FolderRow, type NameRow, type PlaceRow } from '../records.ts';

/** An entry as it was read, with what a later write needs to know that nobody else has written meanwhile. */
export interface Located<Row extends EntryRow = EntryRow> {
  readonly entryId: string;
  readonly folderId: string;
  readonly row: Row;
  readonly revision: string;
}

/** Stands for the drive's root folder wherever an entry's id is asked for. */
export const ROOT = 'root';

/** Finds an entry of this drive. Throws `entry_not_found`, also for the entries of other drives. */
export async function locate(records: RecordStore, access: DriveAccess, idOrRoot: string): Promise<Located> {
  const entryId = idOrRoot === ROOT ? access.drive.rootId : idOrRoot;
  if (!isId(entryId)) throw fileErrors('entry_not_found');
  const at = keys.place(entryId);
  let looked: string | null = null;
  for (;;) {
    const place = await records.get<PlaceRow>(at.pk, at.sk);
    if (!place || place.value.driveId !== access.driveId) throw fileErrors('entry_not_found');
    const found = await entryIn(records, access, place.value.folderId, entryId);
    if (found) return found;
    // Moved between the two looks, unless its place is still the one that was read.
    if (place.revision === looked) throw fileErrors('entry_not_found');
    looked = place.revision;
  }
}

/** Throws `folder_not_found`, `not_a_folder`. */
export async function locateFolder(
  records: RecordStore,
  access: DriveAccess,
  idOrRoot: string,
): Promise<Located<FolderRow>> {
  const found = await locate(records, access, idOrRoot).catch((error: unknown) => {
    throw isNotFound(error) ? fileErrors('folder_not_found') : error;
  });
  return asFolder(found);
}

/** Throws `entry_not_found`, `is_a_folder`. */
export async function locateFile(records: RecordStore, access: DriveAccess, id: string): Promise<Located<FileRow>> {
  return asFile(await locate(records, access, id));
}

export function asFile(found: Located): Located<FileRow> {
  if (found.row.kind !== 'file') throw fileErrors('is_a_folder');
  return { ...found, row: found.row };
}

export function asFolder(found: Located): Located<FolderRow> {
  if (found.row.kind !== 'folder') throw fileErrors('not_a_folder');
  return { ...found, row: found.row };
}

/** `null` when the folder holds no such name. */
export async function findByName(
  records: RecordStore,
  access: DriveAccess,
  folder: Located<FolderRow>,
  name: string,
): Promise<Located | null> {
  return findByHash(records, access, folder, hashIn(access, folder, name));
}

/** The same by what {@link hashIn} makes of the name. */
export async function findByHash(
  records: RecordStore,
  access: DriveAccess,
  folder: Located<FolderRow>,
  nameHash: string,
): Promise<Located | null> {
  const at = keys.name(folder.entryId, nameHash);
  const item = await records.get<NameRow>(at.pk, at.sk);
  return item && entryIn(records, access, folder.entryId, item.value.entryId);
}

/** The hash under which a name stands in this folder. */
export function hashIn(access: DriveAccess, folder: Located<FolderRow>, name: string): string {
  return nameHash(access.keys.generation(folder.row.lookupGeneration), folder.entryId, name);
}

export function nameOf(access: DriveAccess, entry: Pick<Located, 'entryId' | 'folderId' | 'row'>): string {
  const place = { driveId: access.driveId, folderId: entry.folderId, entryId: entry.entryId, kind: entry.row.kind };
  return openName(access.keys, place, entry.row.generation, entry.row.sealedName);
}

async function entryIn(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  entryId: string,
): Promise<Located | null> {
  const at = keys.entry(folderId, entryId);
  const item = await records.get<EntryRow>(at.pk, at.sk);
  if (!item || item.value.driveId !== access.driveId) return null;
  return { entryId, folderId, row: item.value, revision: item.revision };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'entry_not_found';
}
