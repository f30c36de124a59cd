import { isId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';
import { keys, trashOf, type PlaceRow, type VersionRow } from '../records.ts';
import type { Holder, SharedVersion, StoredShare } from './share-rows.ts';

/** Whether what was shared can be had now; `ended`: not any more, and never again through this share. */
export type Standing = 'shared' | 'in_trash' | 'ended';

export interface StandingDeps {
  readonly records: RecordStore;
  readonly maxFolderDepth: number;
}

/**
 * The one place that decides whether a share opens for a holder: it was given to them and not taken back, and the
 * version is there, in a drive that is there, and not in the trash. That somebody is the holder is for whoever asks.
 */
export async function standingOf(deps: StandingDeps, share: StoredShare | null, holder: Holder): Promise<Standing> {
  const version = share?.versions[0];
  if (!share || !version || !holderIn(share, holder)) return 'ended';
  const [where, isThere] = await Promise.all([
    whereIs(deps, share.row.driveId, version.entryId),
    versionIsThere(deps, version),
  ]);
  return isThere ? where : 'ended';
}

export function holderIn({ holders }: StoredShare, { kind, id }: Holder) {
  return holders.find((each) => each.kind === kind && each.id === id);
}

/** Goes up to the drive, without any key. */
async function whereIs(deps: StandingDeps, driveId: string, entryId: string): Promise<Standing> {
  let here = entryId;
  for (let depth = 0; here !== driveId; depth += 1) {
    if (here === trashOf(driveId)) return 'in_trash';
    if (!isId(here) || depth > deps.maxFolderDepth) return 'ended';
    const at = keys.place(here);
    const place = await deps.records.get<PlaceRow>(at.pk, at.sk);
    if (!place || place.value.driveId !== driveId) return 'ended';
    here = place.value.folderId;
  }
  return 'shared';
}

async function versionIsThere({ records }: StandingDeps, { entryId, versionId, row }: SharedVersion): Promise<boolean> {
  const at = keys.version(entryId, versionId);
  const version = await records.get<VersionRow>(at.pk, at.sk);
  return version?.value.object.objectId === row.object.objectId;
}
