import type { GetRow } from '../../storage/index.ts';
import { openSmallObject } from '../copies/read-copies.ts';
import { openName, type RecordsKeys } from '../keys/drive-keys.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { keys, paths, type EntryRow, type PlaceRow } from '../records.ts';
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

/** Where a thread reads by itself. */
export interface OpeningSources {
  readonly get: GetRow;
  /** A whole object of the first copy; `null` when it is not there with this size. */
  readonly read: (key: string, size: number) => Uint8Array | null;
}

/**
 * The newest version of a small file with its content, out of the same rows and by the same checks as entries/ and versions/ use. `null`, or
 * an error, for all that is not just as it should be: who opens it step by step tells what that is, and mends it.
 */
export function openSmallFile(
  { get, read }: OpeningSources,
  driveKeys: RecordsKeys,
  { driveId, entryId }: { readonly driveId: string; readonly entryId: string },
): OpenedFile | null {
  const placeAt = keys.place(entryId);
  const place = get<PlaceRow>(placeAt.pk, placeAt.sk);
  if (place?.driveId !== driveId) return null;
  const { folderId } = place;
  const at = keys.entry(folderId, entryId);
  const row = get<EntryRow>(at.pk, at.sk);
  if (row?.driveId !== driveId || row.kind !== 'file' || row.head.size > SMALL_BYTES) return null;
  const { head } = row;
  const { object, size, versionId } = head;
  const sealed = read(paths.object(driveId, object.objectId), object.size);
  if (!sealed) return null;
  const { fileKey, headerSha256, sha256, mediaType, modifiedMs } = openVersion(driveKeys, { driveId, entryId }, head);
  const name = openName(driveKeys, { driveId, folderId, entryId, kind: 'file' }, row.generation, row.sealedName);
  const bytes = openSmallObject({ object, fileKey, headerSha256 }, sealed);
  return { name, versionId, size, sha256, mediaType, versionMs: head.atMs, modifiedMs, bytes };
}
