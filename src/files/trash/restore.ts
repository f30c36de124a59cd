import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { ancestorsOf } from '../entries/ancestors.ts';
import { findByName, hashIn, locate, locateFolder, nameOf, type Located } from '../entries/entries.ts';
import type { Destination, Moved } from '../entries/move.ts';
import { checkName } from '../entries/names.ts';
import { appear, inTurn, named, nameTaken } from '../entries/places.ts';
import { putOnto } from '../entries/put-onto.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { keys, trashOf, type EntryRow, type FolderRow, type TrashedFacts } from '../records.ts';
import type { TrashDeps } from './trash.ts';

/** An entry that lies in the trash itself, and not in a folder there. */
export type Trashed<Row extends EntryRow = EntryRow> = Located<Row & { readonly trashed: TrashedFacts }>;

/** Throws `not_in_trash`. */
export async function locateTrashed(
  deps: Pick<TrashDeps, 'records'>,
  access: DriveAccess,
  entryId: string,
): Promise<Trashed> {
  const entry = await locate(deps.records, access, entryId).catch((error: unknown) => {
    throw hasCode(error, 'entry_not_found') ? fileErrors('not_in_trash') : error;
  });
  const { trashed } = entry.row;
  if (entry.folderId !== trashOf(access.driveId) || !trashed) throw fileErrors('not_in_trash');
  return { ...entry, row: { ...entry.row, trashed } };
}

/**
 * Brings something back out of the trash, to where it was or to another place, with all that lies in it.
 * With `force` a file whose name is taken by a file becomes that one's next version; it then stays in the trash itself,
 * since its own older versions are nowhere else.
 * Throws `not_in_trash`, `origin_gone`, `name_taken`, `folder_not_found`, `in_trash`, and the codes of names.
 */
export async function restoreEntry(
  deps: TrashDeps,
  access: DriveAccess,
  entryId: string,
  to: Destination & { readonly force?: boolean | undefined },
): Promise<Moved> {
  if (to.name !== undefined) checkName(to.name);
  return inTurn(deps.writeAttempts, async () => {
    const entry = await locateTrashed(deps, access, entryId);
    const into = await destination(deps, access, entry, to.folderId);
    const name = to.name ?? nameOf(access, entry);
    const taken = await findByName(deps.records, access, into, name);
    if (taken) {
      if (!to.force || taken.row.kind === 'folder' || entry.row.kind === 'folder') throw nameTaken(taken);
      const also = async () => [];
      const made = await putOnto(
        deps,
        access,
        { ...entry, row: entry.row },
        { into, name },
        { act: 'entry.restored_onto', also },
      );
      return { entryId: made.entryId, outcome: 'new_version' };
    }
    const { driveId } = access;
    const { trashed, ...row } = named(access, into.entryId, entry, name);
    await deps.records.transact([
      { op: 'delete', ...keys.entry(entry.folderId, entry.entryId), if: { revision: entry.revision } },
      { op: 'delete', ...keys.trashDue(trashed.dueMs, { driveId, entryId: entry.entryId }) },
      ...appear(into, entry.entryId, hashIn(access, into, name), row, 'elsewhere'),
      ...deps.audit.operations({
        act: 'entry.restored',
        ...actorOf(access.session),
        subjectIds: [entry.entryId],
        facts: { driveId, toFolderId: into.entryId },
      }),
    ]);
    return { entryId: entry.entryId, outcome: 'moved' };
  });
}

async function destination(
  deps: TrashDeps,
  access: DriveAccess,
  entry: Trashed,
  folderId: string | undefined,
): Promise<Located<FolderRow>> {
  try {
    const into = await locateFolder(deps.records, access, folderId ?? entry.row.trashed.fromFolderId);
    await ancestorsOf(deps, access, into.entryId);
    return into;
  } catch (error) {
    if (folderId !== undefined || !hasCode(error, 'folder_not_found', 'in_trash')) throw error;
    throw fileErrors('origin_gone', { cause: error });
  }
}
