import type { DriveAccess } from '../keys/access.ts';
import { seal, unseal } from '../../base/crypto/sealed-box.ts';
import { fileErrors } from '../errors.ts';
import type { Page } from '../entries/paging.ts';
import { everythingIn, first, firstByName, type FolderIndex } from './folder-index.ts';
import { orderBy, reversed, type Listed, type Sort } from './order.ts';
import type { Pace } from './pace.ts';

export interface SortedRequest extends Page {
  readonly sort: Sort;
  /** Descending is the exact reverse: then folders come last. */
  readonly descending: boolean;
}

export interface SortedPage {
  readonly items: readonly Listed[];
  readonly next?: string;
}

/** One page out of what the folder holds. Throws `cursor_invalid`. */
export async function sortedPage(
  access: DriveAccess,
  folderId: string,
  index: FolderIndex,
  request: SortedRequest,
  pace: Pace,
): Promise<SortedPage> {
  const { sort, descending } = request;
  const limit = request.limit ?? 100;
  const context = ['holdfast/v1/list-cursor', access.driveId, folderId, sort, descending ? 'descending' : 'ascending'];
  const from = request.after === undefined ? null : openCursor(access, context, request.after);
  // One more than asked for tells whether there is a next page.
  const picked =
    sort === 'name'
      ? await firstByName(index, { from, limit: limit + 1, descending }, pace)
      : await firstBy(index, { sort, descending, from, limit: limit + 1 }, pace);
  const items = picked.slice(0, limit);
  const last = items.at(-1);
  return picked.length > limit && last ? { items, next: sealCursor(access, context, last) } : { items };
}

async function firstBy(
  index: FolderIndex,
  {
    sort,
    descending,
    from,
    limit,
  }: { readonly sort: Sort; readonly descending: boolean; readonly from: Listed | null; readonly limit: number },
  pace: Pace,
): Promise<Listed[]> {
  const ascending = orderBy(sort);
  const order = descending ? reversed(ascending) : ascending;
  let best: Listed[] = [];
  let bar: Listed | undefined;
  for await (const items of everythingIn(index, pace)) {
    for (const item of items) {
      if (from !== null && order(from, item) >= 0) continue;
      if (bar !== undefined && order(item, bar) > 0) continue;
      best.push(item);
    }
    if (best.length > limit * 2) {
      best = first(limit, best, order);
      bar = best.at(-1);
    }
  }
  return first(limit, best, order);
}

/**
 * A cursor says after which entry a page starts, by all that entries are ordered by; so the next page is right even
 * when that entry is gone. It holds a name, and stands in URLs: so it is sealed, and good in this one list only.
 */
function sealCursor(access: DriveAccess, context: readonly string[], item: Listed): string {
  const { entryId, name, createdMs, modifiedMs, size } = item;
  const plain = Buffer.from(JSON.stringify([entryId, name, createdMs, modifiedMs, size]));
  return `${access.keys.newest.number}.${seal(access.keys.newest.recordsKey, context, plain)}`;
}

const CURSOR = /^([1-9][0-9]{0,5})\.([A-Za-z0-9_-]{1,2000})$/;

function openCursor(access: DriveAccess, context: readonly string[], cursor: string): Listed {
  const [, number, sealed] = CURSOR.exec(cursor) ?? [];
  const isOurs = number !== undefined && Number(number) <= access.keys.newest.number;
  const key = isOurs ? access.keys.generation(Number(number)).recordsKey : null;
  const plain = key && sealed !== undefined ? unseal(key, context, sealed) : null;
  if (!plain) throw fileErrors('cursor_invalid');
  const [entryId, name, createdMs, modifiedMs, size] = JSON.parse(plain.toString()) as [
    string,
    string,
    number,
    number,
    number | null,
  ];
  return { entryId, name, createdMs, modifiedMs, size };
}
