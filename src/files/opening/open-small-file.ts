import type { GetRow } from '../../storage/index.ts';
import { openSmallObject } from '../copies/read-copies.ts';
import { openName, type RecordsKeys } from '../keys/drive-keys.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { keys, paths, type EntryRow, type FileRow, type PlaceRow } from '../records.ts';
import { SMALL_BYTES } from '../sealing/through-thread.ts';

/** What is known of a version once its record is open. */
export interface VersionFacts {
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
}

export interface OpenedFile extends VersionFacts {
  /** The whole content, verified. */
  readonly bytes: Uint8Array;
}

/** A file, and perhaps which version it has to be that is its newest. */
export interface FileId {
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId?: string | undefined;
}

/** A small file as its rows say, not opened. */
export interface FoundFile {
  readonly folderId: string;
  readonly row: FileRow;
}

/** Out of the same rows as in entries/; `null` where that is not a small file of this drive, or another version is meant. */
export function findSmallFile(get: GetRow, { driveId, entryId, versionId }: FileId): FoundFile | null {
  const placeAt = keys.place(entryId);
  const place = get<PlaceRow>(placeAt.pk, placeAt.sk);
  if (place?.driveId !== driveId) return null;
  const at = keys.entry(place.folderId, entryId);
  const row = get<EntryRow>(at.pk, at.sk);
  if (row?.driveId !== driveId || row.kind !== 'file' || row.head.size > SMALL_BYTES) return null;
  if (versionId !== undefined && versionId !== row.head.versionId) return null;
  return { folderId: place.folderId, row };
}

/**
 * Its newest version with the content, by the same checks as in versions/ and copies/. `read`: a whole object of the first copy, `null`
 * when it is not there with this size. `null`, or an error, for all that is not just as it should be: who opens it step by step tells what
 * that is, and mends it.
 */
export function openSmallFile(
  read: (key: string, size: number) => Uint8Array | null,
  driveKeys: RecordsKeys,
  { driveId, entryId }: FileId,
  { folderId, row }: FoundFile,
): OpenedFile | null {
  const { head } = row;
  const { object, size, versionId } = head;
  // First: which object that is, and how large, is proven by it.
  const { fileKey, headerSha256, sha256, mediaType, modifiedMs } = openVersion(driveKeys, { driveId, entryId }, head);
  const name = openName(driveKeys, { driveId, folderId, entryId, kind: 'file' }, row.generation, row.sealedName);
  const sealed = read(paths.object(driveId, object.objectId), object.size);
  if (!sealed) return null;
  const bytes = openSmallObject({ object, fileKey, headerSha256 }, sealed);
  return { name, versionId, size, sha256, mediaType, versionMs: head.atMs, modifiedMs, bytes };
}
