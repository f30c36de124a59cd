/** What is looked at again and again, kept each time it is different: one file each, the oldest given up for the newest. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isId, newId } from '../../base/ids.ts';
import { makeDurableFolder, openPrivateFolder } from '../../storage/index.ts';
import { hostErrors } from '../errors.ts';

export interface Snapshots<Kept extends object> {
  /** Ids, the oldest first. */
  ids(): Promise<readonly string[]>;
  /** `null`: there is none of this id, or its file is damaged. */
  read(id: string): Promise<Kept | null>;
  /** On the disk when it resolves to its id. */
  keep(kept: Kept): Promise<string>;
  /** `null`: none is kept that can be read. */
  last(): Promise<(Kept & { readonly id: string }) | null>;
  /** By its id or the beginning of it. Throws `host_snapshot_not_found`. */
  find(word: string): Promise<Kept & { readonly id: string }>;
}

export interface SnapshotLimits {
  readonly count: number;
  /** Of all files together; the newest stays however large it is. */
  readonly bytes: number;
}

export function openSnapshots<Kept extends object>(folder: string, limits: SnapshotLimits): Snapshots<Kept> {
  const files = openPrivateFolder();
  const pathOf = (id: string): string => join(folder, `${id}.json`);
  const ids = async (): Promise<readonly string[]> => {
    await makeDurableFolder(folder);
    return (await readdir(folder))
      .flatMap((name) => (name.endsWith('.json') && isId(name.slice(0, -5)) ? [name.slice(0, -5)] : []))
      .toSorted();
  };
  const read = async (id: string): Promise<Kept | null> => {
    const bytes = await files.read(pathOf(id));
    try {
      return bytes === null ? null : (JSON.parse(bytes.toString('utf8')) as Kept);
    } catch {
      return null;
    }
  };
  const giveUpOldest = async (): Promise<void> => {
    let [number, bytes] = [0, 0];
    for (const id of (await ids()).toReversed()) {
      number += 1;
      bytes += await sizeOf(pathOf(id));
      if (number > 1 && (number > limits.count || bytes > limits.bytes)) await rm(pathOf(id), { force: true });
    }
  };
  return {
    ids,
    read,
    async keep(kept) {
      const id = newId();
      await files.write(pathOf(id), `${JSON.stringify(kept)}\n`, true);
      await giveUpOldest();
      return id;
    },
    async last() {
      for (const id of (await ids()).toReversed()) {
        const kept = await read(id);
        if (kept) return { ...kept, id };
      }
      return null;
    },
    async find(word) {
      const found = (await ids()).filter((id) => id.startsWith(word.toLowerCase()));
      const [id] = found;
      const detail = found.length > 1 ? `${found.length} begin with “${word}”` : `“${word}”`;
      const kept = word !== '' && found.length === 1 && id !== undefined ? await read(id) : null;
      if (!kept || id === undefined) throw hostErrors('host_snapshot_not_found', { detail });
      return { ...kept, id };
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
