import type { KeyObject } from 'node:crypto';
import { newId } from '../../base/ids.ts';
import type { RecordOperation } from '../../storage/index.ts';
import { shareEvent } from '../audit-events.ts';
import { ancestorsOf, type AncestorDeps } from '../entries/ancestors.ts';
import { locateFile, nameOf } from '../entries/entries.ts';
import type { DriveAccess, RowMac } from '../keys/access.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { keys } from '../records.ts';
import type { CommitDeps } from '../versions/commit-version.ts';
import { findVersion } from '../versions/versions.ts';
import { newShareKey } from './share-key.ts';
import { type Holder, holderFields, shareFields, shareKeys } from './share-rows.ts';
import { sealShared } from './shared-version.ts';

/** One version of a file that somebody is about to share. Until its operations are written nothing is shared. */
export interface Offer {
  readonly shareId: string;
  readonly driveId: string;
  readonly entryId: string;
  readonly versionId: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** {@link OFFER_OPERATIONS} at most; they belong into the transaction that tells the holder. Their conditions fail when the file is gone. */
  operations(to: { readonly holder: Holder; readonly key: KeyObject; readonly reference: string }): RecordOperation[];
}

/** The share, its holder, its version, the entry's own row, the entry that must be there, and two for the event. */
export const OFFER_OPERATIONS = 7;

export interface OfferDeps extends AncestorDeps {
  readonly clock: () => number;
  readonly rowMac: RowMac;
  readonly audit: CommitDeps['audit'];
}

/**
 * Gets one version of a file ready to be shared: the newest, or a given one. It stays that version, whatever is stored
 * later. Throws `entry_not_found`, `is_a_folder`, `in_trash`, `version_not_found`.
 */
export async function offerVersion(
  deps: OfferDeps,
  access: DriveAccess,
  entryId: string,
  versionId: string | undefined,
): Promise<Offer> {
  const { driveId, session } = access;
  const file = await locateFile(deps.records, access, entryId);
  await ancestorsOf(deps, access, file.folderId);
  const version = await findVersion(deps.records, file, versionId);
  const { device: _, ...secrets } = openVersion(access.keys, { driveId, entryId: file.entryId }, version);
  const name = nameOf(access, file);
  const shareId = newId();
  const shareKey = newShareKey(shareId);
  const place = { entryId: file.entryId, versionId: version.versionId };
  const row = { size: version.size, object: version.object };
  const generation = access.keys.newest;
  return {
    ...{ shareId, driveId, ...place, name },
    ...{ size: version.size, mediaType: secrets.mediaType },
    operations({ holder, key, reference }) {
      const nowMs = deps.clock();
      const share = { driveId, createdMs: nowMs, generation: generation.number };
      const held = { byId: session.accountId, sinceMs: nowMs, reference };
      const sealed = sealShared(shareKey.key, { shareId, driveId }, { ...place, row }, { ...secrets, name });
      return [
        {
          op: 'put',
          ...shareKeys.share(shareId),
          value: {
            ...share,
            underDrive: shareKey.underDrive(driveId, generation),
            mac: deps.rowMac.mac('share', shareFields(shareId, share)),
          },
          if: 'absent',
        },
        {
          op: 'put',
          ...shareKeys.holder(shareId, holder),
          value: {
            ...held,
            wrap: shareKey.wrapFor(holder, key),
            mac: deps.rowMac.mac('share-holder', holderFields(shareId, holder, held)),
          },
        },
        { op: 'put', ...shareKeys.version(shareId, place.entryId, place.versionId), value: sealed },
        { op: 'put', ...shareKeys.ofEntry(place.entryId, shareId), value: {} },
        // Goes with the entry, and before whatever removes what hangs on it begins.
        { op: 'check', ...keys.place(place.entryId), if: 'present' },
        ...deps.audit.operations(shareEvent('share.made', session, { shareId, driveId, ...place, holder })),
      ];
    },
  };
}
