import { actorOf } from '../../base/audit-event.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { ancestorsOf } from '../entries/ancestors.ts';
import { locate, locateFolder, nameOf, type Located } from '../entries/entries.ts';
import { holdAgainst, inTurn, leave, named, refuseRoot } from '../entries/places.ts';
import type { DriveAccess } from '../keys/access.ts';
import { keys, trashOf, type EntryRow, type FolderRow } from '../records.ts';
import type { CommitDeps } from '../versions/commit-version.ts';

export interface TrashDeps extends CommitDeps {
  readonly trashKeptMs: number;
}

/**
 * Puts a file or folder into the trash: one transaction, however much lies in it. It gives its name up, keeps all its
 * versions, and goes for good when its days are over. What is there already stays as it is.
 * Throws `entry_not_found`, `root_fixed`, `version_conflict`, `in_trash` (it lies in a folder that is there).
 */
export async function trashEntry(
  deps: TrashDeps,
  access: DriveAccess,
  entryId: string,
  { ifMatch }: { readonly ifMatch?: readonly string[] | '*' | undefined },
): Promise<void> {
  await inTurn(deps.writeAttempts, async () => {
    const entry = await locate(deps.records, access, entryId);
    if (entry.folderId === trashOf(access.driveId)) return;
    refuseRoot(access, entry);
    holdAgainst(entry, ifMatch);
    await ancestorsOf(deps, access, entry.folderId);
    const from = await locateFolder(deps.records, access, entry.folderId);
    await deps.records.transact([
      ...trashOperations(deps, access, from, entry),
      ...deps.audit.operations({
        act: 'entry.trashed',
        ...actorOf(access.session),
        subjectIds: [entry.entryId],
        facts: { driveId: access.driveId, fromFolderId: from.entryId, kind: entry.row.kind },
      }),
    ]);
  });
}

/** Six at most; the entry must be as it was read. */
export function trashOperations(
  deps: TrashDeps,
  access: DriveAccess,
  from: Located<FolderRow>,
  entry: Located,
): RecordOperation[] {
  const { driveId } = access;
  const { entryId } = entry;
  const trash = trashOf(driveId);
  const name = nameOf(access, entry);
  const atMs = deps.clock();
  const dueMs = atMs + deps.trashKeptMs;
  const row: EntryRow = {
    ...named(access, trash, entry, name),
    trashed: { atMs, dueMs, byId: access.session.accountId, fromFolderId: from.entryId },
  };
  return [
    ...leave(access, from, entry, name),
    { op: 'put', ...keys.place(entryId), value: { driveId, folderId: trash }, if: 'present' },
    { op: 'put', ...keys.entry(trash, entryId), value: row, if: 'absent' },
    { op: 'put', ...keys.trashDue(dueMs, { driveId, entryId }), value: { driveId, entryId } },
  ];
}
