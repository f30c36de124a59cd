import { createHash, randomBytes } from 'node:crypto';
import { newId } from '../base/ids.ts';

/**
 * Where everything of files/ lies in the RecordStore. What a member alone may read stands in `sealed` fields; sizes,
 * times, ids, counts and public keys are in clear. Roles and recipients carry a MAC under the workspace key.
 *
 *     drive#<driveId>      drive                       DriveRow
 *                          member#<accountId>          MemberRow
 *                          keyring#<accountId>         KeyringRow
 *                          generation#<0001>           GenerationRow
 *                          tree                        TreeRow: changes whenever a folder moves
 *     account#<accountId>  drive#<driveId>             which drives a person has
 *                          idempotency#<sha256>#<part> see idempotency.ts
 *                          favourite#<driveId>#<entryId> FavouriteRow, see personal/favourites.ts
 *     recent#<accountId>   <id>                        RecentRow: files a person gave a version, for some weeks
 *     folder#<folderId>    entry#<entryId>             EntryRow, in order of creation
 *                          name#<hmac>                 NameRow: a name is unique in its folder
 *                          change#<entryId>            {}: may differ from the index, see listing/changes.ts
 *                          index#head                  HeadRow of a large folder, see listing/index-rows.ts
 *                          index#segment#<id>          SegmentRow: some hundred entries in order of names, sealed
 *                          index#work#<id>             WorkRow: segments being written or removed
 *     entry#<entryId>      place                       PlaceRow: where its EntryRow lies
 *                          version#<versionId>         VersionRow, in order of creation
 *                          share#<shareId>             {}: a share in which the file is, see shares/share-rows.ts
 *     object#<objectId>    object                      ObjectRow: one per object in the stores
 *     usage#<accountId>    sum, change#<id>            UsageRow: bytes that the account's objects take, to be added up
 *     account#<accountId>  quota                       QuotaRow: when an admin set one for just this account
 *     copies#done          primary, backup             when a copy was last made there
 *     outbox#copies        <due ms>#<objectId>#<store> CopyJob: copies still to be made, the next due first
 *
 *     outbox#deletions     <due ms>#<objectId>#<store> DeletionJob: objects that nothing names any more
 *     trash#due            <due ms>#<driveId>#<entryId> TrashDueRow: when the trash lets go of an entry
 *     errands#purge        <due ms>#<entryId>          PurgeErrand: entries whose rows and objects are being removed
 *
 * The root folder's EntryRow lies under `folder#<driveId>`: the drive is the folder that holds just its root. What is
 * in the trash lies under `folder#trash-<driveId>`, without NameRows: it takes a name from nobody.
 */
export const keys = {
  drive: (driveId: string): Key => ({ pk: `drive#${driveId}`, sk: 'drive' }),
  member: (driveId: string, accountId: string): Key => ({ pk: `drive#${driveId}`, sk: `member#${accountId}` }),
  keyring: (driveId: string, accountId: string): Key => ({ pk: `drive#${driveId}`, sk: `keyring#${accountId}` }),
  generation: (driveId: string, number: number): Key => ({
    pk: `drive#${driveId}`,
    sk: `generation#${String(number).padStart(4, '0')}`,
  }),
  driveOfAccount: (accountId: string, driveId: string): Key => ({ pk: `account#${accountId}`, sk: `drive#${driveId}` }),
  idempotency: (accountId: string, key: string, part: number): Key => ({
    pk: `account#${accountId}`,
    sk: `idempotency#${createHash('sha256').update(key).digest('base64url')}#${part}`,
  }),
  entry: (folderId: string, entryId: string): Key => ({ pk: `folder#${folderId}`, sk: `entry#${entryId}` }),
  name: (folderId: string, nameHash: string): Key => ({ pk: `folder#${folderId}`, sk: `name#${nameHash}` }),
  place: (entryId: string): Key => ({ pk: `entry#${entryId}`, sk: 'place' }),
  version: (entryId: string, versionId: string): Key => ({ pk: `entry#${entryId}`, sk: `version#${versionId}` }),
  usage: (accountId: string): Key => ({ pk: `usage#${accountId}`, sk: 'sum' }),
  usageChange: (accountId: string, id: string): Key => ({ pk: `usage#${accountId}`, sk: `change#${id}` }),
  quota: (accountId: string): Key => ({ pk: `account#${accountId}`, sk: 'quota' }),
  tree: (driveId: string): Key => ({ pk: `drive#${driveId}`, sk: 'tree' }),
  object: (objectId: string): Key => ({ pk: `object#${objectId}`, sk: 'object' }),
  copyJob: (job: CopyJob): Key => ({
    pk: COPY_OUTBOX,
    sk: `${atMs(job.notBeforeMs)}#${job.objectId}#${job.to}`,
  }),
  deletionJob: (job: DeletionJob): Key => ({
    pk: DELETION_OUTBOX,
    sk: `${atMs(job.notBeforeMs)}#${job.objectId}#${job.from}`,
  }),
  trashDue: (dueMs: number, { driveId, entryId }: TrashDueRow): Key => ({
    pk: TRASH_DUE,
    sk: `${atMs(dueMs)}#${driveId}#${entryId}`,
  }),
  purgeErrand: (errand: Pick<PurgeErrand, 'notBeforeMs' | 'entryId'>): Key => ({
    pk: PURGE_ERRANDS,
    sk: `${atMs(errand.notBeforeMs)}#${errand.entryId}`,
  }),
};

/** Sorts as a text like the number it stands for. */
function atMs(ms: number): string {
  return String(ms).padStart(15, '0');
}

export const COPY_OUTBOX = 'outbox#copies';
export const DELETION_OUTBOX = 'outbox#deletions';
export const TRASH_DUE = 'trash#due';
export const PURGE_ERRANDS = 'errands#purge';

/** Stands where a folder's id stands, for what is in the drive's trash. */
export const trashOf = (driveId: string): string => `trash-${driveId}`;
export const COPIES_DONE = 'copies#done';

export type Key = { readonly pk: string; readonly sk: string };

/** What a member may do in a drive: look; also change; also say who else may. */
export type DriveRole = 'viewer' | 'editor' | 'manager';

export type DriveRow = {
  readonly kind: 'personal';
  readonly ownerId: string;
  readonly rootId: string;
  readonly createdMs: number;
  readonly mac: string;
};

export type MemberRow = { readonly role: DriveRole; readonly recipient: string; readonly mac: string };

/** `age`: base64 of the age file that also lies at `keys/drives/<driveId>/<accountId>.age`. */
export type KeyringRow = { readonly age: string };

export type GenerationRow = {
  readonly suite: 'pq' | 'classic';
  readonly recipient: string;
  readonly createdMs: number;
  readonly mac: string;
};

export type NameRow = { readonly entryId: string };
export type PlaceRow = { readonly driveId: string; readonly folderId: string };
/** Whoever moves a folder writes it, by the revision he saw: so no two moves can make a circle together. */
export type TreeRow = { readonly moves: number };

export type EntryRow = FileRow | FolderRow;

type EntryCommon = {
  readonly driveId: string;
  readonly createdMs: number;
  /** Generation whose records key sealed the name. */
  readonly generation: number;
  readonly sealedName: string;
  /** Set while it is in the trash itself; what lies in a folder in the trash is not touched. */
  readonly trashed?: TrashedFacts;
};

export type TrashedFacts = {
  readonly atMs: number;
  /** When it goes for good. */
  readonly dueMs: number;
  readonly byId: string;
  readonly fromFolderId: string;
};

export type TrashDueRow = { readonly driveId: string; readonly entryId: string };

export type FolderRow = EntryCommon & {
  readonly kind: 'folder';
  /** Generation whose look-up key hashes the names in it; stays for the folder's life. */
  readonly lookupGeneration: number;
};

export type FileRow = EntryCommon & {
  readonly kind: 'file';
  /** The newest version, repeated here so that a listing needs no second look. */
  readonly head: VersionRow;
};

export type VersionRow = {
  readonly versionId: string;
  readonly atMs: number;
  readonly authorId: string;
  /** Plaintext bytes. */
  readonly size: number;
  /** Set when this version was made by restoring an older one. */
  readonly restoredFrom: string | null;
  readonly object: ObjectFacts;
  /** Generation whose records key sealed the private part. */
  readonly generation: number;
  /** {@link VersionSecrets}, see version-secrets.ts. */
  readonly sealed: string;
};

/** What never changes about an object once it is written; bound into every version that names it. */
export type ObjectFacts = {
  readonly objectId: string;
  /** Ciphertext bytes, header included. */
  readonly size: number;
  /** Of the whole ciphertext, lower-case hex. */
  readonly sha256: string;
  readonly headerBytes: number;
};

export type StoreName = 'primary' | 'backup';

/**
 * pending: not there yet; stored: written, durable; verified: read back and its SHA-256 is right; lost: known to be
 * missing or altered, a repair is in the outbox.
 */
export type CopyState = 'pending' | 'stored' | 'verified' | 'lost';
export type Copy = {
  readonly state: CopyState;
  readonly atMs: number;
  /** What the store calls the version that was put there, or read back; absent where it keeps none. */
  readonly versionId?: string;
};
export type Copies = { readonly [Store in StoreName]: Copy };

export type ObjectRow = {
  readonly driveId: string;
  readonly generation: number;
  readonly facts: ObjectFacts;
  /** How many versions name it. */
  readonly references: number;
  readonly copies: Copies;
};

export type UsageRow = { readonly bytes: number };
/** `null`: as much as there is. */
export type QuotaRow = { readonly bytes: number | null };

export type CopyJob = {
  readonly objectId: string;
  readonly to: StoreName;
  /** A first copy, or the mending of one that was lost. */
  readonly reason: 'new' | 'repair';
  readonly queuedMs: number;
  readonly notBeforeMs: number;
  readonly attempts: number;
  /** Error code of the last attempt. */
  readonly lastCode: string | null;
};

export type DeletionJob = {
  readonly driveId: string;
  readonly objectId: string;
  readonly from: StoreName;
  readonly queuedMs: number;
  readonly notBeforeMs: number;
  readonly attempts: number;
  /** Error code of the last attempt. */
  readonly lastCode: string | null;
};

/**
 * An entry that nothing leads to (any more) and whose rows are there; carried out step by step, without a key.
 */
export type PurgeErrand = {
  readonly driveId: string;
  readonly entryId: string;
  readonly kind: 'file' | 'folder';
  readonly notBeforeMs: number;
  /** It belongs to a copy that is being made: called off with the copy's last step, due only when nobody goes on. */
  readonly copying?: boolean;
};

/** Where things lie in the stores; the same in both. */
export const paths = {
  drive: (driveId: string): string => `drives/${driveId}/drive.json`,
  keyring: (driveId: string, accountId: string): string => `keys/drives/${driveId}/${accountId}.age`,
  /** Everything that starts so is an object of the drive. */
  objects: (driveId: string): string => `drives/${driveId}/o/`,
  object: (driveId: string, objectId: string): string => `drives/${driveId}/o/${objectId}.age`,
};

/**
 * A UUIDv7 that sorts after `previous`, even when both are of one millisecond or the clock of another server runs
 * ahead: the order of ids is the order of versions. Ids carry no other promise about time.
 */
export function newIdAfter(previous: string): string {
  const id = newId();
  if (id > previous) return id;
  const previousMs = Number.parseInt(previous.slice(0, 8) + previous.slice(9, 13), 16);
  const ms = (previousMs + 1).toString(16).padStart(12, '0');
  const random = randomBytes(10);
  random.writeUInt8(0x70 | (random.readUInt8(0) & 0x0f), 0);
  random.writeUInt8(0x80 | (random.readUInt8(2) & 0x3f), 2);
  const hex = random.toString('hex');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
}
