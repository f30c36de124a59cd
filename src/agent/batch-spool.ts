/** Batches of flows on the disk until the server has them: whole, the oldest first, within a bound. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDurableFolder, openPrivateFolder } from '../storage/index.ts';

export interface BatchSpool {
  /** On the disk when it resolves. Resolves to how many of the oldest had to go for it. */
  add(bytes: Uint8Array): Promise<number>;
  /** `null`: nothing waits. */
  oldest(): Promise<{ readonly name: string; readonly bytes: Buffer } | null>;
  remove(name: string): Promise<void>;
}

/** The order is told by a number: a clock may be set back. */
const NAME = /^\d{12}\.json\.gz$/;

/** One process at a time. What an earlier one left is there. */
export async function openBatchSpool(stateFolder: string, mostBytes: number): Promise<BatchSpool> {
  const folder = join(stateFolder, 'agent/network');
  const { read, write } = openPrivateFolder();
  await makeDurableFolder(folder);
  const sizes = new Map<string, number>();
  for (const name of (await readdir(folder)).toSorted()) {
    // Anything else is what a write that was broken off left.
    if (NAME.test(name)) sizes.set(name, (await stat(join(folder, name))).size);
    else await rm(join(folder, name), { force: true });
  }
  let number = Number([...sizes.keys()].at(-1)?.slice(0, 12) ?? 0);
  const sum = (): number => sizes.values().reduce((all, size) => all + size, 0);
  const remove = async (name: string): Promise<void> => {
    sizes.delete(name);
    await rm(join(folder, name), { force: true });
  };
  return {
    remove,
    async add(bytes) {
      let gone = 0;
      for (const name of sizes.keys()) {
        if (sum() + bytes.length <= mostBytes) break;
        await remove(name);
        gone += 1;
      }
      number += 1;
      const name = `${String(number).padStart(12, '0')}.json.gz`;
      await write(join(folder, name), bytes, true);
      sizes.set(name, bytes.length);
      return gone;
    },
    async oldest() {
      for (const name of sizes.keys()) {
        const bytes = await read(join(folder, name));
        if (bytes !== null) return { name, bytes };
        sizes.delete(name);
      }
      return null;
    },
  };
}
