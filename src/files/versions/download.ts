import type { RecordStore } from '../../storage/index.ts';
import type { Foreground } from '../foreground.ts';
import type { DriveAccess } from '../keys/access.ts';
import { nameOf, type Located } from '../entries/entries.ts';
import { type Content, contentOf, type ReadDeps } from '../copies/read-copies.ts';
import type { FileRow, VersionRow } from '../records.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { copiesOf } from '../entries/views.ts';
import type { OpenedFile, VersionFacts } from '../opening/open-small-file.ts';

/** One version of a file, ready to be read as often as wanted. */
export interface Download extends Content, VersionFacts {}

/** Throws `drive_damaged` when the version's record does not open. */
export async function openDownload(
  deps: ReadDeps,
  records: RecordStore,
  access: DriveAccess,
  file: Located<FileRow>,
  version: VersionRow,
): Promise<Download> {
  const place = { driveId: access.driveId, entryId: file.entryId };
  const secrets = openVersion(access.keys, place, version);
  const copies = await copiesOf(records, version.object.objectId);
  return {
    name: nameOf(access, file),
    versionId: version.versionId,
    size: version.size,
    sha256: secrets.sha256,
    mediaType: secrets.mediaType,
    versionMs: version.atMs,
    modifiedMs: secrets.modifiedMs,
    ...contentOf(deps, {
      driveId: access.driveId,
      object: version.object,
      copies,
      fileKey: secrets.fileKey,
      headerSha256: secrets.headerSha256,
      size: version.size,
    }),
  };
}

/** One whose content is there already. */
export function downloadOf({ bytes, ...facts }: OpenedFile): Download {
  // A copy, and in memory of its own: whoever takes it may hand that on.
  const part = (start: number, end: number): Buffer => Buffer.from(bytes.slice(start, end).buffer);
  return {
    ...facts,
    async *read({ start, end } = { start: 0, end: facts.size }) {
      if (end > start) yield part(start, end);
    },
    bytes: async ({ start, end }) => part(start, end),
  };
}

/** Work in the background gives way to each reading of it, and `onRead` hears of that before it begins. */
export function watchedDownload(download: Download, foreground: Foreground, onRead: () => void): Download {
  return {
    ...download,
    read(span) {
      onRead();
      return foreground.stream(download.read(span));
    },
    bytes(span) {
      onRead();
      return foreground.during(() => download.bytes(span));
    },
  };
}
