import { lstat, readdir } from 'node:fs/promises';
import { isAbsent } from './errors.ts';
import type { FolderTree } from './tree.ts';
import { isObjectKey, resolveListLimit } from '../object-key.ts';
import type { ListOptions, ObjectInfo, ObjectPage } from '../object-store.ts';

/** One page of keys in byte order. Folders that cannot hold a key of the page are not read. */
export async function listFolder(tree: FolderTree, options: ListOptions, attempted: string): Promise<ObjectPage> {
  const limit = resolveListLimit(options.limit);
  const keys: string[] = [];
  let more = false;
  for await (const key of keysBelow(tree, '', options.prefix ?? '', options.after ?? '')) {
    options.signal?.throwIfAborted();
    if (keys.length === limit) {
      more = true;
      break;
    }
    keys.push(key);
  }
  if (keys.length === 0) await tree.assertThere(attempted);
  const found = await Promise.all(keys.map((key) => infoOf(tree, key)));
  const objects = found.filter((info) => info !== null);
  const last = keys.at(-1);
  return more && last !== undefined ? { objects, next: last } : { objects };
}

/**
 * Keys below the folder `base` ('' or 'a/b/'). A folder sorts by its name with the slash behind it, since that is how
 * its keys go on: `a.b` < `a/c` < `a0`. Links, pipes and names that are no part of a key are passed over.
 */
async function* keysBelow(tree: FolderTree, base: string, prefix: string, after: string): AsyncGenerator<string> {
  let entries;
  try {
    entries = await readdir(tree.pathOf(base), { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  const starts: string[] = [];
  for (const entry of entries) {
    const key = base + entry.name;
    if (entry.isDirectory()) {
      const folder = `${key}/`;
      const wanted = folder.startsWith(prefix) || prefix.startsWith(folder);
      const passed = folder < after && !after.startsWith(folder);
      if (wanted && !passed && isObjectKey(key)) starts.push(folder);
    } else if (entry.isFile() && key > after && key.startsWith(prefix) && isObjectKey(key)) {
      starts.push(key);
    }
  }
  // Keys are ASCII, so the default order of strings is the order of their bytes.
  starts.sort();
  for (const start of starts) {
    if (start.endsWith('/')) yield* keysBelow(tree, start, prefix, after);
    else yield start;
  }
}

/** `null` when it was deleted since its name was read. */
async function infoOf(tree: FolderTree, key: string): Promise<ObjectInfo | null> {
  try {
    const stats = await lstat(tree.pathOf(key));
    return stats.isFile() ? { key, size: stats.size, modifiedAtMs: Math.trunc(stats.mtimeMs) } : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}
