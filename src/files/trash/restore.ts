import { actorOf } from '../../base/audit-event.ts';
import { hasCode } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { ancestorsOf, moveTurn } from '../entries/ancestors.ts';
import { findByName, hashIn, locate, locateFolder, nameOf, type Located } from '../entries/entries.ts';
import type { Destination, Moved } from '../entries/move.ts';
import { checkName } from '../entries/names.ts';
import { appear, inTurn, leave, named, nameTaken } from '../entries/places.ts';
import { putOnto } from '../entries/put-onto.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { keys, trashOf, type EntryRow, type FolderRow, type PlaceRow, type TrashedFacts } from '../records.ts';
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

/** What can be brought back, and where it was. */
interface Restorable {
  readonly entry: Located;
  readonly fromFolderId: string;
  /** What takes it out of where it lies now; it must be as it was read. */
  readonly leaving: readonly RecordOperation[];
  /** It lay in a folder that was thrown away, and not in the trash itself. */
  readonly inFolder: boolean;
}

/**
 * Brings something back out of the trash, to where it was or to another place, with all that lies in it. What lies in a
 * folder in the trash is brought back alone, to the nearest folder of its old path that is still there.
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
    const restorable = await locateRestorable(deps, access, entryId);
    const { entry } = restorable;
    const into = await destination(deps, access, restorable, to.folderId);
    const name = to.name ?? nameOf(access, entry);
    const taken = await findByName(deps.records, access, into, name);
    if (taken) {
      if (!to.force || taken.row.kind === 'folder' || entry.row.kind === 'folder') throw nameTaken(taken);
      const onto = { act: 'entry.restored_onto' as const, also: async () => [] };
      const made = await putOnto(deps, access, { ...entry, row: entry.row }, { into, name }, onto);
      return { entryId: made.entryId, outcome: 'new_version' };
    }
    const { driveId } = access;
    const { trashed: _, ...row } = named(access, into.entryId, entry, name);
    await deps.records.transact([
      ...restorable.leaving,
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

async function locateRestorable(deps: TrashDeps, access: DriveAccess, entryId: string): Promise<Restorable> {
  const { records } = deps;
  const { driveId } = access;
  const entry = await locate(records, access, entryId).catch((error: unknown) => {
    throw hasCode(error, 'entry_not_found') ? fileErrors('not_in_trash') : error;
  });
  if (entry.folderId === trashOf(driveId)) {
    const { row, revision } = await locateTrashed(deps, access, entryId);
    const { dueMs, fromFolderId } = row.trashed;
    const leaving: RecordOperation[] = [
      { op: 'delete', ...keys.entry(entry.folderId, entry.entryId), if: { revision } },
      { op: 'delete', ...keys.trashDue(dueMs, { driveId, entryId: entry.entryId }) },
    ];
    return { entry: { ...entry, row, revision }, fromFolderId, leaving, inFolder: false };
  }
  const turn = entry.row.kind === 'folder' ? [await moveTurn(records, driveId)] : [];
  const thrownAway = await folderThrownAway(deps, access, entry.folderId);
  const from = await locateFolder(records, access, entry.folderId);
  return {
    entry,
    fromFolderId: thrownAway.row.trashed.fromFolderId,
    leaving: [...leave(access, from, entry, nameOf(access, entry)), ...turn],
    inFolder: true,
  };
}

/** The folder in the trash itself that this one is, or lies in. Throws `not_in_trash`. */
async function folderThrownAway(deps: TrashDeps, access: DriveAccess, folderId: string): Promise<Trashed> {
  let here = folderId;
  for (let depth = 0; depth <= deps.maxFolderDepth && isId(here); depth++) {
    const at = keys.place(here);
    const place = await deps.records.get<PlaceRow>(at.pk, at.sk);
    if (place?.value.folderId === trashOf(access.driveId)) return locateTrashed(deps, access, here);
    here = place?.value.folderId ?? '';
  }
  throw fileErrors('not_in_trash');
}

async function destination(
  deps: TrashDeps,
  access: DriveAccess,
  { fromFolderId, inFolder }: Restorable,
  folderId: string | undefined,
): Promise<Located<FolderRow>> {
  for (let from = folderId ?? fromFolderId; ;) {
    try {
      const into = await locateFolder(deps.records, access, from);
      await ancestorsOf(deps, access, into.entryId);
      return into;
    } catch (error) {
      if (folderId !== undefined || !hasCode(error, 'folder_not_found', 'in_trash')) throw error;
      // Each folder further up was thrown away on its own, so this ends.
      if (!inFolder || !hasCode(error, 'in_trash')) throw fileErrors('origin_gone', { cause: error });
      from = (await folderThrownAway(deps, access, from)).row.trashed.fromFolderId;
    }
  }
}
