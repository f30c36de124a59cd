import { isId } from '../../base/ids.ts';
import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { keys, trashOf, type PlaceRow, type TreeRow } from '../records.ts';

export interface AncestorDeps {
  readonly records: RecordStore;
  readonly maxFolderDepth: number;
}

/**
 * The folder and all that it lies in, the root last. Every write asks for them first: what is in the trash does not
 * change, and what is being removed takes nothing in. Throws `in_trash`, `folder_not_found`, `folder_too_deep`.
 */
export async function ancestorsOf(deps: AncestorDeps, access: DriveAccess, folderId: string): Promise<string[]> {
  const found: string[] = [];
  let here = folderId;
  while (here !== access.driveId) {
    if (here === trashOf(access.driveId)) throw fileErrors('in_trash');
    if (!isId(here)) throw fileErrors('folder_not_found');
    if (found.length >= deps.maxFolderDepth) throw fileErrors('folder_too_deep');
    found.push(here);
    const at = keys.place(here);
    const place = await deps.records.get<PlaceRow>(at.pk, at.sk);
    if (!place || place.value.driveId !== access.driveId) throw fileErrors('folder_not_found');
    here = place.value.folderId;
  }
  return found;
}

/**
 * Belongs into the transaction that moves a folder, and is asked for before its ancestors are: of two moves at once
 * the later one looks again, so that folders never go in circles.
 */
export async function moveTurn(records: RecordStore, driveId: string): Promise<RecordOperation> {
  const at = keys.tree(driveId);
  const item = await records.get<TreeRow>(at.pk, at.sk);
  return {
    op: 'put',
    ...at,
    value: { moves: (item?.value.moves ?? 0) + 1 },
    if: item ? { revision: item.revision } : 'absent',
  };
}
