import { setTimeout as wait } from 'node:timers/promises';
import type { EntryView, FileView } from '../wire.ts';
import { inParallel } from './pool.ts';
import type { RemoteTree } from './remote-tree.ts';

/** The second copy follows within moments; this long the summary waits for it, to say how it is. */
const LOOKS_MS = [50, 200, 500, 1000] as const;
/** With more files than this the first ones have their copy long since, and the last few tell enough. */
const AT_MOST = 200;

/** Copies that each version has now, by version id, for those that had fewer than two when they were stored. */
export async function settleCopies(
  tree: RemoteTree,
  stored: readonly FileView[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const now = new Map<string, number>();
  let waiting = stored.filter(({ copies }) => copies.count < 2);
  // Of many files all are looked at once, but only a few several times.
  for (const [look, pause] of LOOKS_MS.entries()) {
    if (waiting.length === 0 || (look > 0 && waiting.length > AT_MOST)) break;
    await wait(pause, undefined, { signal });
    const behind: FileView[] = [];
    await inParallel(waiting, 8, async (file) => {
      const entry = await tree.api.get<EntryView>(`/drives/${tree.drive.id}/entries/${file.id}`);
      if (entry.kind !== 'file' || entry.versionId !== file.versionId) return;
      now.set(file.versionId, entry.copies.count);
      if (entry.copies.count < 2) behind.push(file);
    });
    waiting = behind;
  }
  return now;
}
