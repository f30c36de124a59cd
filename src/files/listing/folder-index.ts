import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import { readChanges, type Changes } from './changes.ts';
import type { IndexCache } from './index-cache.ts';
import { isInOrder, readHead, readSegment, type HeadRow } from './index-rows.ts';
import { orderBy, reversed, sortByName, type Listed, type Order } from './order.ts';
import type { Pace } from './pace.ts';
import { entriesIn, listed, scanFolder, type Detail } from './scan.ts';

/** What a folder holds, in order of names, without what {@link FolderIndex.changed} knows better. */
export interface FolderIndex {
  /** How many entries it was made of. */
  readonly count: number;
  /** It was read from the entries themselves, because the folder has no index. */
  readonly scanned: boolean;
  readonly pieces: readonly Piece[];
  /** Entries that were changed since, as they are now; `null` for one that left the folder. */
  readonly changed: ReadonlyMap<string, Listed | null>;
}

interface Piece {
  /** Never empty. Throws {@link IndexReplaced}. */
  load(): Promise<readonly Listed[]>;
}

export interface IndexDeps {
  readonly records: RecordStore;
  readonly cache: IndexCache;
}

/** The index that was being read gave way to another one, or cannot be read: start over. */
class IndexReplaced extends Error {}

/** So often a reader may meet an index that is being replaced; then it reads the folder itself. */
const ATTEMPTS = 4;

/**
 * Hands over what the folder holds. A folder without a readable index is read from its rows in the given detail, which
 * takes the longer the more it holds. `use` may be called again, and must start over then.
 */
export async function withFolderIndex<Result>(
  deps: IndexDeps,
  access: DriveAccess,
  folderId: string,
  detail: Detail,
  pace: Pace,
  use: (index: FolderIndex) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const head = await readHead(deps.records, folderId);
    if (!head || !isInOrder(head.value)) break;
    try {
      return await use(await openIndex(deps, access, folderId, pace));
    } catch (error) {
      if (!(error instanceof IndexReplaced)) throw error;
    }
  }
  const items = await sortByName(await scanFolder(deps.records, access, folderId, detail, pace), pace);
  const pieces = items.length > 0 ? [{ load: async () => items }] : [];
  return use({ count: items.length, scanned: true, pieces, changed: new Map() });
}

/**
 * Changes are read before the head, never after it: whoever puts a new index in place takes the notes away afterwards,
 * so that what is missing among the notes is known to the head that is read next.
 */
async function openIndex(deps: IndexDeps, access: DriveAccess, folderId: string, pace: Pace): Promise<FolderIndex> {
  const changes = await readChanges(deps.records, folderId, pace);
  const head = await readHead(deps.records, folderId);
  if (!head || !isInOrder(head.value)) throw new IndexReplaced();
  return {
    count: countOf(head.value),
    scanned: false,
    pieces: head.value.segments.map(({ id }) => ({ load: () => openSegment(deps, access, folderId, id) })),
    changed: await openChanged(deps, access, folderId, changes, pace),
  };
}

export function countOf(head: HeadRow): number {
  return head.segments.reduce((sum, { count }) => sum + count, 0);
}

async function openSegment(
  deps: IndexDeps,
  access: DriveAccess,
  folderId: string,
  id: string,
): Promise<readonly Listed[]> {
  const cached = deps.cache.get(access.session, id);
  if (cached && 'items' in cached) return cached.items;
  const items = await readSegment(deps.records, access, folderId, id);
  if (!items || items.length === 0) throw new IndexReplaced();
  deps.cache.set(access.session, id, { items });
  return items;
}

/** What was opened for an earlier request and has not changed since is not opened again. */
async function openChanged(
  deps: IndexDeps,
  access: DriveAccess,
  folderId: string,
  changes: Changes,
  pace: Pace,
): Promise<ReadonlyMap<string, Listed | null>> {
  const cached = deps.cache.get(access.session, folderId);
  const before = cached && 'changed' in cached ? cached.changed : new Map<string, never>();
  const isKnown = ([entryId, revision]: [string, string]): boolean => before.get(entryId)?.revision === revision;
  const unknown = [...changes].filter((change) => !isKnown(change)).map(([entryId]) => entryId);
  const now = new Map(
    (await itemsNow(deps.records, access, folderId, unknown, pace)).map((item) => [item.entryId, item]),
  );
  const changed = new Map<string, Listed | null>();
  const opened = new Map<string, { readonly revision: string; readonly item: Listed | null }>();
  for (const [entryId, revision] of changes) {
    const known = before.get(entryId);
    const item = known?.revision === revision ? known.item : (now.get(entryId) ?? null);
    changed.set(entryId, item);
    opened.set(entryId, { revision, item });
  }
  if (unknown.length > 0 || before.size !== opened.size) deps.cache.set(access.session, folderId, { changed: opened });
  return changed;
}

/** Those of the entries that are in the folder, as they are now. */
export async function itemsNow(
  records: RecordStore,
  access: DriveAccess,
  folderId: string,
  entryIds: readonly string[],
  pace: Pace,
): Promise<Listed[]> {
  const items: Listed[] = [];
  for (const entry of await entriesIn(records, access, folderId, entryIds, pace)) {
    items.push(listed(access, entry));
    await pace();
  }
  return items;
}

/** Everything the folder holds, some hundred at a time, in no order that counts. */
export async function* everythingIn(index: FolderIndex, pace: Pace): AsyncGenerator<readonly Listed[]> {
  const { changed } = index;
  for (const piece of index.pieces) {
    const items = await piece.load();
    yield changed.size === 0 ? items : items.filter(({ entryId }) => !changed.has(entryId));
    await pace();
  }
  yield [...changed.values()].filter((item) => item !== null);
}

/** The first `limit` by name, or the first after `from`. Opens no more of the index than it takes. */
export async function firstByName(
  index: FolderIndex,
  { from, limit, descending }: { readonly from: Listed | null; readonly limit: number; readonly descending: boolean },
  pace: Pace,
): Promise<Listed[]> {
  const byName = orderBy('name');
  const order = descending ? reversed(byName) : byName;
  const { changed } = index;
  const pieces = descending ? index.pieces.toReversed() : index.pieces;
  const found: Listed[] = [];
  for (let at = await pieceOf(pieces, from, order, descending); at < pieces.length && found.length < limit; at++) {
    const items = (await pieces[at]?.load()) ?? [];
    const after = items.slice(...span(items, from, byName, descending));
    if (descending) after.reverse();
    for (const item of after) {
      if (changed.has(item.entryId)) continue;
      if (found.push(item) === limit) break;
    }
    await pace();
  }
  const last = found.length === limit ? found.at(-1) : undefined;
  const fresh: Listed[] = [];
  for (const item of changed.values()) {
    if (item === null || (last && order(item, last) > 0) || (from !== null && order(from, item) >= 0)) continue;
    fresh.push(item);
  }
  return fresh.length === 0 ? found : first(limit, [...found, ...fresh], order);
}

export function first(limit: number, items: readonly Listed[], order: Order): Listed[] {
  return items.toSorted(order).slice(0, limit);
}

/** The first piece that may hold something after `from`. */
async function pieceOf(
  pieces: readonly Piece[],
  from: Listed | null,
  order: Order,
  descending: boolean,
): Promise<number> {
  if (from === null) return 0;
  let [low, high] = [0, pieces.length];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    const items = (await pieces[middle]?.load()) ?? [];
    const opening = descending ? items.at(-1) : items[0];
    if (opening && order(opening, from) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

/** Start and end of what comes after `from`, in a piece that stands in order of names. */
function span(items: readonly Listed[], from: Listed | null, byName: Order, descending: boolean): [number, number] {
  if (from === null) return [0, items.length];
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const item = items[middle];
    const isBefore = item !== undefined && (descending ? byName(item, from) < 0 : byName(item, from) <= 0);
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return descending ? [0, low] : [low, items.length];
}
