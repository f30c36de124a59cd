import type { RecordStore } from '../../storage/index.ts';
import type { DriveAccess } from '../keys/access.ts';
import type { Located } from '../entries/entries.ts';
import { everythingIn, first, withFolderIndex, type IndexDeps } from './folder-index.ts';
import { orderBy, type Listed } from './order.ts';
import type { Pace } from './pace.ts';
import { namePattern, type PatternOptions } from './pattern.ts';
import { entriesIn } from './scan.ts';

export interface FindRequest extends PatternOptions {
  readonly pattern: string;
  readonly kind?: 'file' | 'folder' | undefined;
  /** 1-1000, default 100. */
  readonly limit?: number | undefined;
}

export interface Found {
  /** From the folder that was searched, without its own name: `2026/plan.pdf`. */
  readonly path: string;
  readonly entry: Located;
}

export interface FindResult {
  readonly found: readonly Found[];
  /** Names that were looked at. */
  readonly looked: number;
  /** False when there is more than was asked for, or more than one search looks at. */
  readonly isComplete: boolean;
}

interface Match {
  readonly path: string;
  readonly folderId: string;
  readonly item: Listed;
}

/**
 * Looks through the names in a folder and in all folders below it, the nearest first. Throws `name_pattern_invalid`.
 * `onFolder` hears of each folder that was looked through.
 */
export async function findNames(
  deps: IndexDeps & { readonly records: RecordStore; readonly findMaxNames: number },
  access: DriveAccess,
  folderId: string,
  request: FindRequest,
  pace: Pace,
  onFolder: (folderId: string, index: { readonly count: number; readonly scanned: boolean }) => void,
): Promise<FindResult> {
  const isWanted = namePattern(request.pattern, request);
  const limit = request.limit ?? 100;
  const byName = orderBy('name');
  const folders: { readonly folderId: string; readonly path: string }[] = [{ folderId, path: '' }];
  const matches: Match[] = [];
  let looked = 0;
  for (let at = 0; at < folders.length; at++) {
    const folder = folders[at];
    if (!folder) break;
    // One more than asked for tells whether there is more.
    const missing = limit + 1 - matches.length;
    if (missing <= 0 || looked >= deps.findMaxNames) break;
    const here = await withFolderIndex(deps, access, folder.folderId, 'names', pace, async (index) => {
      let hits: Listed[] = [];
      let names = 0;
      const below: Listed[] = [];
      for await (const items of everythingIn(index, pace)) {
        for (const item of items) {
          names += 1;
          if (item.size === null) below.push(item);
          if (request.kind !== undefined && (item.size === null) !== (request.kind === 'folder')) continue;
          if (isWanted(item.name)) hits.push(item);
        }
        if (hits.length > 2 * missing) hits = first(missing, hits, byName);
        if (looked + names >= deps.findMaxNames) break;
      }
      return { index, names, hits: first(missing, hits, byName), below: below.toSorted(byName) };
    });
    onFolder(folder.folderId, here.index);
    looked += here.names;
    for (const item of here.hits) {
      matches.push({ path: `${folder.path}${item.name}`, folderId: folder.folderId, item });
    }
    for (const item of here.below) folders.push({ folderId: item.entryId, path: `${folder.path}${item.name}/` });
  }
  return {
    found: await withEntries(deps.records, access, matches.slice(0, limit), pace),
    looked,
    isComplete: matches.length <= limit && looked < deps.findMaxNames,
  };
}

/** What has gone meanwhile is left out. */
async function withEntries(
  records: RecordStore,
  access: DriveAccess,
  matches: readonly Match[],
  pace: Pace,
): Promise<Found[]> {
  const found = new Map<string, Located>();
  for (const [folderId, some] of Map.groupBy(matches, (match) => match.folderId)) {
    const ids = some.map(({ item }) => item.entryId);
    for (const entry of await entriesIn(records, access, folderId, ids, pace)) found.set(entry.entryId, entry);
  }
  return matches.flatMap(({ path, item }) => {
    const entry = found.get(item.entryId);
    return entry ? [{ path, entry }] : [];
  });
}
