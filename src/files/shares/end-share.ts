import type { RecordOperation, RecordStore } from '../../storage/index.ts';
import { type ShareActor, shareEvent } from '../audit-events.ts';
import type { RowMac } from '../keys/access.ts';
import type { CommitDeps } from '../versions/commit-version.ts';
import { heldShare } from './open-share.ts';
import { type Holder, removeShare, shareAsWritten, shareKeys, SHARES } from './share-rows.ts';

export interface EndShareDeps {
  readonly records: RecordStore;
  readonly rowMac: RowMac;
  readonly audit: CommitDeps['audit'];
}

/**
 * Takes a share back from one who holds it: the key that was wrapped for them is destroyed, and with the last of them the
 * share. Whether the actor may is for whoever asks. Throws `share_not_found`.
 */
export async function endShare(deps: EndShareDeps, holder: Holder, shareId: string, actor: ShareActor): Promise<void> {
  const { share, version } = await heldShare(deps, holder, shareId);
  const { entryId, versionId } = version;
  const { driveId } = share.row;
  const isLast = share.holders.length === 1;
  await deps.records.transact([
    ...(isLast ? removeShare(share) : [{ op: 'delete' as const, ...shareKeys.holder(shareId, holder) }]),
    ...deps.audit.operations(shareEvent('share.ended', actor, { shareId, driveId, entryId, versionId, holder })),
  ]);
}

/** What takes an entry out of a share that names it in the partition of the entry, for the step that removes that row. */
export async function leaveShare(records: RecordStore, entryId: string, sk: string): Promise<RecordOperation[]> {
  const shareId = sk.slice(SHARES.length);
  const share = await shareAsWritten(records, shareId);
  if (!share) return [];
  const gone = share.versions.filter((version) => version.entryId === entryId);
  if (gone.length === share.versions.length) {
    return removeShare(share).filter((operation) => operation.sk !== sk);
  }
  return gone.map((version) => ({ op: 'delete', ...shareKeys.version(shareId, version.entryId, version.versionId) }));
}
