import { setTimeout as pause } from 'node:timers/promises';
import type { AuditTrail } from '../../base/audit-event.ts';
import type { Clock } from '../../base/clock.ts';
import { hasCode } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { storageErrors, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { entryEvent } from '../audit-events.ts';
import type { DriveAccess } from '../keys/access.ts';
import { sealName } from '../keys/drive-keys.ts';
import { asFile, findByHash, hashIn, locateFile, locateFolder, type Located } from '../entries/entries.ts';
import { ancestorsOf, type AncestorDeps } from '../entries/ancestors.ts';
import { appear } from '../entries/places.ts';
import { noteChange } from '../listing/changes.ts';
import { fileErrors } from '../errors.ts';
import { keys, newIdAfter, type FileRow, type FolderRow, type ObjectFacts, type VersionRow } from '../records.ts';
import { noteRecent, type RecentDeps } from '../personal/recent.ts';
import { sealVersion, type VersionSecrets } from '../keys/version-secrets.ts';

/** Where a version goes: to a name in a folder, whether or not a file of that name is there, or to a known file. */
export type Target =
  | { readonly by: 'name'; readonly folderId: string; readonly name: string }
  | { readonly by: 'id'; readonly entryId: string };

/** RFC 9110 section 13, with version ids as entity tags; `*` means any. */
export interface Conditions {
  readonly ifMatch?: readonly string[] | '*' | undefined;
  readonly ifNoneMatch?: '*' | undefined;
  /** In ms; what is there has to be no newer, to the second. Passed over beside `ifMatch`. */
  readonly ifUnmodifiedSinceMs?: number | undefined;
}

/** What is there at the moment: a file, or a name that is free. */
export type Resolved = FreeName | { readonly existing: Located<FileRow> };

interface FreeName {
  readonly folder: Located<FolderRow>;
  readonly name: string;
  readonly nameHash: string;
  readonly existing: null;
}

/**
 * Finds what stands at the target and holds it against the conditions. Throws `name_taken` (a folder has the name),
 * `name_exists`, `version_conflict`, `folder_not_found`, `not_a_folder`, `entry_not_found`, `is_a_folder`, `in_trash`,
 * `folder_too_deep`.
 */
export async function resolveTarget(
  deps: AncestorDeps,
  access: DriveAccess,
  target: Target,
  conditions: Conditions,
): Promise<Resolved> {
  const resolved = await find(deps, access, target);
  const { ifMatch, ifNoneMatch, ifUnmodifiedSinceMs = Infinity } = conditions;
  const { existing } = resolved;
  if (ifNoneMatch === '*' && existing) throw fileErrors('name_exists', { extra: { entryId: existing.entryId } });
  if (ifMatch !== undefined) {
    const matches = existing !== null && (ifMatch === '*' || ifMatch.includes(existing.row.head.versionId));
    if (!matches) {
      throw fileErrors('version_conflict', { extra: { versionId: existing?.row.head.versionId ?? null } });
    }
  } else if (existing && Math.floor(existing.row.head.atMs / 1000) * 1000 > ifUnmodifiedSinceMs) {
    throw fileErrors('version_conflict', { extra: { versionId: existing.row.head.versionId } });
  }
  return resolved;
}

async function find(deps: AncestorDeps, access: DriveAccess, target: Target): Promise<Resolved> {
  const { records } = deps;
  if (target.by === 'id') {
    const existing = await locateFile(records, access, target.entryId);
    await ancestorsOf(deps, access, existing.folderId);
    return { existing };
  }
  const folder = await locateFolder(records, access, target.folderId);
  await ancestorsOf(deps, access, folder.entryId);
  const nameHash = hashIn(access, folder, target.name);
  const found = await findByHash(records, access, folder, nameHash);
  if (found?.row.kind === 'folder') throw fileErrors('name_taken', { detail: 'it is the name of a folder' });
  return found ? { existing: asFile(found) } : { folder, name: target.name, nameHash, existing: null };
}

export interface CommitDeps extends AncestorDeps, RecentDeps {
  readonly clock: Clock;
  readonly writeAttempts: number;
  /** Who did what belongs into the act's own transaction. */
  readonly audit: Pick<AuditTrail<RecordOperation>, 'operations'>;
}

export interface NewVersion {
  readonly size: number;
  readonly object: ObjectFacts;
  readonly restoredFrom: string | null;
  readonly secrets: VersionSecrets;
  /** What else belongs into the transaction; asked for at every attempt, since it may depend on what was read. */
  readonly also: (made: Made) => Promise<readonly RecordOperation[]>;
}

/** What a repeated request is answered with. */
export type Made = {
  readonly entryId: string;
  readonly versionId: string;
  readonly outcome: 'created' | 'new_version';
};

/** What was written: what the request is answered with, and the file as it lies there now. */
export interface Committed {
  readonly made: Made;
  readonly file: Pick<Located<FileRow>, 'entryId' | 'folderId' | 'row'>;
}

/**
 * Makes the version visible: one transaction, tried again from the reading on whenever another writer was faster, so
 * that of two writers of one name both are kept (or one is refused by its own conditions).
 * Throws what {@link resolveTarget} throws, and `write_contention` when it never got its turn.
 */
export async function commitVersion(
  deps: CommitDeps,
  access: DriveAccess,
  target: Target,
  conditions: Conditions,
  version: NewVersion,
): Promise<Committed> {
  const freshEntryId = newId();
  for (let attempt = 1; attempt <= deps.writeAttempts; attempt++) {
    const resolved = await resolveTarget(deps, access, target, conditions);
    const { existing } = resolved;
    const made: Made = existing
      ? { entryId: existing.entryId, versionId: newIdAfter(existing.row.head.versionId), outcome: 'new_version' }
      : { entryId: freshEntryId, versionId: newId(), outcome: 'created' };
    const row = versionRow(deps, access, made, version);
    const place = existing ? newVersionOf(existing, row) : newFileIn(deps, access, resolved, made, row);
    const committed: Committed = { made, file: place.file };
    try {
      await deps.records.transact([
        ...place.operations,
        { op: 'put', ...keys.version(made.entryId, made.versionId), value: row, if: 'absent' },
        ...deps.audit.operations(versionEvent(access, made, version)),
        noteRecent(deps, access, made.entryId),
        ...(await version.also(made)),
      ]);
      return committed;
    } catch (error) {
      // An answer may get lost behind a commit: what counts is whether the version is there.
      if (await isThere(deps.records, made)) return committed;
      if (!hasCode(error, 'record_conflict')) throw error;
      await pause(Math.random() * Math.min(attempt, 20));
    }
  }
  throw fileErrors('write_contention');
}

function versionEvent(access: DriveAccess, { entryId, versionId }: Made, { size, restoredFrom }: NewVersion) {
  const facts = { versionId, size, ...(restoredFrom === null ? {} : { restoredFrom }) };
  return entryEvent(restoredFrom === null ? 'version.stored' : 'version.restored', access, entryId, facts);
}

function versionRow(deps: CommitDeps, access: DriveAccess, made: Made, version: NewVersion): VersionRow {
  const { versionId, entryId } = made;
  return sealVersion(
    access.keys.newest,
    { driveId: access.driveId, entryId },
    {
      versionId,
      atMs: deps.clock(),
      authorId: access.session.accountId,
      size: version.size,
      restoredFrom: version.restoredFrom,
      object: version.object,
    },
    version.secrets,
  );
}

/** Where a version comes to lie. */
interface Place {
  readonly file: Committed['file'];
  readonly operations: readonly RecordOperation[];
}

function newVersionOf({ entryId, folderId, row: before, revision }: Located<FileRow>, head: VersionRow): Place {
  const row = { ...before, head };
  return {
    file: { entryId, folderId, row },
    operations: [
      { op: 'put', ...keys.entry(folderId, entryId), value: row, if: { revision } },
      noteChange(folderId, entryId),
    ],
  };
}

function newFileIn(
  deps: CommitDeps,
  access: DriveAccess,
  { folder, name, nameHash }: FreeName,
  { entryId }: Made,
  head: VersionRow,
): Place {
  const folderId = folder.entryId;
  const generation = access.keys.newest;
  const row: FileRow = {
    kind: 'file',
    driveId: access.driveId,
    createdMs: deps.clock(),
    generation: generation.number,
    sealedName: sealName(generation, { driveId: access.driveId, folderId, entryId, kind: 'file' }, name),
    head,
  };
  return {
    file: { entryId, folderId, row },
    operations: appear(folder, entryId, nameHash, row),
  };
}

/**
 * Throws `records_unavailable` when that cannot be found out: who took “unknown” for “no” would remove the object of a
 * version that is there.
 */
async function isThere(records: RecordStore, made: Made): Promise<boolean> {
  const at = keys.version(made.entryId, made.versionId);
  try {
    return (await records.get(at.pk, at.sk)) !== null;
  } catch (cause) {
    throw storageErrors('records_unavailable', { attempted: 'Look whether a version was stored', cause });
  }
}
