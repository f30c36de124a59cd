import { actorOf } from '../../base/audit-event.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { oneMoreReference } from '../copies/object-rows.ts';
import type { DriveAccess } from '../keys/access.ts';
import { openVersion } from '../keys/version-secrets.ts';
import type { FileRow, FolderRow } from '../records.ts';
import type { TrashDeps } from '../trash/trash.ts';
import { commitVersion, type Made } from '../versions/commit-version.ts';
import type { Located } from './entries.ts';

/** What is done to a file that goes onto another one. */
export interface PutOnto {
  readonly act: 'entry.moved_onto' | 'entry.restored_onto';
  /** What becomes of the file itself, asked for at every attempt; the entry it went onto is given. */
  readonly also: (ontoId: string) => Promise<readonly RecordOperation[]>;
}

/** The content of a file becomes the next version of the file that has a name, which keeps its history. */
export async function putOnto(
  deps: TrashDeps,
  access: DriveAccess,
  entry: Located<FileRow>,
  to: { readonly into: Located<FolderRow>; readonly name: string },
  { act, also }: PutOnto,
): Promise<Made> {
  const { driveId } = access;
  const { head } = entry.row;
  const secrets = openVersion(access.keys, { driveId, entryId: entry.entryId }, head);
  const target = { by: 'name' as const, folderId: to.into.entryId, name: to.name };
  const { made } = await commitVersion(
    deps,
    access,
    target,
    {},
    {
      size: head.size,
      object: head.object,
      restoredFrom: null,
      secrets: { ...secrets, device: access.session.device },
      also: async ({ entryId }) => [
        ...(await also(entryId)),
        await oneMoreReference(deps.records, head.object.objectId),
        ...deps.audit.operations({
          act,
          ...actorOf(access.session),
          subjectIds: [entry.entryId, entryId],
          facts: { driveId, toFolderId: to.into.entryId },
        }),
      ],
    },
  );
  return made;
}
