import type { Log } from '../../base/log.ts';
import { destroyObject, type ObjectStore, type RecordOperation, type RecordStore } from '../../storage/index.ts';
import { keys, paths, trashOf, type DriveRow } from '../records.ts';
import { putErrand } from '../trash/purge.ts';
import { driveFields, type RowMac } from './access.ts';

export interface CloseDrivesDeps {
  readonly records: RecordStore;
  readonly primary: ObjectStore;
  readonly backup: ObjectStore;
  readonly rowMac: RowMac;
  readonly clock: () => number;
  readonly log: Log;
}

/** Rows of a drive that one transaction takes. */
const STEP = 80;

/**
 * Ends all that an account has in drives: its memberships and its keyrings, in the records and in both stores. Its
 * personal drive goes with everything in it: nobody could open it any more. Every step can be repeated; the last row to
 * go is the one that says that there is still something to do.
 */
export async function closeDrives(deps: CloseDrivesDeps, accountId: string): Promise<void> {
  const prefix = 'drive#';
  for (;;) {
    const { items } = await deps.records.query(`account#${accountId}`, { prefix, limit: 100 });
    if (items.length === 0) break;
    for (const { sk } of items) await leaveDrive(deps, sk.slice(prefix.length), accountId);
  }
  await removeRows(deps, keys.usage(accountId).pk);
}

async function leaveDrive(deps: CloseDrivesDeps, driveId: string, accountId: string): Promise<void> {
  const { records } = deps;
  const at = keys.drive(driveId);
  const drive = await records.get<DriveRow>(at.pk, at.sk);
  // Only what we wrote may say that a drive dies with this account.
  const genuine = drive && deps.rowMac.verifyMac('drive', driveFields(driveId, drive.value), drive.value.mac);
  if (drive && !genuine) deps.log.error({ driveId }, 'a drive is not the one written here; it is left as it is');
  const dies = genuine === true && drive.value.kind === 'personal' && drive.value.ownerId === accountId;

  await records.transact([
    { op: 'delete', ...keys.member(driveId, accountId) },
    { op: 'delete', ...keys.keyring(driveId, accountId) },
    ...(dies ? letGo(driveId, drive.value.rootId, deps.clock()) : []),
  ]);
  for (const store of [deps.primary, deps.backup]) {
    await destroyObject(store, paths.keyring(driveId, accountId));
    if (dies) await destroyObject(store, paths.drive(driveId));
  }
  if (dies) await removeRows(deps, at.pk, at.sk);
  await records.transact([{ op: 'delete', ...keys.driveOfAccount(accountId, driveId) }]);
}

/** What lies in the drive and in its trash is removed by the purger, which needs no key. */
function letGo(driveId: string, rootId: string, notBeforeMs: number): RecordOperation[] {
  return [
    // With its place goes the way to write into the root, so that what is removed grows no more.
    { op: 'delete', ...keys.place(rootId) },
    ...[driveId, trashOf(driveId)].map((entryId) =>
      putErrand({ driveId, entryId, kind: 'folder' as const, notBeforeMs }),
    ),
  ];
}

/** The one with `last` as its sk goes last: until then a repetition knows that there is something to do. */
async function removeRows({ records }: CloseDrivesDeps, pk: string, last?: string): Promise<void> {
  for (let after: string | undefined; ;) {
    const page = await records.query(pk, { limit: STEP, ...(after === undefined ? {} : { after }) });
    const going = page.items.filter(({ sk }) => sk !== last);
    if (going.length > 0) await records.transact(going.map(({ sk }) => ({ op: 'delete', pk, sk })));
    if (page.next === undefined) break;
    after = page.next;
  }
  if (last !== undefined) await records.transact([{ op: 'delete', pk, sk: last }]);
}
