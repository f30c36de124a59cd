import type { KeyObject } from 'node:crypto';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import { fileErrors } from '../errors.ts';
import type { VersionSecrets } from '../keys/version-secrets.ts';
import type { SharedVersion, SharedVersionRow } from './share-rows.ts';

/** What a share opens of one version. The device that it came from stays with the drive. */
export type SharedSecrets = Omit<VersionSecrets, 'device'> & {
  /** As it was called when it was shared. */
  readonly name: string;
};

/** Where it is: a row of another share, drive, file or version does not open in its place. */
export type SharedPlace = { readonly shareId: string; readonly driveId: string };

export function sealShared(
  shareKey: KeyObject,
  place: SharedPlace,
  version: Omit<SharedVersion, 'row'> & { readonly row: Omit<SharedVersionRow, 'sealed'> },
  secrets: SharedSecrets,
): SharedVersionRow {
  const plain = Buffer.from(JSON.stringify({ ...secrets, fileKey: secrets.fileKey.toString('base64url') }));
  return { ...version.row, sealed: seal(shareKey, context(place, version), plain) };
}

/** Throws `drive_damaged` when the record is not the one that was written here. */
export function openShared(shareKey: KeyObject, place: SharedPlace, version: SharedVersion): SharedSecrets {
  const plain = unseal(shareKey, context(place, version), version.row.sealed);
  if (!plain) throw fileErrors('drive_damaged', { attempted: `Open share ${place.shareId}` });
  const secrets = JSON.parse(plain.toString()) as Omit<SharedSecrets, 'fileKey'> & { fileKey: string };
  return { ...secrets, fileKey: Buffer.from(secrets.fileKey, 'base64url') };
}

function context(
  { shareId, driveId }: SharedPlace,
  { entryId, versionId, row }: Omit<SharedVersion, 'row'> & { readonly row: Omit<SharedVersionRow, 'sealed'> },
): (string | number)[] {
  const { objectId, sha256, size, headerBytes } = row.object;
  return [
    'holdfast/v1/shared-version',
    shareId,
    driveId,
    entryId,
    versionId,
    objectId,
    sha256,
    size,
    headerBytes,
    row.size,
  ];
}
