import { timestamp } from '../../base/clock.ts';
import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { nameOf, type Located } from './entries.ts';
import { fileErrors } from '../errors.ts';
import { keys, type Copies, type EntryRow, type FileRow, type ObjectRow, type VersionRow } from '../records.ts';
import { openVersion, type VersionSecrets } from '../keys/version-secrets.ts';
import type { CopiesView, DriveView, EntryView, FileView, VersionView } from '../wire.ts';

/** The copies of an object; `null` when nothing is known of it, which is as good as no copy. */
export async function copiesOf(records: RecordStore, objectId: string): Promise<Copies | null> {
  const at = keys.object(objectId);
  return (await records.get<ObjectRow>(at.pk, at.sk))?.value.copies ?? null;
}

export function copiesView(copies: Copies | null): CopiesView {
  const primary = copies?.primary.state ?? 'lost';
  const backup = copies?.backup.state ?? 'lost';
  const count = [primary, backup].filter((state) => state === 'stored' || state === 'verified').length;
  return { primary, backup, count };
}

export async function entryView(records: RecordStore, access: DriveAccess, entry: Located): Promise<EntryView> {
  const { row } = entry;
  if (row.kind === 'file') return fileView(records, access, { ...entry, row }, row.head);
  return { kind: 'folder', ...common(access, entry, nameOf(access, entry)) };
}

/** The file as it is (or was) with one of its versions. */
export async function fileView(
  records: RecordStore,
  access: DriveAccess,
  entry: Located<FileRow>,
  version: VersionRow,
): Promise<FileView> {
  const secrets = openVersion(access.keys, { driveId: access.driveId, entryId: entry.entryId }, version);
  const copies = await copiesOf(records, version.object.objectId);
  return shownFile(access, entry, version, { name: nameOf(access, entry), secrets, copies });
}

/** The same with what would have to be read or opened: whoever has just written it knows it. */
export function shownFile(
  access: DriveAccess,
  entry: Shown<FileRow>,
  version: VersionRow,
  known: {
    readonly name: string;
    readonly secrets: Pick<VersionSecrets, 'modifiedMs' | 'mediaType' | 'sha256'>;
    readonly copies: Copies | null;
  },
): FileView {
  const { name, secrets, copies } = known;
  return {
    kind: 'file',
    ...common(access, entry, name),
    size: version.size,
    modifiedTime: timestamp(secrets.modifiedMs),
    mediaType: secrets.mediaType,
    sha256: secrets.sha256,
    versionId: version.versionId,
    versionTime: timestamp(version.atMs),
    copies: copiesView(copies),
  };
}

export async function versionView(
  deps: { readonly records: RecordStore; readonly accountName: (accountId: string) => Promise<string | null> },
  access: DriveAccess,
  entry: Located<FileRow>,
  version: VersionRow,
): Promise<VersionView> {
  const secrets = openVersion(access.keys, { driveId: access.driveId, entryId: entry.entryId }, version);
  const own = version.authorId === access.session.accountId;
  return {
    versionId: version.versionId,
    time: timestamp(version.atMs),
    author: {
      accountId: version.authorId,
      name: own ? access.session.name : await deps.accountName(version.authorId),
    },
    size: version.size,
    mediaType: secrets.mediaType,
    modifiedTime: timestamp(secrets.modifiedMs),
    sha256: secrets.sha256,
    device: secrets.device,
    restoredFrom: version.restoredFrom,
    current: version.versionId === entry.row.head.versionId,
    copies: copiesView(await copiesOf(deps.records, version.object.objectId)),
  };
}

/** A drive is called what its root folder is called. */
export function driveView(access: DriveAccess, root: Located): DriveView {
  const generation = access.generations.at(-1);
  if (!generation) throw fileErrors('drive_damaged', { attempted: `Show drive ${access.driveId}` });
  return {
    id: access.driveId,
    kind: access.drive.kind,
    name: nameOf(access, root),
    role: access.role,
    rootId: access.drive.rootId,
    createdTime: timestamp(access.drive.createdMs),
    suite: generation.suite,
    recipient: generation.recipient,
  };
}

/** An entry where it lies; as it was read, or as it was written. */
type Shown<Row extends EntryRow = EntryRow> = Pick<Located<Row>, 'entryId' | 'folderId' | 'row'>;

function common(access: DriveAccess, entry: Shown, name: string) {
  const { trashed } = entry.row;
  return {
    id: entry.entryId,
    driveId: access.driveId,
    folderId: trashed || entry.folderId === access.driveId ? null : entry.folderId,
    name,
    createdTime: timestamp(entry.row.createdMs),
    ...(trashed ? { trashedTime: timestamp(trashed.atMs), purgeTime: timestamp(trashed.dueMs) } : {}),
  };
}
