import { hasCode } from '../../../base/errors.ts';
import { fileErrors } from '../../errors.ts';
import type { EntryView } from '../../wire.ts';
import { remoteText } from './remote-path.ts';
import type { RemoteTree } from './remote-tree.ts';

/** A folder in the drive that a put stores into. */
export interface RemoteFolder {
  /** null while a dry run only pretends to have made it. */
  readonly id: string | null;
  /** What it already has of the names that will be stored into it, by NFC name. */
  readonly children: ReadonlyMap<string, EntryView>;
}

export interface RemoteFolders {
  /** Finds the folder, or makes it and those above it; looks once, however often it is asked. */
  at(segments: readonly string[]): Promise<RemoteFolder>;
  /** How many were made so far (would have been, in a dry run). */
  made(): number;
}

/** `targets` are the paths of all files that will be stored, so that only their names are looked up. */
export function remoteFolders(
  tree: RemoteTree,
  targets: Iterable<readonly string[]>,
  { dryRun }: { dryRun: boolean },
): RemoteFolders {
  const names = new Map<string, string[]>();
  for (const target of targets) {
    const key = keyOf(target.slice(0, -1));
    const known = names.get(key);
    const name = target.at(-1) ?? '';
    if (known) known.push(name);
    else names.set(key, [name]);
  }
  const folders = new Map<string, Promise<RemoteFolder>>();
  let made = 0;

  const at = async (segments: readonly string[]): Promise<RemoteFolder> => {
    const key = keyOf(segments);
    const folder = folders.get(key) ?? prepare(segments);
    folders.set(key, folder);
    return await folder;
  };

  const prepare = async (segments: readonly string[]): Promise<RemoteFolder> => {
    const existing = await find(segments);
    if (existing !== null) return await existingFolder(segments, existing);
    const parent = await at(segments.slice(0, -1));
    if (parent.id === null || dryRun) {
      made += 1;
      return { id: null, children: new Map() };
    }
    try {
      const { id } = await tree.makeFolder(parent.id, segments.at(-1) ?? '');
      made += 1;
      return { id, children: new Map() };
    } catch (error) {
      // Somebody else made it between our look and our act.
      const now = hasCode(error, 'name_taken') ? await find(segments) : null;
      if (now === null) throw error;
      return await existingFolder(segments, now);
    }
  };

  const existingFolder = async (segments: readonly string[], id: string): Promise<RemoteFolder> => ({
    id,
    children: await tree.some(segments, id, names.get(keyOf(segments)) ?? []),
  });

  const find = async (segments: readonly string[]): Promise<string | null> => {
    if (segments.length === 0) return tree.drive.rootId;
    const found = await tree.find(segments);
    if (found?.kind === 'file') {
      throw fileErrors('not_a_folder', { attempted: `Store into ${treeText(tree, segments)}` });
    }
    return found?.id ?? null;
  };

  return { at, made: () => made };
}

/** A path of this drive as a person would type it. */
export function treeText(tree: RemoteTree, segments: readonly string[]): string {
  return remoteText(tree.drive.kind === 'personal' ? null : tree.drive.name, segments);
}

function keyOf(segments: readonly string[]): string {
  return segments.join('/').normalize('NFC');
}
