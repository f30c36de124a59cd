import { isId } from '../../base/ids.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { commitVersion, type CommitDeps, type Conditions, type Made } from './commit-version.ts';
import { locateFile, type Located } from '../entries/entries.ts';
import { oneMoreReference } from '../copies/object-rows.ts';
import { fileErrors } from '../errors.ts';
import { once, type IdempotencyDeps } from '../entries/idempotency.ts';
import { keys, type FileRow, type VersionRow } from '../records.ts';
import { afterCursor, type Page } from '../entries/paging.ts';
import { openVersion } from '../keys/version-secrets.ts';

/** Throws `version_not_found`. */
export async function findVersion(
  records: RecordStore,
  file: Located<FileRow>,
  versionId: string | undefined,
): Promise<VersionRow> {
  if (versionId === undefined || versionId === file.row.head.versionId) return file.row.head;
  if (!isId(versionId)) throw fileErrors('version_not_found');
  const at = keys.version(file.entryId, versionId);
  const item = await records.get<VersionRow>(at.pk, at.sk);
  if (!item) throw fileErrors('version_not_found');
  return item.value;
}

/** Newest first. */
export async function listVersions(
  records: RecordStore,
  file: Located<FileRow>,
  page: Page,
): Promise<{ versions: VersionRow[]; next?: string }> {
  const prefix = 'version#';
  const found = await records.query<VersionRow>(`entry#${file.entryId}`, {
    prefix,
    reverse: true,
    limit: page.limit ?? 100,
    ...afterCursor(prefix, page),
  });
  return {
    versions: found.items.map((item) => item.value),
    ...(found.next === undefined ? {} : { next: found.next.slice(prefix.length) }),
  };
}

/**
 * Brings an older version back as a new one on the same object: nothing is copied, and nothing of the history is lost.
 * Throws `version_not_found`, and `object_damaged` when nothing is known of its object any more.
 */
export async function restoreVersion(
  deps: CommitDeps & IdempotencyDeps,
  access: DriveAccess,
  entryId: string,
  versionId: string,
  options: Conditions & { readonly idempotencyKey?: string | undefined },
): Promise<Made> {
  const file = await locateFile(deps.records, access, entryId);
  const old = await findVersion(deps.records, file, versionId);
  const secrets = openVersion(access.keys, { driveId: access.driveId, entryId: file.entryId }, old);
  const target = { by: 'id' as const, entryId: file.entryId };
  return once<Made>(deps, access, {
    key: options.idempotencyKey,
    request: ['restore', file.entryId, old.versionId],
    act: async (done) => {
      const { made } = await commitVersion(deps, access, target, options, {
        size: old.size,
        object: old.object,
        restoredFrom: old.versionId,
        secrets: { ...secrets, device: access.session.device },
        also: async (result) => [await oneMoreReference(deps.records, old.object.objectId), ...done(result)],
      });
      return made;
    },
  });
}
