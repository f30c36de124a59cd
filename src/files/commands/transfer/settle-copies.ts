import { setTimeout as wait } from 'node:timers/promises';
import type { EntryList, EntryView, FileView } from '../../wire.ts';
import { inParallel } from './pool.ts';
import type { RemoteTree } from '../remote/remote-tree.ts';

/** Second copies of a few small files follow within moments; this long the summary waits for them, to say how it is. */
const LOOKS_MS = [50, 200, 500, 1000] as const;
/** More take longer than anybody waits: what there is at the moment is told. */
const SOON_FILES = 200;
const SOON_BYTES = 32 * 2 ** 20;
/** So many are asked for one by one; of more, the folders are listed. */
const ONE_BY_ONE = 20;
const PAGE = 1000;

/** Copies that each version has now, by version id, for those that had fewer than two when they were stored. */
export async function settleCopies(
  tree: RemoteTree,
  stored: readonly FileView[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const now = new Map<string, number>();
  let waiting = stored.filter(({ copies }) => copies.count < 2);
  const bytes = waiting.reduce((sum, { size }) => sum + size, 0);
  const isSoon = waiting.length <= SOON_FILES && bytes <= SOON_BYTES;
  for (const pause of isSoon ? LOOKS_MS : [0]) {
    if (waiting.length === 0) break;
    if (pause > 0) await wait(pause, undefined, { signal });
    try {
      for (const { versionId, copies } of await lookAgain(tree, waiting)) now.set(versionId, copies.count);
    } catch {
      // All is stored; that nobody says how its copies are must not look like a failure.
      signal.throwIfAborted();
      break;
    }
    waiting = waiting.filter(({ versionId }) => (now.get(versionId) ?? 0) < 2);
  }
  return now;
}

/** Files as they are now; in a folder with many others some may be left out. */
async function lookAgain(tree: RemoteTree, files: readonly FileView[]): Promise<FileView[]> {
  const at = `/drives/${tree.drive.id}`;
  const seen: EntryView[] = [];
  if (files.length <= ONE_BY_ONE) {
    await inParallel(files, 8, async ({ id }) => void seen.push(await tree.api.get<EntryView>(`${at}/entries/${id}`)));
  } else {
    for (const [folderId, inside] of Map.groupBy(files, (file) => file.folderId ?? tree.drive.rootId)) {
      let after = '';
      for (let pages = 2 * Math.ceil(inside.length / PAGE); pages > 0; pages -= 1) {
        const page = await tree.api.get<EntryList>(`${at}/folders/${folderId}/entries?limit=${PAGE}${after}`);
        seen.push(...page.entries);
        if (page.next === undefined) break;
        after = `&after=${encodeURIComponent(page.next)}`;
      }
    }
  }
  const versions = new Set(files.map(({ versionId }) => versionId));
  return seen.filter((entry) => entry.kind === 'file').filter(({ versionId }) => versions.has(versionId));
}
