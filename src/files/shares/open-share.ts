import type { KeyObject } from 'node:crypto';
import { isId } from '../../base/ids.ts';
import { contentOf, type ReadDeps } from '../copies/read-copies.ts';
import { copiesOf } from '../entries/views.ts';
import { fileErrors } from '../errors.ts';
import type { RowMac } from '../keys/access.ts';
import type { Download } from '../versions/download.ts';
import { unwrapShareKey } from './share-key.ts';
import { type Holder, type HolderRow, readShare, type SharedVersion, type StoredShare } from './share-rows.ts';
import { openShared } from './shared-version.ts';
import { holderIn, type StandingDeps, standingOf } from './standing.ts';

export interface OpenShareDeps extends StandingDeps {
  readonly rowMac: RowMac;
  readonly reading: ReadDeps;
}

/** A share that is there for a holder, whether or not it can be had just now. */
export interface HeldShare {
  readonly share: StoredShare;
  readonly held: HolderRow;
  readonly version: SharedVersion;
}

/** Throws `share_not_found`, also for a share that others hold. */
export async function heldShare(
  deps: Pick<OpenShareDeps, 'records' | 'rowMac'>,
  holder: Holder,
  shareId: string,
): Promise<HeldShare> {
  const share = isId(shareId) ? await readShare(deps, shareId) : null;
  const held = share && holderIn(share, holder);
  const version = share?.versions[0];
  if (!share || !held || !version) throw fileErrors('share_not_found');
  return { share, held: held.row, version };
}

/**
 * What was shared, ready to be read with the holder's key and without any of the drive. Throws `share_not_found`,
 * `share_in_trash`, and `drive_damaged` when a record of it is not the one that was written here.
 */
export async function openShare(
  deps: OpenShareDeps,
  { key, ...holder }: Holder & { readonly key: KeyObject },
  shareId: string,
): Promise<HeldShare & { readonly download: Download }> {
  const found = await heldShare(deps, holder, shareId);
  const { share, held, version } = found;
  const standing = await standingOf(deps, share, holder);
  if (standing === 'ended') throw fileErrors('share_not_found');
  if (standing === 'in_trash') throw fileErrors('share_in_trash');
  const shareKey = unwrapShareKey(shareId, holder, key, held.wrap);
  if (!shareKey) throw fileErrors('drive_damaged', { attempted: `Open share ${shareId}` });
  const { driveId } = share.row;
  const { name, fileKey, headerSha256, ...facts } = openShared(shareKey, { shareId, driveId }, version);
  const { object, size } = version.row;
  const copies = await copiesOf(deps.records, object.objectId);
  const download: Download = {
    ...{ ...facts, name, size, versionId: version.versionId, versionMs: held.sinceMs },
    ...contentOf(deps.reading, { driveId, object, copies, fileKey, headerSha256, size }),
  };
  return { ...found, download };
}
