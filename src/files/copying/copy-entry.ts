import { hasCode } from '../../base/errors.ts';
import { oneMoreReference } from '../copies/object-rows.ts';
import { ancestorsOf } from '../entries/ancestors.ts';
import { asFile, asFolder, findByName, locate, locateFolder, nameOf, type Located } from '../entries/entries.ts';
import { once } from '../entries/idempotency.ts';
import { checkName } from '../entries/names.ts';
import { holdAgainst, nameTaken, refuseRoot } from '../entries/places.ts';
import { fileErrors } from '../errors.ts';
import type { DriveAccess } from '../keys/access.ts';
import { openVersion } from '../keys/version-secrets.ts';
import type { FileRow } from '../records.ts';
import { commitVersion, type Made } from '../versions/commit-version.ts';
import { openDownload } from '../versions/download.ts';
import { storeFile } from '../versions/store.ts';
import { copiedEvent, type Copied, type CopyDeps, type Goal } from './copy-deps.ts';
import { copyFolder } from './copy-folder.ts';

export interface CopyRequest {
  /** Default: the folder it lies in, or the root of another drive. */
  readonly folderId?: string | undefined;
  readonly name?: string | undefined;
  /** A file that goes onto a file becomes its next version. */
  readonly force?: boolean | undefined;
  /** Version ids, of which its newest must be one; a folder matches `*` alone. */
  readonly ifMatch?: readonly string[] | '*' | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Copies a file as it is now, or a folder with all that lies in it. In a drive the copy names the same object, with its
 * file key sealed anew; into another drive everything is encrypted anew. A copy of a folder appears whole or not at all.
 * Throws `version_conflict`, `name_taken`, `move_into_itself`, `root_fixed`, `in_trash`, `folder_not_found`, and what storing throws.
 */
export async function copyEntry(
  deps: CopyDeps,
  source: DriveAccess,
  target: DriveAccess,
  entryId: string,
  request: CopyRequest,
): Promise<Copied> {
  if (request.name !== undefined) checkName(request.name);
  const { records } = deps;
  const entry = await locate(records, source, entryId);
  refuseRoot(source, entry);
  await ancestorsOf(deps, source, entry.folderId);
  const sameDrive = source.driveId === target.driveId;
  const into = await locateFolder(records, target, request.folderId ?? (sameDrive ? entry.folderId : 'root'));
  const above = await ancestorsOf(deps, target, into.entryId);
  if (above.includes(entry.entryId)) throw fileErrors('move_into_itself');
  const name = request.name ?? nameOf(source, entry);
  const goal: Goal = { into, name, force: request.force ?? false, idempotencyKey: request.idempotencyKey };
  if (entry.row.kind === 'folder') {
    return once<Copied>(deps, target, {
      key: request.idempotencyKey,
      request: ['copy', source.driveId, entry.entryId, into.entryId, name],
      act: async (done) => {
        holdAgainst(entry, request.ifMatch);
        return await copyFolder(deps, source, target, asFolder(entry), goal, done);
      },
    });
  }
  return copyFile(deps, source, target, asFile(entry), { ...goal, ifMatch: request.ifMatch });
}

async function copyFile(
  deps: CopyDeps,
  source: DriveAccess,
  target: DriveAccess,
  file: Located<FileRow>,
  goal: Goal & Pick<CopyRequest, 'ifMatch'>,
): Promise<Made> {
  const { into, name, force, idempotencyKey, ifMatch } = goal;
  const { head } = file.row;
  const at = { by: 'name' as const, folderId: into.entryId, name };
  const conditions = { ifNoneMatch: force ? undefined : ('*' as const) };
  try {
    if (source.driveId !== target.driveId) {
      holdAgainst(file, ifMatch);
      const download = await openDownload(deps.reading, deps.records, source, file, head);
      const { size, sha256, modifiedMs, mediaType } = download;
      const body = download.read();
      const { made } = await storeFile(deps, target, at, {
        ...conditions,
        body,
        size,
        sha256,
        modifiedMs,
        mediaType,
        idempotencyKey,
      });
      return made;
    }
    const secrets = openVersion(source.keys, { driveId: source.driveId, entryId: file.entryId }, head);
    return await once<Made>(deps, target, {
      key: idempotencyKey,
      request: ['copy', source.driveId, file.entryId, into.entryId, name],
      act: async (done) => {
        holdAgainst(file, ifMatch);
        const { made } = await commitVersion(deps, target, at, conditions, {
          size: head.size,
          object: head.object,
          restoredFrom: null,
          secrets: { ...secrets, device: target.session.device },
          also: async (result) => [
            await oneMoreReference(deps.records, head.object.objectId),
            ...copiedEvent(deps, target, file.entryId, result.entryId),
            ...done(result),
          ],
        });
        return made;
      },
    });
  } catch (error) {
    if (!hasCode(error, 'name_exists')) throw error;
    const taken = await findByName(deps.records, target, into, name);
    throw taken ? nameTaken(taken) : fileErrors('name_taken', { cause: error });
  }
}
