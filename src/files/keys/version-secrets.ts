import { fileErrors } from '../errors.ts';
import type { GenerationKeys, RecordsKeys } from './drive-keys.ts';
import type { VersionRow } from '../records.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';

/** The private part of a version: what only members of the drive may know about it. */
export type VersionSecrets = {
  /** 16 bytes. Reads take it from here and never from the object's header, so a foreign object does not open. */
  readonly fileKey: Buffer;
  /** Of the plaintext, lower-case hex. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly modifiedMs: number;
  readonly device: string;
  /** Of the object's age header, lower-case hex: the stock tool goes by the header, so it must be the one we wrote. */
  readonly headerSha256: string;
};

export type VersionPlace = { readonly driveId: string; readonly entryId: string };

/** Everything about a version but its seal; what the seal is bound to. */
export type UnsealedVersion = Omit<VersionRow, 'sealed' | 'generation'>;

export function sealVersion(
  generation: GenerationKeys,
  place: VersionPlace,
  version: UnsealedVersion,
  secrets: VersionSecrets,
): VersionRow {
  const plain = Buffer.from(JSON.stringify({ ...secrets, fileKey: secrets.fileKey.toString('base64url') }));
  return {
    ...version,
    generation: generation.number,
    sealed: seal(generation.recordsKey, context(place, version), plain),
  };
}

/** Throws `drive_damaged` when the record is not the one that was written here. */
export function openVersion(keys: RecordsKeys, place: VersionPlace, version: VersionRow): VersionSecrets {
  const plain = unseal(keys.generation(version.generation).recordsKey, context(place, version), version.sealed);
  if (!plain) {
    throw fileErrors('drive_damaged', { attempted: `Open version ${version.versionId} of file ${place.entryId}` });
  }
  const secrets = JSON.parse(plain.toString()) as Omit<VersionSecrets, 'fileKey'> & { fileKey: string };
  return { ...secrets, fileKey: Buffer.from(secrets.fileKey, 'base64url') };
}

function context(place: VersionPlace, version: UnsealedVersion): (string | number)[] {
  return [
    'holdfast/v1/version',
    place.driveId,
    place.entryId,
    version.versionId,
    version.object.objectId,
    version.object.sha256,
    version.object.size,
    version.object.headerBytes,
    version.size,
  ];
}
