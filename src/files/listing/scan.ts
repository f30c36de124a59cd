import type { RecordStore } from '../../storage/index.ts';
import type { Located } from '../entries/entries.ts';
import type { DriveAccess } from '../keys/access.ts';
import { openName } from '../keys/drive-keys.ts';
import { openVersion } from '../keys/version-secrets.ts';
import { keys, type EntryRow } from '../records.ts';
import type { Listed } from './order.ts';
import type { Pace } from './pace.ts';

const PREFIX = 'entry#';
/** Rows of one page: parsing more at once would hold the event loop up. */
const PAGE = 500;

/**
 * What has to be opened: with `names` the modified time of a file is left sealed, and its time of creation stands in
 * its place; that takes half the time.
 */
export type Detail = 'names' | 'all';

export function listed(
  access: DriveAccess,
  entry: Pick<Located, 'entryId' | 'folderId' | 'row'>,
  detail: Detail = 'all',
): Listed {
  const { entryId, folderId, row } = entry;
  const { driveId } = access;
  const place = { driveId, folderId, entryId, kind: row.kind };
  const name = openName(access.keys, place, row.generation, row.sealedName);
  const { createdMs } = row;
  if (row.kind === 'folder') return { entryId, name, createdMs, modifiedMs: createdMs, size: null };
  if (detail === 'names') return { entryId, name, createdMs, modifiedMs: createdMs, size: row.head.size };
  const { modifiedMs } = openVersion(access.keys, { driveId, entryId }, row.head);
  return { entryId, name, createdMs, modifiedMs, size: row.head.size };
}

/** All that a folder holds, out of the entries' own rows, in order of creation. */
export async function scanFolder(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  detail: Detail,
  pace: Pace,
): Promise<Listed[]> {
  const items: Listed[] = [];
  for (let after: string | undefined; ;) {
    const page = await records.query<EntryRow>(`folder#${folderId}`, {
      prefix: PREFIX,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    for (const { sk, value: row } of page.items) {
      items.push(listed(access, { entryId: sk.slice(PREFIX.length), folderId, row }, detail));
      if (items.length % 50 === 0) await pace();
    }
    if (page.next === undefined) return items;
    after = page.next;
    await pace();
  }
}

/** The entries' rows as they are now; those that have left the folder are left out. In the order that was asked for. */
export async function entriesIn(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  entryIds: readonly string[],
  pace: Pace,
): Promise<Located[]> {
  const found: Located[] = [];
  for (let start = 0; start < entryIds.length; start += 32) {
    const some = entryIds.slice(start, start + 32);
    const items = await Promise.all(
      some.map((entryId) => {
        const at = keys.entry(folderId, entryId);
        return records.get<EntryRow>(at.pk, at.sk);
      }),
    );
    for (const [index, item] of items.entries()) {
      const entryId = some[index];
      if (entryId === undefined || item?.value.driveId !== access.driveId) continue;
      found.push({ entryId, folderId, row: item.value, revision: item.revision });
    }
    await pace();
  }
  return found;
}
