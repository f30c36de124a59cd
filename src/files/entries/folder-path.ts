import { hasCode } from '../../base/errors.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { trashOf } from '../records.ts';
import { locate, nameOf, type Located } from './entries.ts';

/** The path of a folder as it is now; `null` when it is gone or in the trash itself. */
export async function folderPath(
  deps: { readonly records: RecordStore; readonly maxFolderDepth: number },
  access: DriveAccess,
  folderId: string,
): Promise<string | null> {
  const names: string[] = [];
  const find = (id: string): Promise<Located | null> =>
    locate(deps.records, access, id).catch((error: unknown) => {
      if (hasCode(error, 'entry_not_found')) return null;
      throw error;
    });
  let here = await find(folderId);
  while (here && here.entryId !== access.drive.rootId && names.length < deps.maxFolderDepth) {
    if (here.folderId === trashOf(access.driveId)) return null;
    names.unshift(nameOf(access, here));
    here = await find(here.folderId);
  }
  return here?.entryId === access.drive.rootId ? `/${names.join('/')}` : null;
}

/** The path of an entry that lies in a folder of this path. */
export function pathIn(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}
