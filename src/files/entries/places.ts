import { setTimeout as pause } from 'node:timers/promises';
import { hasCode } from '../../base/errors.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { noteChange } from '../listing/changes.ts';
import { sealName } from '../keys/drive-keys.ts';
import { keys, type EntryRow, type FolderRow } from '../records.ts';
import { hashIn, type Located } from './entries.ts';

/** The name is free, the folder is still there, and the entry appears under both. */
export function appear(
  folder: Located<FolderRow>,
  entryId: string,
  nameHash: string,
  row: EntryRow,
  was: 'nowhere' | 'elsewhere' = 'nowhere',
): RecordOperation[] {
  const { driveId } = row;
  return [
    { op: 'put', ...keys.name(folder.entryId, nameHash), value: { entryId }, if: 'absent' },
    { op: 'check', ...keys.place(folder.entryId), if: 'present' },
    {
      op: 'put',
      ...keys.place(entryId),
      value: { driveId, folderId: folder.entryId },
      if: was === 'nowhere' ? 'absent' : 'present',
    },
    { op: 'put', ...keys.entry(folder.entryId, entryId), value: row, if: 'absent' },
    noteChange(folder.entryId, entryId),
  ];
}

/** The entry, as it was read, leaves its folder and gives its name up. Its place is for the next step to write. */
export function leave(
  access: DriveAccess,
  folder: Located<FolderRow>,
  entry: Located,
  name: string,
): RecordOperation[] {
  return [
    { op: 'delete', ...keys.entry(folder.entryId, entry.entryId), if: { revision: entry.revision } },
    { op: 'delete', ...keys.name(folder.entryId, hashIn(access, folder, name)), if: 'present' },
    noteChange(folder.entryId, entry.entryId),
  ];
}

/** The same entry with the name it has in (another) folder: a name opens in the folder it was given in only. */
export function named<Row extends EntryRow>(
  access: DriveAccess,
  folderId: string,
  entry: Located<Row>,
  name: string,
): Row {
  const place = { driveId: access.driveId, folderId, entryId: entry.entryId, kind: entry.row.kind };
  const generation = access.keys.newest;
  return { ...entry.row, generation: generation.number, sealedName: sealName(generation, place, name) };
}

/**
 * Reads, decides and writes, and starts over whenever another writer was faster. Throws `write_contention` when it
 * never got its turn.
 */
export async function inTurn<Result>(attempts: number, act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!hasCode(error, 'record_conflict')) throw error;
      await pause(Math.random() * Math.min(attempt, 20));
    }
  }
  throw fileErrors('write_contention');
}

export function refuseRoot(access: DriveAccess, entry: Located): void {
  if (entry.entryId === access.drive.rootId) throw fileErrors('root_fixed');
}

export function nameTaken(taken: Located): Error {
  return fileErrors('name_taken', {
    detail: taken.row.kind === 'folder' ? 'it is a folder' : 'it is a file',
    extra: { entryId: taken.entryId, kind: taken.row.kind },
  });
}

/** The entity tag of a file is its newest version; a folder has none and matches `*` alone. */
export function holdAgainst(entry: Located, ifMatch: readonly string[] | '*' | undefined): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  const versionId = entry.row.kind === 'file' ? entry.row.head.versionId : null;
  if (versionId === null || !ifMatch.includes(versionId)) {
    throw fileErrors('version_conflict', { extra: { versionId } });
  }
}
