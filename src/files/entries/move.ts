import { actorOf } from '../../base/audit-event.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { noteChange } from '../listing/changes.ts';
import { keys, type EntryRow, type FileRow, type FolderRow } from '../records.ts';
import { trashOperations, type TrashDeps } from '../trash/trash.ts';
import { ancestorsOf, moveTurn } from './ancestors.ts';
import { asFile, findByName, hashIn, locate, locateFolder, nameOf, type Located } from './entries.ts';
import { checkName } from './names.ts';
import { appear, holdAgainst, inTurn, leave, named, nameTaken, refuseRoot } from './places.ts';
import { putOnto } from './put-onto.ts';

/** Where something is to go; what is left out stays as it is. */
export interface Destination {
  readonly folderId?: string | undefined;
  readonly name?: string | undefined;
}

export interface MoveOptions {
  readonly ifMatch?: readonly string[] | '*' | undefined;
  /** A file that goes onto a file becomes its next version. */
  readonly force?: boolean | undefined;
}

export type Moved = { readonly entryId: string; readonly outcome: 'moved' | 'new_version' };

/**
 * Gives a file or folder another name, another folder, or both, in one transaction; whatever lies in it comes along.
 * Throws `name_taken` (extra.entryId tells by what), `move_into_itself`, `root_fixed`, `version_conflict`, `in_trash`,
 * `entry_not_found`, `folder_not_found`, `not_a_folder`, and the codes of names.
 */
export async function moveEntry(
  deps: TrashDeps,
  access: DriveAccess,
  entryId: string,
  to: Destination,
  options: MoveOptions,
): Promise<Moved> {
  if (to.name !== undefined) checkName(to.name);
  return inTurn(deps.writeAttempts, () => moveOnce(deps, access, entryId, to, options));
}

async function moveOnce(
  deps: TrashDeps,
  access: DriveAccess,
  entryId: string,
  to: Destination,
  { ifMatch, force = false }: MoveOptions,
): Promise<Moved> {
  const { records } = deps;
  const entry = await locate(records, access, entryId);
  refuseRoot(access, entry);
  holdAgainst(entry, ifMatch);
  const turn = entry.row.kind === 'folder' ? await moveTurn(records, access.driveId) : null;
  await ancestorsOf(deps, access, entry.folderId);
  const from = await locateFolder(records, access, entry.folderId);
  const into = to.folderId === undefined ? from : await locateFolder(records, access, to.folderId);
  const stays = into.entryId === from.entryId;
  if (!stays && (await ancestorsOf(deps, access, into.entryId)).includes(entry.entryId)) {
    throw fileErrors('move_into_itself');
  }
  const oldName = nameOf(access, entry);
  const name = to.name ?? oldName;
  const moved: Moved = { entryId: entry.entryId, outcome: 'moved' };
  if (stays && name === oldName) return moved;

  const taken = await findByName(records, access, into, name);
  if (taken && taken.entryId !== entry.entryId) {
    if (!force || taken.row.kind === 'folder' || entry.row.kind === 'folder') throw nameTaken(taken);
    return moveOnto(deps, access, asFile(entry), into, name);
  }
  const row: EntryRow = named(access, into.entryId, entry, name);
  await records.transact([
    ...(stays
      ? rename(access, into, entry, oldName, name, row)
      : [
          ...leave(access, from, entry, oldName),
          ...appear(into, entry.entryId, hashIn(access, into, name), row, 'elsewhere'),
          ...(turn ? [turn] : []),
        ]),
    ...deps.audit.operations({
      act: stays ? 'entry.renamed' : 'entry.moved',
      ...actorOf(access.session),
      subjectIds: [entry.entryId],
      facts: { driveId: access.driveId, fromFolderId: from.entryId, toFolderId: into.entryId },
    }),
  ]);
  return moved;
}

/** In one folder, where the new name may be the old one in another spelling. */
function rename(
  access: DriveAccess,
  folder: Located<FolderRow>,
  entry: Located,
  oldName: string,
  name: string,
  row: EntryRow,
) {
  const [oldHash, newHash] = [hashIn(access, folder, oldName), hashIn(access, folder, name)];
  const at = keys.entry(folder.entryId, entry.entryId);
  const put = { op: 'put' as const, ...at, value: row, if: { revision: entry.revision } };
  const change = noteChange(folder.entryId, entry.entryId);
  if (oldHash === newHash) return [put, change];
  return [
    put,
    change,
    { op: 'delete' as const, ...keys.name(folder.entryId, oldHash), if: 'present' as const },
    {
      op: 'put' as const,
      ...keys.name(folder.entryId, newHash),
      value: { entryId: entry.entryId },
      if: 'absent' as const,
    },
  ];
}

/** The file of that name gets the content as its next version and keeps its history; the mover's goes to the trash. */
async function moveOnto(
  deps: TrashDeps,
  access: DriveAccess,
  entry: Located<FileRow>,
  into: Located<FolderRow>,
  name: string,
): Promise<Moved> {
  const { head } = entry.row;
  const made = await putOnto(
    deps,
    access,
    entry,
    { into, name },
    {
      act: 'entry.moved_onto',
      async also(ontoId) {
        const now = asFile(await locate(deps.records, access, entry.entryId));
        if (now.row.head.versionId !== head.versionId || now.entryId === ontoId) {
          throw fileErrors('version_conflict', { extra: { versionId: now.row.head.versionId } });
        }
        const from = await locateFolder(deps.records, access, now.folderId);
        return trashOperations(deps, access, from, now);
      },
    },
  );
  return { entryId: made.entryId, outcome: made.outcome === 'created' ? 'moved' : 'new_version' };
}
