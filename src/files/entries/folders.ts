import { entryEvent } from '../audit-events.ts';
import { newId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { CommitDeps } from '../versions/commit-version.ts';
import { ancestorsOf } from './ancestors.ts';
import { appear, inTurn, nameTaken } from './places.ts';
import { sealName } from '../keys/drive-keys.ts';
import { asFolder, findByName, hashIn, locate, locateFolder, type Located } from './entries.ts';
import { fileErrors } from '../errors.ts';
import { once, type IdempotencyDeps } from './idempotency.ts';
import { checkName, splitPath } from './names.ts';
import type { EntryRow, FolderRow } from '../records.ts';
import { afterCursor, type Page } from './paging.ts';

/** Throws `name_taken` (extra.entryId tells by what), `folder_not_found`, `not_a_folder`, and the codes of names. */
export async function makeFolder(
  deps: CommitDeps & IdempotencyDeps,
  access: DriveAccess,
  folderId: string,
  request: { readonly name: string; readonly idempotencyKey?: string | undefined },
): Promise<{ readonly entryId: string }> {
  const name = checkName(request.name);
  return once<{ readonly entryId: string }>(deps, access, {
    key: request.idempotencyKey,
    request: ['folder', folderId, name],
    act: async (done) => {
      const made = { entryId: newId() };
      return inTurn(deps.writeAttempts, async () => {
        const folder = await locateFolder(deps.records, access, folderId);
        await ancestorsOf(deps, access, folder.entryId);
        const taken = await findByName(deps.records, access, folder, name);
        if (taken) throw nameTaken(taken);
        const row = folderRow(deps, access, { folderId: folder.entryId, entryId: made.entryId }, name);
        await deps.records.transact([
          ...appear(folder, made.entryId, hashIn(access, folder, name), row),
          ...deps.audit.operations(entryEvent('folder.made', access, made.entryId, { folderId: folder.entryId })),
          ...done(made),
        ]);
        return made;
      });
    },
  });
}

export function folderRow(
  deps: Pick<CommitDeps, 'clock'>,
  access: DriveAccess,
  at: { readonly folderId: string; readonly entryId: string },
  name: string,
): FolderRow {
  const generation = access.keys.newest;
  return {
    kind: 'folder',
    driveId: access.driveId,
    createdMs: deps.clock(),
    generation: generation.number,
    sealedName: sealName(generation, { driveId: access.driveId, ...at, kind: 'folder' }, name),
    lookupGeneration: generation.number,
  };
}

/** The entries of a folder in order of their creation, page by page. */
export async function listFolder(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  page: Page,
): Promise<{ entries: Located[]; next?: string }> {
  const folder = await locateFolder(records, access, folderId);
  const prefix = 'entry#';
  const found = await records.query<EntryRow>(`folder#${folder.entryId}`, {
    prefix,
    limit: page.limit ?? 100,
    ...afterCursor(prefix, page),
  });
  return {
    entries: found.items.map(({ sk, value, revision }) => ({
      entryId: sk.slice(prefix.length),
      folderId: folder.entryId,
      row: value,
      revision,
    })),
    ...(found.next === undefined ? {} : { next: found.next.slice(prefix.length) }),
  };
}

/** Walks a path from the root. Throws `entry_not_found`, `not_a_folder`, `path_invalid`, and the codes of names. */
export async function lookUp(
  records: RecordStore,
  access: DriveAccess,
  path: string,
  maxPathBytes: number,
): Promise<Located> {
  const { names, intoFolder } = splitPath(path, maxPathBytes);
  let here = await locate(records, access, access.drive.rootId);
  for (const name of names) {
    const found = await findByName(records, access, asFolder(here), name);
    if (!found) throw fileErrors('entry_not_found');
    here = found;
  }
  return intoFolder ? asFolder(here) : here;
}
