import type { ApiClient } from '../../../base/commands/command.ts';
import { commandErrors } from '../../../base/commands/errors.ts';
import { fileErrors } from '../../errors.ts';
import type { EntryView } from '../../wire.ts';
import { parseRemotePath, remoteText, type RemotePath } from './remote-path.ts';
import { openRemoteTree, type RemoteTree } from './remote-tree.ts';

/** What `cp` and `mv` were asked for, looked up: what goes, and where each of it goes. */
export interface RemoteMoves {
  readonly sources: readonly { readonly tree: RemoteTree; readonly entry: EntryView; readonly shown: string }[];
  readonly tree: RemoteTree;
  readonly folder: EntryView;
  /** The new name; null when everything keeps its own. */
  readonly name: string | null;
  /** The path that an entry of this name gets. */
  readonly pathOf: (name: string) => string;
}

/**
 * Reads `SOURCE... TARGET`. TARGET is a folder to go into when it ends in “/”, is a folder, or follows several
 * sources; else it is the new path of the one source. Everything is looked up before anything is done.
 */
export async function remoteMoves(api: ApiClient, args: readonly string[]): Promise<RemoteMoves> {
  const paths = args.map(parseRemotePath);
  const target = paths.at(-1);
  const from = paths.slice(0, -1);
  if (!target || from.length === 0) throw commandErrors('usage_invalid', { detail: 'name what goes, and where to' });
  const tree = await openRemoteTree(api, target);
  const sources: { tree: RemoteTree; entry: EntryView; shown: string }[] = [];
  for (const path of from) {
    const own = path.drive === target.drive ? tree : await openRemoteTree(api, path);
    const shown = remoteText(path.drive, path.segments);
    const entry = await own.entry(path.segments);
    if (path.into && entry.kind === 'file') throw fileErrors('not_a_folder', { attempted: `Look up ${shown}/` });
    sources.push({ tree: own, entry, shown });
  }
  return { sources, tree, ...(await destination(tree, target, from.length)) };
}

async function destination(
  tree: RemoteTree,
  target: RemotePath,
  count: number,
): Promise<Pick<RemoteMoves, 'folder' | 'name' | 'pathOf'>> {
  const shown = remoteText(target.drive, target.segments);
  const mustExist = target.into || count > 1 || target.segments.length === 0;
  const found = mustExist ? await tree.entry(target.segments) : await tree.find(target.segments);
  if (found?.kind === 'folder') {
    return { folder: found, name: null, pathOf: (name) => remoteText(target.drive, [...target.segments, name]) };
  }
  if (mustExist) throw fileErrors('not_a_folder', { attempted: `Put something into ${shown}` });
  const folder = await tree.entry(target.segments.slice(0, -1));
  if (folder.kind === 'file') throw fileErrors('not_a_folder', { attempted: `Make ${shown}` });
  return { folder, name: target.segments.at(-1) ?? null, pathOf: () => shown };
}
