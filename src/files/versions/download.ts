import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { nameOf, type Located } from '../entries/entries.ts';
import { readCopies, type ReadDeps, type Span } from '../copies/read-copies.ts';
import type { FileRow, VersionRow } from '../records.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { copiesOf } from '../entries/views.ts';

/** One version of a file, ready to be read as often as wanted. */
export interface Download {
  readonly name: string;
  readonly versionId: string;
  /** Plaintext bytes. */
  readonly size: number;
  /** Of the whole plaintext, lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  /** When this version was made here, which is what changes when the content does. */
  readonly versionMs: number;
  readonly modifiedMs: number;
  /** See readCopies for what it throws, in the middle too. */
  read(span?: Span): AsyncGenerator<Buffer>;
}

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
    read: (span = { start: 0, end: version.size }) =>
      readCopies(
        deps,
        {
          driveId: access.driveId,
          object: version.object,
          copies,
          fileKey: secrets.fileKey,
          headerSha256: secrets.headerSha256,
          size: version.size,
        },
        span,
      ),
  };
}
