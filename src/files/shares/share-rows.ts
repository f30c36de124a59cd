/**
 * Shares as they lie in the RecordStore. A share has a random key of its own; whoever holds that key opens names and
 * file keys of just the versions that are shared, and of nothing else in the drive.
 *
 *     share#<shareId>   share                         ShareRow
 *                       holder#<kind>#<id>            HolderRow: the share's key, for one who holds it
 *                       version#<entryId>#<versionId> SharedVersionRow
 *     entry#<entryId>   share#<shareId>               {}: shares in which the file is, for its owner and its end
 */
import type { RecordItem, RecordOperation, RecordStore } from '../../storage/index.ts';
import { fileErrors } from '../errors.ts';
import type { RowMac } from '../keys/access.ts';
import type { Key, ObjectFacts } from '../records.ts';

/** Who a share is for. Of each kind it is another key that the share's key lies under. */
export interface Holder {
  readonly kind: 'room';
  readonly id: string;
}

export type ShareRow = {
  readonly driveId: string;
  readonly createdMs: number;
  /** Generation of the drive whose records key sealed {@link underDrive}. */
  readonly generation: number;
  /** The share's key, so that members of the drive can add to it. */
  readonly underDrive: string;
  readonly mac: string;
};

export type HolderRow = {
  readonly byId: string;
  readonly sinceMs: number;
  /** Where it was handed out, in the words of whoever keeps the holder: of a room, the message. */
  readonly reference: string;
  readonly wrap: string;
  readonly mac: string;
};

export type SharedVersionRow = {
  /** Plaintext bytes. */
  readonly size: number;
  readonly object: ObjectFacts;
  /** See shared-version.ts. */
  readonly sealed: string;
};

export const shareKeys = {
  share: (shareId: string): Key => ({ pk: shareOf(shareId), sk: SHARE }),
  holder: (shareId: string, { kind, id }: Holder): Key => ({ pk: shareOf(shareId), sk: `${HOLDERS}${kind}#${id}` }),
  version: (shareId: string, entryId: string, versionId: string): Key => ({
    pk: shareOf(shareId),
    sk: `${versionsOf(entryId)}${versionId}`,
  }),
  ofEntry: (entryId: string, shareId: string): Key => ({ pk: `entry#${entryId}`, sk: SHARES + shareId }),
};

const shareOf = (shareId: string): string => `share#${shareId}`;
const SHARE = 'share';
const HOLDERS = 'holder#';
const VERSIONS = 'version#';
const versionsOf = (entryId: string): string => `${VERSIONS}${entryId}#`;
/** In the partition of an entry. */
export const SHARES = 'share#';

/** Rows of one share; it is made with three, and gets no more than a page of them. */
const MOST_ROWS = 1000;

/** One version that is shared, and where it belongs. */
export interface SharedVersion {
  readonly entryId: string;
  readonly versionId: string;
  readonly row: SharedVersionRow;
}

export interface ShareHolder extends Holder {
  readonly row: HolderRow;
}

/** Everything that lies in the records of one share. */
export interface StoredShare {
  readonly shareId: string;
  readonly row: ShareRow;
  readonly holders: readonly ShareHolder[];
  readonly versions: readonly SharedVersion[];
}

/**
 * `null` when it is not there (any more). Throws `drive_damaged` for what this workspace did not write: writing the
 * database shares nothing.
 */
export async function readShare(
  { records, rowMac }: { readonly records: RecordStore; readonly rowMac: RowMac },
  shareId: string,
): Promise<StoredShare | null> {
  const share = await shareAsWritten(records, shareId);
  if (!share) return null;
  const { row, holders } = share;
  const genuine =
    rowMac.verifyMac('share', shareFields(shareId, row), row.mac) &&
    holders.every((each) => rowMac.verifyMac('share-holder', holderFields(shareId, each, each.row), each.row.mac));
  if (!genuine) throw fileErrors('drive_damaged', { attempted: `Open share ${shareId}` });
  return share;
}

/** Whoever wrote it: for what removes it. */
export async function shareAsWritten(records: RecordStore, shareId: string): Promise<StoredShare | null> {
  const { items } = await records.query(shareOf(shareId), { limit: MOST_ROWS });
  const found = items.find(({ sk }) => sk === SHARE);
  if (!found) return null;
  const row = found.value as ShareRow;
  const holders = items.filter(({ sk }) => sk.startsWith(HOLDERS)).map(holderOf);
  return { shareId, row, holders, versions: items.filter(({ sk }) => sk.startsWith(VERSIONS)).map(versionOf) };
}

function holderOf({ sk, value }: RecordItem): ShareHolder {
  const [, kind, id = ''] = sk.split('#');
  return { kind: kind as Holder['kind'], id, row: value as HolderRow };
}

function versionOf({ sk, value }: RecordItem): SharedVersion {
  const [, entryId = '', versionId = ''] = sk.split('#');
  return { entryId, versionId, row: value as SharedVersionRow };
}

export function shareFields(shareId: string, { driveId, createdMs, generation }: Omit<ShareRow, 'mac' | 'underDrive'>) {
  return { shareId, driveId, createdMs, generation };
}

export function holderFields(shareId: string, { kind, id }: Holder, row: Omit<HolderRow, 'mac' | 'wrap'>) {
  return { shareId, kind, id, byId: row.byId, sinceMs: row.sinceMs, reference: row.reference };
}

/** What takes the whole share away: its key first of all, so that nothing of it opens again. */
export function removeShare({ shareId, holders, versions }: Omit<StoredShare, 'row'>): RecordOperation[] {
  return [
    ...holders.map((holder): RecordOperation => ({ op: 'delete', ...shareKeys.holder(shareId, holder) })),
    { op: 'delete', ...shareKeys.share(shareId) },
    ...versions.flatMap(({ entryId, versionId }): RecordOperation[] => [
      { op: 'delete', ...shareKeys.version(shareId, entryId, versionId) },
      { op: 'delete', ...shareKeys.ofEntry(entryId, shareId) },
    ]),
  ];
}
